"""Reverse-paths of ours that name the delivery a report answers: `bounce+v<number>.<mark>@domain`.

Letters and digits that survive case folding, at most 40 octets (RFC 5321 4.5.3.1.1 gives 64); the mark covers the
organisation and the number, so that nobody can make up a delivery that failed.
"""

import base64
import hmac
import re

_FORM = re.compile(r"bounce\+v(\d{1,18})\.([a-z2-7]{12})")


def write(organisation_id: int, number: int, domain: str, *, key: bytes) -> str:
    return f"bounce+v{number}.{_mark(organisation_id, number, key)}@{domain}"


def is_ours(local: str) -> bool:
    """Whether a local part has the form."""
    return _FORM.fullmatch(local.lower()) is not None


def read(local: str, organisation_id: int, *, key: bytes) -> int | None:
    """The number of the delivery; None when the mark is not ours."""
    found = _FORM.fullmatch(local.lower())
    if found is None:
        return None
    number = int(found[1])
    return number if hmac.compare_digest(found[2], _mark(organisation_id, number, key)) else None


def _mark(organisation_id: int, number: int, key: bytes) -> str:
    digest = hmac.digest(key, f"{organisation_id}.{number}".encode(), "sha256")
    return base64.b32encode(digest)[:12].decode().lower()
