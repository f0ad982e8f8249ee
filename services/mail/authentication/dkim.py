"""Verifying DKIM signatures (RFC 6376, RFC 8301, RFC 8463): one finding each, with a reason in words."""

from collections.abc import Callable
from dataclasses import dataclass

from services.mail.authentication import keys, signatures
from services.mail.authentication.answers import Ask, together
from services.mail.authentication.keys import Broken, Key
from services.mail.authentication.mail import Mail
from services.mail.authentication.signatures import Signature

MOST = 10  # signatures that are looked at
REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one signature (RFC 8601 2.7.1); a reason where it is no pass."""

    result: str
    domain: str = ""
    selector: str = ""
    reason: str = ""


def verify(mail: Mail, ask: Ask, at: int) -> list[Finding]:
    """Every signature, from the top; `at` in seconds since 1970. Raises Missing for all keys at once."""
    made = [_read(raw) for raw in mail.named(b"dkim-signature")[:MOST]]
    found = together([_key_of(each, ask) for each in made])
    return [_finding(signature, key, mail, at) for signature, key in zip(made, found, strict=True)]


def _read(raw: bytes) -> Signature | Broken:
    try:
        signature = signatures.read(raw, REQUIRED, form="simple/simple")
        _check_form(signature)
    except Broken as error:
        return error
    return signature


def _check_form(signature: Signature) -> None:
    found = signature.found
    if found["v"] != "1":
        raise Broken("permerror", "it is of another version")
    if b"from" not in signature.names:
        raise Broken("permerror", "it leaves the From field out")
    if "dns/txt" not in found.get("q", "dns/txt").lower().split(":"):
        raise Broken("permerror", "its key is not in the DNS")
    identity = found.get("i", f"@{signature.domain}").rpartition("@")[2].lower().rstrip(".")
    if identity != signature.domain and not identity.endswith(f".{signature.domain}"):
        raise Broken("permerror", "it is made for another domain than its own")


def _key_of(signature: Signature | Broken, ask: Ask) -> Callable[[], Key | Broken]:
    if isinstance(signature, Broken):
        return lambda: signature
    return lambda: keys.find(signature.selector, signature.domain, ask)


def _finding(signature: Signature | Broken, key: Key | Broken, mail: Mail, at: int) -> Finding:
    if isinstance(signature, Broken):
        return Finding(signature.result, reason=signature.reason)
    about = signature.domain, signature.selector
    try:
        signatures.check_time(signature, at)
        if isinstance(key, Broken):
            return Finding(key.result, *about, key.reason)
        _check_identity(signature, key)
        signatures.check_message(signature, mail, key)
    except Broken as error:
        return Finding(error.result, *about, error.reason)
    return Finding("pass", *about, "it signs only the beginning of the text" if signature.length is not None else "")


def _check_identity(signature: Signature, key: Key) -> None:
    """RFC 6376 3.6.1, t=s."""
    identity = signature.found.get("i", "").rpartition("@")[2].lower().rstrip(".")
    if key.exact and identity and identity != signature.domain:
        raise Broken("permerror", "its key is not for subdomains")
