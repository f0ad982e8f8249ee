"""Signatures are judged by dkimpy, another implementation."""

import dkim as dkimpy
import pytest

from services.mail import dkim
from services.mail.dkim import Signer

MESSAGE = (
    b"From: Acme <hello@acme.test>\r\nTo: bob@example.org\r\nSubject: A\r\n  folded   subject\r\n"
    b"Date: Mon, 01 Jan 2024 00:00:00 +0000\r\nMessage-ID: <1@acme.test>\r\n\r\n"
    b"Two  spaces \t and trailing  \r\n.dot\r\n\r\n\r\n"
)
RSA = dkim.rsa_key_pair()
ED25519 = dkim.ed25519_key_pair()


def signed(message: bytes, pair: dkim.KeyPair) -> bytes:
    signer = Signer("mailroom", pair.private)
    return dkim.sign(message, domain="acme.test", signers=[signer], at=1704067200) + message


def verify(message: bytes, pair: dkim.KeyPair) -> bool:
    return bool(dkimpy.verify(message, dnsfunc=lambda name, timeout=5: dkim.record(pair.public, pair.algorithm)))


@pytest.mark.parametrize("pair", [RSA, ED25519], ids=["rsa", "ed25519"])
@pytest.mark.parametrize(
    "body", [b"", b"\r\n", b"\r\n\r\n", b" \r\n", b"a", b"a\r\n", b"\t tab \r\n\r\n", "grüße\r\n".encode()]
)
def test_another_implementation_verifies(pair: dkim.KeyPair, body: bytes) -> None:
    message = MESSAGE.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body
    assert verify(signed(message, pair), pair)
    assert verify(signed(MESSAGE, pair), pair)


def test_survives_what_relays_do_to_white_space() -> None:
    relayed = (
        signed(MESSAGE, RSA).replace(b"A\r\n  folded   subject", b"A folded subject").replace(b"  spaces", b" spaces")
    )
    assert verify(relayed, RSA)


@pytest.mark.parametrize(
    "name", [b"From", b"To", b"Subject", b"Reply-To", b"References", b"List-Unsubscribe", b"List-Unsubscribe-Post"]
)
def test_nobody_can_add_a_second_field(name: bytes) -> None:
    """RFC 6376 8.15: fields are signed as absent once more than they occur."""
    assert not verify(name + b": evil@example.net\r\n" + signed(MESSAGE, RSA), RSA)


def test_a_changed_body_fails() -> None:
    assert not verify(signed(MESSAGE, RSA).replace(b"Two", b"Six"), RSA)


def test_several_fields_of_one_name_are_signed_from_the_bottom() -> None:
    assert verify(signed(b"To: first@example.org\r\n" + MESSAGE, RSA), RSA)


def test_lines_stay_short() -> None:
    assert max(map(len, signed(MESSAGE, RSA).split(b"\r\n"))) <= 200


def test_other_keys_are_refused() -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    kind = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()
    with pytest.raises(ValueError, match="RSA or Ed25519"):
        dkim.sign(MESSAGE, domain="acme.test", signers=[Signer("s", pem)], at=0)


def test_two_keys_sign_beside_each_other() -> None:
    """RFC 8463 5: who doesn't know Ed25519 verifies the other; who knows both may verify either."""
    signers = [Signer("one", RSA.private), Signer("two", ED25519.private)]
    message = dkim.sign(MESSAGE, domain="acme.test", signers=signers, at=1704067200) + MESSAGE
    records = {
        b"one._domainkey.acme.test.": dkim.record(RSA.public),
        b"two._domainkey.acme.test.": dkim.record(ED25519.public, "ed25519"),
    }
    verifier = dkimpy.DKIM(message)
    assert [verifier.verify(idx, dnsfunc=lambda name, timeout=5: records[name]) for idx in (0, 1)] == [True, True]
