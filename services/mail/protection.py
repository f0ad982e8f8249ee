"""Whether a message is signed or encrypted, and in what words its reader is told (RFC 8551, RFC 3156, RFC 9580)."""

from collections.abc import Collection
from dataclasses import dataclass

_SMIME_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature"}
_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}


@dataclass(frozen=True)
class Protection:
    kind: str  # signed or encrypted
    words: str


def of(types: Collection[str], text: str) -> Protection | None:
    """By the types of its parts and the beginning of its text; an opaque signature's text was taken out of it."""
    beginning = text.lstrip()[:40]
    if "application/pgp-encrypted" in types or beginning.startswith("-----BEGIN PGP MESSAGE-----"):
        return _encrypted("PGP")
    if _SMIME.intersection(types) and not beginning:
        return _encrypted("S/MIME")
    if _SMIME_SIGNATURES.intersection(types) or _SMIME.intersection(types):
        return _signed("S/MIME")
    if "application/pgp-signature" in types or beginning.startswith("-----BEGIN PGP SIGNED MESSAGE-----"):
        return _signed("PGP")
    return None


def _encrypted(how: str) -> Protection:
    return Protection("encrypted", f"Encrypted with {how}: it cannot be read here. A mail program with the key can.")


def _signed(how: str) -> Protection:
    return Protection("signed", f"Signed with {how}. The signature is not checked here.")
