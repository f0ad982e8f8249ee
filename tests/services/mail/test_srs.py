"""Reverse-paths of forwarded mail: they fit, survive folding, cannot be forged and lead back."""

from datetime import UTC, datetime, timedelta

import pytest

from services.mail import srs

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def forwarded(reverse_path: str, domain: str = "acme.test", key: bytes = KEY) -> str:
    return srs.rewrite(reverse_path, domain, key=key, at=NOW, number=17)


def returned(address: str, key: bytes = KEY, at: datetime = NOW) -> srs.Original | None:
    return srs.restore(address.partition("@")[0], key=key, at=at)


@pytest.mark.parametrize("original", ["sam@shop.example", "Sam.O'Hara=x@shop.example", "b+1=a=b@mx.shop.example"])
def test_there_and_back(original: str) -> None:
    rewritten = forwarded(original)
    assert rewritten.startswith("SRS0=") and rewritten.endswith("@acme.test")
    assert srs.is_ours(rewritten) and not srs.is_ours(original)
    assert returned(rewritten) == srs.Original(original)


def test_null_and_our_own_stay() -> None:
    assert forwarded("") == ""
    assert forwarded("bob@ACME.test") == "bob@ACME.test"


def test_folding_in_either_direction_does_no_harm() -> None:
    rewritten = forwarded("sam@shop.example")
    for folded in (rewritten.lower(), rewritten.upper()):
        original = returned(folded)
        assert original is not None and original.address.lower() == "sam@shop.example"


def test_second_and_third_forwarder_lead_back_to_the_first() -> None:
    first = forwarded("sam@shop.example", "first.test")
    second = forwarded(first, "second.test", OTHER_KEY)
    third = forwarded(second, "third.test", KEY)
    assert second.startswith("SRS1=") and third.startswith("SRS1=")
    assert len(third) == len(second) - len("second.test") + len("third.test")
    for address, key in ((second, OTHER_KEY), (third, KEY)):
        assert returned(address, key) == srs.Original(first)
    assert returned(first) == srs.Original("sam@shop.example")


@pytest.mark.parametrize("separator", ["=", "+", "-"])
def test_what_another_program_wrote_comes_back_as_it_was(separator: str) -> None:
    theirs = f"SRS0{separator}aB3x=4T=shop.example=sam@elsewhere.example"
    assert returned(forwarded(theirs)) == srs.Original(theirs)


@pytest.mark.parametrize(
    "original",
    ["x" * 64 + "@shop.example", "bounce@" + "long." * 12 + "example", "grüße@shop.example", '"a b"@c.example'],
)
def test_what_does_not_fit_is_looked_up(original: str) -> None:
    rewritten = forwarded(original)
    assert len(rewritten.partition("@")[0].encode()) <= srs.MAX_LOCAL_PART
    assert returned(rewritten) == srs.Original("", 17)


def test_forged_damaged_and_old_are_nobody_s() -> None:
    rewritten = forwarded("sam@shop.example")
    assert returned(rewritten, OTHER_KEY) is None
    assert returned(rewritten.replace("sam", "eve")) is None
    assert returned(rewritten.replace("SRS0", "SRS1")) is None
    for damaged in ("SRS0", "SRS0=", "SRS0=x", "SRS0=x=y", "SRS1=x=y=z", "srs0==aa=b=c"):
        assert returned(damaged) is None
    assert returned(rewritten, at=NOW + timedelta(days=srs.MAX_DAYS)) is not None
    assert returned(rewritten, at=NOW + timedelta(days=srs.MAX_DAYS + 1)) is None
