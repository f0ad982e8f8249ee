"""What the product adds to pyspf; the published suite is in tests/corpora."""

import pytest

from services.mail.authentication import Missing, spf
from tests.services.mail.authentication.conftest import Names, texts


def check(
    names: Names, peer: str = "192.0.2.1", helo: str = "mx.customer.test", reverse_path: str = "ann@customer.test"
) -> spf.Finding:
    return spf.check(peer, helo, reverse_path, names)


def test_the_domain_of_the_reverse_path_or_of_the_greeting() -> None:
    names = texts(customer__test="v=spf1 ip4:192.0.2.1 -all", mx__customer__test="v=spf1 -all")
    assert check(names) == spf.Finding("pass", "customer.test")
    assert check(names, reverse_path="") == spf.Finding("fail", "mx.customer.test")
    assert check(names, peer="2001:db8::1").result == "fail"
    assert check(names, reverse_path="a@nowhere.test") == spf.Finding("none", "nowhere.test")


def test_peers_of_every_form() -> None:
    names = texts(customer__test="v=spf1 ip4:192.0.2.1 ip6:fe80::1 -all")
    peers = {"192.0.2.1": "pass", "::ffff:192.0.2.1": "pass", "fe80::1%eth0": "pass", "": "none", "nonsense": "none"}
    assert {peer: check(names, peer=peer).result for peer in peers} == peers


def test_a_domain_may_explain_itself() -> None:
    names = texts(customer__test="v=spf1 -all exp=why.customer.test", why__customer__test="%{i} is not ours")
    assert check(names).reason == "192.0.2.1 is not ours"


@pytest.mark.parametrize(("policy", "is_personal"), [
    ("v=spf1 exists:%{i}.customer.test -all", False),
    ("v=spf1 exists:%{l}.customer.test -all", True),
    ("v=spf1 exists:%{S}.customer.test -all", True),
    ("v=spf1 include:%{h} -all", True),
])  # fmt: skip
def test_policies_that_speak_of_the_sender(policy: str, is_personal: bool) -> None:
    assert check(texts(customer__test=policy)).is_personal is is_personal


def test_what_is_included_is_asked_for_at_once() -> None:
    names = texts(customer__test="v=spf1 include:a.test include:b.test redirect=c.test")
    names.unasked = frozenset({"a.test", "b.test", "c.test"})
    with pytest.raises(Missing) as missing:
        check(names)
    assert {name for name, _ in missing.value.questions} == names.unasked


def test_what_matched_before_needs_no_more() -> None:
    names = texts(customer__test="v=spf1 ip4:192.0.2.1 include:a.test -all")
    names.unasked = frozenset({"a.test"})
    assert check(names).result == "pass"


def test_no_answer_and_policies_that_cannot_be() -> None:
    names = texts(customer__test="v=spf1 include:a.test -all", odd__test="v=spf1 oops:x -all")
    names.silent = frozenset({"a.test"})
    assert check(names) == spf.Finding("temperror", "customer.test", "the DNS gave no answer about a.test")
    assert check(names, reverse_path="a@odd.test").result == "permerror"
