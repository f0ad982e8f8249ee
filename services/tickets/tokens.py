"""Signed reply tokens: `alias+t<number>.<mark>@domain` brings an answer home however broken its headers are."""

from services import secrets


def reply_token(organisation_id: int, number: int) -> str:
    """The detail of the local-part for ticket `number`; at most 32 octets and safe from case folding."""
    return f"t{number}.{_mark(organisation_id, number)}"


def ticket_number(organisation_id: int, detail: str) -> int | None:
    """The number in a token that is ours, else None."""
    number, _, mark = detail.lower().removeprefix("t").partition(".")
    if not detail.lower().startswith("t") or not number.isascii() or not number.isdecimal() or len(number) > 12:
        return None
    return int(number) if secrets.same(mark, _mark(organisation_id, int(number))) else None


def _mark(organisation_id: int, number: int) -> str:
    return secrets.short_mark("reply", f"{organisation_id}.{number}")
