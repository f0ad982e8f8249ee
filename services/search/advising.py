"""Why a search can find nothing whatever mail there is: a value its operator does not know, and those it does."""

import sqlalchemy as sa
from sqlmodel import Session

from services import access
from services.access import Actor, Permission
from services.search.filtering import NOTHING, VALUES, alone
from services.search.query import Filter, parse

_DATES = ("before", "after")
_TAG = "SELECT 1 FROM tag WHERE organisation_id = :organisation AND name = :tag0"
_MAILBOX = "SELECT 1 FROM mailbox WHERE organisation_id = :organisation AND lower(name) = :mailbox0"
_NAMED = {"tag0": (_TAG, "There is no tag “{}”."), "mailbox0": (_MAILBOX, "There is no folder or mailbox “{}”.")}


def advice(session: Session, query: str, *, actor: Actor) -> str:
    """A sentence about the first operator with a value that nothing has; empty where every value is known."""
    access.require(actor, Permission.READ_TICKETS)
    return next(filter(None, (_about(session, asked, actor) for asked in parse(query).filters)), "")


def _about(session: Session, asked: Filter, actor: Actor) -> str:
    made = alone(session, asked, actor=actor)
    if asked.name in _DATES:
        is_date = made.since is not None or made.until is not None
        return "" if is_date else f"{asked.name}: takes a date, like {asked.name}:2026-01-31."
    for name in _NAMED.keys() & made.values.keys():
        text, words = _NAMED[name]
        values = {"organisation": actor.organisation_id, name: asked.value}
        found = session.connection().execute(sa.text(text), values).first()
        return "" if found else words.format(asked.value)
    if not any(NOTHING in condition for condition in made.conditions):
        return ""
    *most, last = VALUES[asked.name]
    return f"{asked.name}: takes {', '.join(most)} or {last}."
