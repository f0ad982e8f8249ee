"""One verdict from all mechanisms, for mail as it really comes, and what people are told of it."""

from typing import Any

import pytest

from services.mail import authentication
from services.mail.authentication import Arrival, Missing, case, result_of, said
from tests.services.mail.authentication.conftest import MAIL, NOW, Names, keys, signed

OURS, THEIRS = "192.0.2.1", "198.51.100.9"
POLICY = "v=spf1 ip4:192.0.2.1 -all"


def judge(
    message: bytes, names: Names, peer: str = OURS, path: str = "ann@customer.test", **more: Any
) -> dict[str, Any]:
    return case(Arrival(message, peer, "mx.customer.test", path, NOW, **more)).judge(names).stored


def domain(policy: str = "reject", spf: str = POLICY, **more: str) -> Names:
    published = {"customer__test": spf, "_dmarc__customer__test": f"v=DMARC1; p={policy}" if policy else ""}
    return keys(**{name: text for name, text in (published | more).items() if text})


BY_SERVER = "Passed: sent by customer.test’s own servers"
BY_SIGNATURE = "Passed: signed by customer.test, and unchanged on the way"
FORGED = "Warning: this mail claims to be from customer.test, but customer.test says it isn’t"
UNCONFIRMED = "Doubtful: this mail claims to be from customer.test, which does not confirm it"
NOT_FROM_THERE = "Doubtful: customer.test says that its mail does not come from this server"
NO_MEANS = "Not checked: customer.test does not say how its mail can be told"


@pytest.mark.parametrize(
    ("message", "names", "peer", "verdict", "sentence"),
    [
        (MAIL, domain(), OURS, "pass", BY_SERVER),
        (signed(), domain(), THEIRS, "pass", BY_SIGNATURE),
        (MAIL, domain(""), OURS, "pass", BY_SERVER),
        (MAIL, domain(), THEIRS, "fail", FORGED),
        (signed() + b"More.", domain("quarantine"), THEIRS, "fail", FORGED),
        (MAIL, domain("none"), THEIRS, "fail", UNCONFIRMED),
        (MAIL, domain(""), THEIRS, "fail", NOT_FROM_THERE),
        (MAIL, domain("", "v=spf1 ~all"), OURS, "none", NO_MEANS),
        (MAIL, Names(), OURS, "none", NO_MEANS),
    ],
)
def test_verdicts(message: bytes, names: Names, peer: str, verdict: str, sentence: str) -> None:
    stored = judge(message, names, peer)
    told = said(stored)
    assert stored["verdict"] == verdict and told and told.sentence == sentence


def test_the_author_counts_and_not_the_envelope() -> None:
    forged = MAIL.replace(b"ann@customer.test", b"boss@bank.test")
    names = domain(_dmarc__bank__test="v=DMARC1; p=reject")
    stored = judge(forged, names)
    assert (stored["spf"]["result"], stored["dmarc"]["result"], stored["verdict"]) == ("pass", "fail", "fail")
    told = said(stored)
    assert told and told.level == "forged"
    assert [(line.mechanism, line.result) for line in told.lines] == [
        ("SPF", "pass"),
        ("DKIM", "none"),
        ("DMARC", "fail"),
    ]


@pytest.mark.parametrize("second", [b"From: boss@bank.test\r\n", b""])
def test_of_several_authors_the_worst_counts(second: bytes) -> None:
    names = domain(_dmarc__bank__test="v=DMARC1; p=reject")
    message = second + MAIL if second else MAIL.replace(b"<ann@customer.test>", b"<ann@customer.test>, boss@bank.test")
    stored = judge(message, names)
    assert stored["verdict"] == "fail" and stored["dmarc"]["domain"] == "bank.test"


def test_results_others_claim_are_not_believed() -> None:
    claimed = b"Authentication-Results: mx.acme.test; dmarc=pass header.from=customer.test; spf=pass\r\n" + MAIL
    assert judge(claimed, domain(), THEIRS)["verdict"] == "fail"


def test_no_answer_is_unknown_unless_something_passed() -> None:
    names = domain()
    names.silent = frozenset({"customer.test"})
    stored = judge(MAIL, names)
    assert stored["verdict"] == "unknown" and result_of(stored, "spf") == "temperror"
    assert judge(signed(), names)["verdict"] == "pass"
    names.silent = frozenset({"_dmarc.customer.test"})
    assert judge(signed(), names)["verdict"] == "unknown"
    told = said(judge(MAIL, names) | {"final": True})
    assert told and told.level == "waiting" and told.sentence.endswith("about customer.test")


def test_every_question_that_can_be_asked_is_asked_at_once() -> None:
    names = domain()
    names.unasked = frozenset(
        {"customer.test", "_dmarc.customer.test", "r._domainkey.customer.test", "e._domainkey.customer.test"}
    )
    opened = case(Arrival(signed(), OURS, "mx", "ann@customer.test", NOW))
    with pytest.raises(Missing) as missing:
        opened.judge(names)
    assert {name for name, _ in missing.value.questions} == names.unasked
    names.unasked = frozenset()
    assert opened.judge(names).verdict == "pass"


def test_by_a_server_of_our_own_only_a_signature_tells() -> None:
    assert judge(signed(), domain(), THEIRS, is_relayed=True)["verdict"] == "pass"
    broken = judge(signed() + b"x", domain(), THEIRS, is_relayed=True)
    assert (broken["verdict"], broken["spf"]["result"], broken["dmarc"]["result"]) == ("none", "none", "none")
    told = said(broken)
    assert told and told.sentence == "Not checked: it came by a server of your own, and customer.test has not signed it"


def test_mail_of_our_own() -> None:
    inside, relayed = authentication.own(by_member=True), authentication.own(by_member=False)
    assert (inside.verdict, relayed.verdict) == ("pass", "none")
    told = said(inside.stored)
    assert told and told.sentence == "Passed: sent from here by a member of the team"
    assert said({}) is None


@pytest.mark.parametrize(
    "message", [b"", b"\r\n", b"From:\r\n\r\n", b"From: nobody\r\n\r\n", b"From: @\r\n\r\nx", b"\xff\xfe: \x00"]
)
def test_mail_without_an_author(message: bytes) -> None:
    stored = judge(message, domain())
    assert stored["verdict"] == "none" and said(stored)


def test_the_best_signature_is_the_result() -> None:
    stored = {"dkim": [{"result": "permerror"}, {"result": "pass"}, {"result": "fail"}], "spf": {"result": "softfail"}}
    assert (result_of(stored, "dkim"), result_of(stored, "spf"), result_of(stored, "dmarc")) == (
        "pass",
        "softfail",
        "none",
    )
    assert result_of({"dkim": []}, "dkim") == "none"
