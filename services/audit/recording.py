"""Notes what a transaction changes of the audited tables and stores it with the transaction, or not at all.

`after_flush` sees every change that goes through the session, whichever function made it; a bare UPDATE or DELETE of an
audited table does not pass here and must not be written. `database.transaction` calls `write` before it commits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from models import AuditEntry, Domain, User
from services import access, clock
from services.access import Actor
from services.audit.kinds import KINDS, LINKS, REFERENCES, Kind, Link, is_private, reference

CREATED, CHANGED, DELETED = "created", "changed", "deleted"
HIDDEN = "••••••"
LONGEST = 4000
_NOTES, _MOVES = "audit", "audit moves"
_table = SQLModel.metadata.tables[str(AuditEntry.__tablename__)]


@dataclass
class _Note:
    """What became of one row in this transaction so far; no action = nothing to tell."""

    row: Any
    kind: Kind
    action: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def change(self, column: str, before: Any, after: Any) -> None:
        """The first `before` and the last `after` count; what came back to where it was did not change."""
        before = self.before.get(column, before)
        self.before[column], self.after[column] = before, after
        if before == after:
            del self.before[column], self.after[column]


@sa.event.listens_for(Session, "after_flush")
def _collect(session: Session, _: object) -> None:
    for action, rows in ((CREATED, session.new), (CHANGED, session.dirty), (DELETED, session.deleted)):
        for row in rows:
            if (kind := KINDS.get(type(row))) is not None:
                _take(session, row, kind, action)
            elif (link := LINKS.get(type(row))) is not None:
                _take_move(session, row, link, action)


def _take(session: Session, row: Any, kind: Kind, action: str) -> None:
    changes = list(_changes(row, kind, action))
    if changes or action != CHANGED:
        note = _note(session, row, kind, action)
        for column, before, after in changes:
            note.change(column, before, after)


def _changes(row: Any, kind: Kind, action: str) -> Iterator[tuple[str, Any, Any]]:
    secret = kind.secret if action == CHANGED else frozenset()  # what is made or goes has its secrets made or gone
    for column in sorted(kind.shown | secret):
        before, after = _values(row, column, action)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            keys = sorted({key for key in before | after if before.get(key) != after.get(key)})
            yield from ((f"{column}.{key}", before.get(key), after.get(key)) for key in keys)
        else:
            yield column, before, after


def _values(row: Any, column: str, action: str) -> tuple[Any, Any]:
    if action != CHANGED:
        default = type(row).model_fields[column].get_default(call_default_factory=True)
        value = None if getattr(row, column) == default else getattr(row, column)
        return (None, value) if action == CREATED else (value, None)
    history = sa.inspect(row).attrs[column].history
    if not history.has_changes():
        return None, None
    return (history.deleted or [None])[0], (history.added or [None])[0]


def _note(session: Session, row: Any, kind: Kind, action: str) -> _Note:
    notes: dict[tuple[str, int], _Note] = session.info.setdefault(_NOTES, {})
    key = (kind.noun, getattr(row, kind.number))
    known = notes.setdefault(key, _Note(row, kind, action))
    if action == DELETED:
        known.action = "" if known.action == CREATED else DELETED  # came and went: nobody saw it
    return known


def _take_move(session: Session, row: Any, link: Link, action: str) -> None:
    was_in, is_in = action != CREATED, action != DELETED
    if link.gate:
        history = sa.inspect(row).attrs[link.gate].history
        was_in = was_in and bool((history.deleted or history.unchanged or [None])[0])
        is_in = is_in and bool(getattr(row, link.gate))
    if was_in != is_in:
        session.info.setdefault(_MOVES, []).append((link, row, is_in))


def write(session: Session) -> None:
    """Store what was noted, in the name of whoever acts; the session was flushed just before."""
    for link, row, is_in in session.info.pop(_MOVES, []):
        _note_move(session, link, row, is_in=is_in)
    notes: dict[tuple[str, int], _Note] = session.info.pop(_NOTES, {})
    entries = [_entry(session, note) for note in notes.values() if note.action and _has_owner(session, note)]
    news = [entry for entry in entries if entry["action"] != CHANGED or entry["before"] or entry["after"]]
    if news:
        session.connection().execute(sa.insert(_table), news)


def _note_move(session: Session, link: Link, row: Any, *, is_in: bool) -> None:
    owner = session.get(link.owner, getattr(row, link.owner_id))
    if owner is None:
        return
    note = _note(session, owner, KINDS[link.owner], CHANGED)
    member = getattr(row, link.member)
    here, there = (note.after, note.before) if is_in else (note.before, note.after)
    if member in there.get(link.listed, []):  # out and in again
        there[link.listed].remove(member)
    else:
        here.setdefault(link.listed, []).append(member)


def _entry(session: Session, note: _Note) -> dict[str, Any]:
    row, kind = note.row, note.kind
    organisation_id = _organisation_of(session, row, kind)
    actor = _actor(row, organisation_id)
    return {
        "organisation_id": organisation_id,
        "actor_id": actor.user_id,
        "actor_name": (actor.name or actor.email)[:200],
        "action": note.action,
        "subject": kind.noun,
        "subject_id": getattr(row, kind.number),
        "subject_name": kind.name(session, row)[:320],
        "before": {} if note.action == CREATED else _told(session, note, note.before),
        "after": {} if note.action == DELETED else _told(session, note, note.after),
        "at": clock.now(),
    }


def _has_owner(session: Session, note: _Note) -> bool:
    """What went with its owner, which the database sees to, has no line of its own."""
    owner = note.kind.owner
    return not owner or session.get(Domain, getattr(note.row, owner)) is not None


def _organisation_of(session: Session, row: Any, kind: Kind) -> int:
    if kind.noun == "organisation":
        return int(row.id)
    owner = session.get_one(Domain, getattr(row, kind.owner)) if kind.owner else row
    return int(owner.organisation_id)


def _actor(row: Any, organisation_id: int) -> Actor:
    """Who is not signed in yet acts for themself: by a sign-up, an invitation, a new password."""
    acting = access.acting()
    if acting is not None and acting.organisation_id == organisation_id:
        return acting
    return access.of(row) if isinstance(row, User) else access.system(organisation_id)


def _told(session: Session, note: _Note, values: dict[str, Any]) -> dict[str, Any]:
    """`values` as they may be read for ever: names for numbers, dots for secrets, no more than fits."""
    links = {link.listed: link.member for link in LINKS.values() if link.owner is type(note.row)}
    told: dict[str, Any] = {}
    for column, value in values.items():
        if column in note.kind.secret or (is_private(note.row) and column != "visibility"):
            told[column] = HIDDEN
        elif column in links:
            told[column] = sorted(_value(session, links[column], each) for each in value)
        elif value is not None:
            told[column.removesuffix("_id")] = _value(session, column, value)
    return {column: value for column, value in told.items() if value not in (None, [])}


def _value(session: Session, column: str, value: Any) -> Any:
    if column in REFERENCES:
        return reference(session, column, value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    return value
