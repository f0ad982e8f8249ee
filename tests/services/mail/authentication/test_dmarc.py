"""Policies found, and what counts for the domain of the author (RFC 7489)."""

import pytest

from services.mail.authentication import Missing, dkim, dmarc, spf
from tests.services.mail.authentication.conftest import Names, texts

BIG = "sub.customer.co.uk"


@pytest.mark.parametrize(
    ("author", "other", "relaxed", "strict"),
    [
        ("customer.test", "customer.test", True, True),
        ("customer.test", "mail.customer.test", True, False),
        ("a.customer.test", "b.customer.test", True, False),
        ("Customer.Test.", "customer.test", True, True),
        ("customer.test", "mycustomer.test", False, False),
        ("one.co.uk", "two.co.uk", False, False),
        ("a.one.co.uk", "one.co.uk", True, False),
        ("one.github.io", "two.github.io", False, False),  # a private suffix: strangers share it
        ("bücher.test", "xn--bcher-kva.test", True, True),
        ("", "", False, False),
    ],
)
def test_alignment(author: str, other: str, relaxed: bool, strict: bool) -> None:
    assert dmarc.is_aligned(author, other, strict=False) is relaxed
    assert dmarc.is_aligned(author, other, strict=True) is strict


def decide(record: str, author: str = "customer.test", draw: int = 0, **found: str) -> dmarc.Finding:
    """The decision where SPF or DKIM passed for the domains given."""
    by_spf = spf.Finding("pass" if "spf" in found else "none", found.get("spf", ""))
    by_dkim = [dkim.Finding("pass", found["dkim"])] if "dkim" in found else []
    names = texts(_dmarc__customer__test=record) if record else Names()
    return dmarc.decide(author, dmarc.discover(author, names), by_spf, by_dkim, draw)


@pytest.mark.parametrize(
    ("record", "found", "result"),
    [
        ("v=DMARC1; p=reject", {"spf": "mail.customer.test"}, "pass"),
        ("v=DMARC1; p=reject", {"dkim": "mail.customer.test"}, "pass"),
        ("v=DMARC1; p=reject; aspf=s", {"spf": "mail.customer.test"}, "fail"),
        ("v=DMARC1; p=reject; adkim=s", {"dkim": "mail.customer.test"}, "fail"),
        ("v=DMARC1; p=reject; adkim=s; aspf=s", {"dkim": "customer.test"}, "pass"),
        ("v=DMARC1; p=none", {"spf": "other.test", "dkim": "other.test"}, "fail"),
        ("v=DMARC1; p=reject", {}, "fail"),
        ("", {"spf": "customer.test"}, "none"),
        ("v=spf1 -all", {}, "none"),
        ("v=DMARC1; p=odd", {"spf": "customer.test"}, "permerror"),
        ("v=DMARC1; p=reject; pct=500", {}, "permerror"),
    ],
)
def test_decisions(record: str, found: dict[str, str], result: str) -> None:
    assert decide(record, **found).result == result


@pytest.mark.parametrize(
    ("record", "author", "draw", "policy"),
    [
        ("v=DMARC1; p=reject", "customer.test", 0, "reject"),
        ("v=DMARC1; p=reject", "a.customer.test", 0, "reject"),
        ("v=DMARC1; p=reject; sp=none", "a.customer.test", 0, "none"),
        ("v=DMARC1; p=none; sp=reject", "customer.test", 0, "none"),
        ("v=DMARC1; p=reject; pct=30", "customer.test", 29, "reject"),
        ("v=DMARC1; p=reject; pct=30", "customer.test", 30, "quarantine"),
        ("v=DMARC1; p=quarantine; pct=0", "customer.test", 0, "none"),
        ("v=DMARC1; rua=mailto:a@customer.test", "customer.test", 0, "none"),
    ],
)
def test_what_is_asked_for(record: str, author: str, draw: int, policy: str) -> None:
    assert decide(record, author, draw).policy == policy


def test_a_domains_own_policy_comes_before_the_organisations() -> None:
    names = texts(_dmarc__sub__customer__co__uk="v=DMARC1; p=none")
    names |= texts(_dmarc__customer__co__uk="v=DMARC1; p=reject")
    assert dmarc.discover(BIG, names).at == BIG
    del names["_dmarc.sub.customer.co.uk", "TXT"]
    assert dmarc.discover(BIG, names).at == "customer.co.uk"


def test_of_two_records_none_counts() -> None:
    names = Names({("_dmarc.customer.test", "TXT"): ["v=DMARC1; p=reject", "v=DMARC1; p=none"]})
    assert dmarc.discover("customer.test", names).policy is None
    names["_dmarc.customer.test", "TXT"] = ["v=DMARC1; p=reject", "something else"]
    assert dmarc.discover("customer.test", names).policy


def test_both_places_are_asked_at_once_and_silence_is_no_policy() -> None:
    names = Names()
    names.unasked = frozenset({f"_dmarc.{BIG}", "_dmarc.customer.co.uk"})
    with pytest.raises(Missing) as missing:
        dmarc.discover(BIG, names)
    assert {name for name, _ in missing.value.questions} == names.unasked
    names.silent, names.unasked = names.unasked, frozenset()
    assert dmarc.discover(BIG, names).result == "temperror"


def test_what_might_have_passed_is_waited_for() -> None:
    found = dmarc.Found(dmarc.read("v=DMARC1; p=reject"), "customer.test")
    silent = spf.Finding("temperror", "customer.test")
    assert dmarc.decide("customer.test", found, silent, [], 0).result == "temperror"
    good = [dkim.Finding("pass", "customer.test")]
    assert dmarc.decide("customer.test", found, silent, good, 0).result == "pass"
