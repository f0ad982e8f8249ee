"""Signatures verified: ours and dkimpy's hold, what was changed or is not worth anything doesn't, and why is said."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail import dkim as signing
from services.mail.authentication import Missing, dkim, mail
from tests.services.mail.authentication.conftest import (
    ED25519,
    MAIL,
    NOW,
    RSA,
    Names,
    keys,
    signed,
    signed_by_dkimpy,
    texts,
)


def found(message: bytes, ask: Names | None = None, at: int = NOW) -> list[tuple[str, str]]:
    return [(each.result, each.reason) for each in dkim.verify(mail.read(message), keys() if ask is None else ask, at)]


def results(message: bytes, ask: Names | None = None, at: int = NOW) -> list[str]:
    return [result for result, _ in found(message, ask, at)]


def test_both_kinds_of_our_own_signatures_hold() -> None:
    verified = dkim.verify(mail.read(signed()), keys(), NOW)
    assert [(each.result, each.domain, each.selector) for each in verified] == [
        ("pass", "customer.test", "r"),
        ("pass", "customer.test", "e"),
    ]


@pytest.mark.parametrize("header", [b"simple", b"relaxed"])
@pytest.mark.parametrize("body", [b"simple", b"relaxed"])
def test_every_canonical_form(header: bytes, body: bytes) -> None:
    message = signed_by_dkimpy(forms=(header, body))
    assert results(message) == ["pass"]
    refolded = message.replace(b"A\r\n  folded   subject", b"A folded subject")
    assert results(refolded) == ["pass" if header == b"relaxed" else "fail"]
    respaced = message.replace(b"Two  spaces", b"Two spaces")
    assert results(respaced) == ["pass" if body == b"relaxed" else "fail"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", " ", "\t", "\r\n", "é", "."]), max_size=10).map("".join))
def test_whatever_the_body(body: str) -> None:
    message = MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body.encode() + b"\r\n"
    assert results(signed(message)) == ["pass", "pass"]
    for form in (b"simple", b"relaxed"):
        assert results(signed_by_dkimpy(message, forms=(form, form))) == ["pass"]


def test_line_ends_of_one_byte_are_as_good() -> None:
    assert results(signed().replace(b"\r\n", b"\n")) == ["pass", "pass"]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"Two", b"Six", "the body was changed on the way"),
        (b"folded", b"fouled", "the header was changed on the way"),
        (b"From: Ann", b"From: Eve <eve@evil.test>\r\nFrom: Ann", "the header was changed on the way"),
        (b"\r\n\r\nTwo", b"\r\nReply-To: eve@evil.test\r\n\r\nTwo", "the header was changed on the way"),
    ],
)
def test_changes_on_the_way(before: bytes, after: bytes, reason: str) -> None:
    assert found(signed().replace(before, after, 1)) == [("fail", reason)] * 2


def test_a_length_covers_the_beginning() -> None:
    message = signed_by_dkimpy(length=True)
    assert found(message + b"More.\r\n") == [("pass", "it signs only the beginning of the text")]
    assert results(message[:-30]) == ["fail"]


def change(before: bytes, after: bytes) -> bytes:
    """Our RSA signature with one tag other than it was."""
    field = signed().partition(b"\r\nDKIM-Signature")[0].replace(before, after, 1)
    return field + b"\r\n" + MAIL


@pytest.mark.parametrize(
    ("before", "after", "result", "reason"),
    [
        (b"v=1", b"v=2", "permerror", "it is of another version"),
        (b"rsa-sha256", b"rsa-sha1", "permerror", "it is made with rsa-sha1, which does not count"),
        (b"h=from:from:", b"h=", "permerror", "it leaves the From field out"),
        (b"relaxed/relaxed", b"relaxed/odd", "permerror", "its canonical form is unknown: relaxed/odd"),
        (b"d=customer.test", b"d=", "permerror", "what it names is no domain"),
        (b"s=r;", b"s=r; s=r;", "permerror", "it cannot be read: the tag s= is there twice"),
        (b"s=r;", b"", "permerror", "it lacks s="),
        (b"v=1;", b"v=1; i=ann@other.test;", "permerror", "it is made for another domain than its own"),
        (b"v=1;", b"v=1; q=http;", "permerror", "its key is not in the DNS"),
        (b"v=1;", b"v=1; x=1600000000;", "fail", "it has expired"),
        (b"v=1;", b"v=1; l=x;", "permerror", "its l= is no number"),
        (b"v=1;", b"v=1; l=99999;", "fail", "the body was changed on the way"),
        (b"s=r;", b"s=e;", "permerror", "its key is for another algorithm"),
        (b"s=r;", b"s=gone;", "permerror", "there is no key at gone._domainkey.customer.test"),
        pytest.param(
            b"t=%d" % NOW,
            b"t=%d" % (NOW + 99_999),
            "permerror",
            "it says that it was made in the future",
            id="the future",  # else two workers would call it by two times
        ),
    ],
)
def test_what_does_not_count(before: bytes, after: bytes, result: str, reason: str) -> None:
    assert found(change(before, after)) == [(result, reason)]


def test_a_signature_expires() -> None:
    message = signed_by_dkimpy()
    later = message.replace(b"DKIM-Signature: v=1;", b"DKIM-Signature: v=1; x=%d;" % NOW)
    assert found(later, at=NOW + 1)[0] == ("fail", "it has expired")


def small_key() -> str:
    numbers = RSAPublicNumbers(65537, (1 << 511) + 187).public_key()
    return base64.b64encode(numbers.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("v=DKIM1; p=", "its key was revoked"),
        ("v=DKIM1; k=rsa; p=%%%", "its key cannot be read"),
        ("v=DKIM1; k=rsa; p=AAAA", "its key cannot be read"),
        ("v=DKIM1; omg", "its key cannot be read"),
        (f"k=rsa; v=DKIM1; p={RSA.public}", "its key cannot be read"),
        (f"v=DKIM2; p={RSA.public}", "its key is of another version"),
        (f"v=DKIM1; k=dsa; p={RSA.public}", "its key is of a kind nobody knows (dsa)"),
        (f"v=DKIM1; h=sha1; p={RSA.public}", "its key is not for SHA-256"),
        (f"v=DKIM1; s=tlsrpt; p={RSA.public}", "its key is not for mail"),
        (f"v=DKIM1; p={small_key()}", "its key has 512 bits, which is too short to count"),
    ],
)
def test_keys_that_do_not_count(record: str, reason: str) -> None:
    ask = texts(r___domainkey__customer__test=record)
    assert found(signed_by_dkimpy(), ask) == [("permerror", reason)]


@pytest.mark.parametrize(
    "record", [f"p={RSA.public}", f"v=DKIM1; h=sha1:sha256; s=email:x; t=y; p={RSA.public[:9]} {RSA.public[9:]};"]
)
def test_keys_that_do(record: str) -> None:
    assert results(signed_by_dkimpy(), texts(r___domainkey__customer__test=record)) == ["pass"]


def test_a_key_may_be_for_its_very_domain() -> None:
    message = signed_by_dkimpy(identity=b"@sub.customer.test")
    assert results(message) == ["pass"]
    ask = texts(r___domainkey__customer__test=f"v=DKIM1; t=s; p={RSA.public}")
    assert found(message, ask) == [("permerror", "its key is not for subdomains")]


def test_keys_are_asked_for_at_once() -> None:
    ask = keys()
    ask.unasked = frozenset({"r._domainkey.customer.test", "e._domainkey.customer.test"})
    with pytest.raises(Missing) as missing:
        results(signed(), ask)
    assert {name for name, _ in missing.value.questions} == ask.unasked


def test_no_answer_is_no_failure() -> None:
    ask = keys()
    ask.silent = frozenset({"r._domainkey.customer.test"})
    assert results(signed(), ask) == ["temperror", "pass"]


def test_unsigned_mail_has_no_findings() -> None:
    assert found(MAIL) == [] and found(b"") == [] and found(b"\r\n") == []


@settings(deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=60))
def test_nothing_makes_it_fail(value: bytes, body: bytes) -> None:
    for message in (b"DKIM-Signature: " + value + b"\r\n\r\n" + body, signed().replace(b"c=relaxed", value, 1)):
        for each in dkim.verify(mail.read(message), keys(), NOW):
            assert each.result in ("pass", "fail", "permerror")


def test_ed25519_is_of_the_hash() -> None:
    """RFC 8463 3."""
    only = signing.sign(MAIL, domain="customer.test", signers=[signing.Signer("e", ED25519.private)], at=NOW) + MAIL
    assert results(only) == ["pass"]
