"""People are told of signatures and of what cannot be read."""

import pytest

from services.mail import protection


@pytest.mark.parametrize(
    ("types", "text", "kind", "how"),
    [
        (["application/pgp-encrypted", "application/octet-stream"], "", "encrypted", "PGP"),
        (["application/pkcs7-mime"], "", "encrypted", "S/MIME"),
        (["application/pkcs7-mime"], "hello", "signed", "S/MIME"),
        (["application/x-pkcs7-signature"], "hello", "signed", "S/MIME"),
        (["application/pgp-signature"], "hello", "signed", "PGP"),
        ([], "\n-----BEGIN PGP MESSAGE-----\n\nhQ==", "encrypted", "PGP"),
        ([], "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello", "signed", "PGP"),
    ],
)
def test_what_is_told(types: list[str], text: str, kind: str, how: str) -> None:
    told = protection.of(types, text)
    assert told and told.kind == kind and how in told.words


def test_plain_mail_is_told_nothing_of() -> None:
    assert protection.of(["application/pdf"], "hello") is None
