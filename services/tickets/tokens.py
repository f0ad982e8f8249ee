"""Signed reply tokens: `alias+t<number>.<mark>@domain` brings an answer home however broken its headers are."""

from services import secrets
from services.mail import thread


def reply_token(organisation_id: int, number: int) -> str:
    """The detail of the local-part for ticket `number`; at most 32 octets and safe from case folding."""
    return f"t{number}.{_mark(organisation_id, number)}"


def ticket_number(organisation_id: int, detail: str) -> int | None:
    """The number in a token that is ours, else None."""
    found = thread.token(detail)
    if found is None or not secrets.same(found[1], _mark(organisation_id, found[0])):
        return None
    return found[0]


def _mark(organisation_id: int, number: int) -> str:
    return secrets.short_mark("reply", f"{organisation_id}.{number}")
