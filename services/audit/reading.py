"""The audit read back: newest first, a page at a time, by member, kind, time and words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import AuditEntry
from services import access
from services.access import Actor, Permission
from services.audit.kinds import KINDS
from services.errors import NotFound

NOUNS = tuple(kind.noun for kind in KINDS.values())


@dataclass(frozen=True)
class Filter:
    """What is wanted; empty = everything. `q` is looked for in the name of what changed, of who did it, and in what
    it was and is. `since` and `until` include, and exclude, that moment."""

    member_id: int | None = None
    subject: str = ""
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Filter()


@dataclass(frozen=True)
class Page:
    """`before` asks for the next one; None = this is the last."""

    entries: list[AuditEntry]
    before: int | None


def entries(
    session: Session, wanted: Filter = EVERYTHING, *, before: int | None = None, limit: int = 50, actor: Actor
) -> Page:
    """The newest `limit` entries, or those older than entry `before`."""
    access.require(actor, Permission.READ_AUDIT)
    query = select(AuditEntry).where(*_conditions(wanted, actor))
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    found = list(session.exec(query.order_by(col(AuditEntry.id).desc()).limit(limit + 1)))
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def get(session: Session, entry_id: int, *, actor: Actor) -> AuditEntry:
    access.require(actor, Permission.READ_AUDIT)
    entry = session.get(AuditEntry, entry_id)
    if entry is None or entry.organisation_id != actor.organisation_id:
        raise NotFound("There is no such entry.")
    return entry


def members(session: Session, *, actor: Actor) -> dict[int, str]:
    """Everybody who ever changed something and still has an account, by name."""
    access.require(actor, Permission.READ_AUDIT)
    named = sa.select(col(AuditEntry.actor_id), sa.func.max(col(AuditEntry.actor_name))).where(
        col(AuditEntry.organisation_id) == actor.organisation_id, col(AuditEntry.actor_id).is_not(None)
    )
    rows = session.connection().execute(named.group_by(col(AuditEntry.actor_id)))
    return dict(sorted(((number, name) for number, name in rows if number), key=lambda pair: pair[1].lower()))


def _conditions(wanted: Filter, actor: Actor) -> list[Any]:
    conditions: list[Any] = [col(AuditEntry.organisation_id) == actor.organisation_id]
    if wanted.member_id is not None:
        conditions.append(col(AuditEntry.actor_id) == wanted.member_id)
    if wanted.subject:
        conditions.append(col(AuditEntry.subject) == wanted.subject)
    if wanted.since is not None:
        conditions.append(col(AuditEntry.at) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(AuditEntry.at) < wanted.until)
    if wanted.q.strip():
        conditions.append(_mentions(wanted.q.strip().replace("\x00", "")))
    return conditions


def _mentions(text: str) -> Any:
    places = (col(AuditEntry.subject_name), col(AuditEntry.actor_name))
    values = (sa.cast(col(AuditEntry.before), sa.Text), sa.cast(col(AuditEntry.after), sa.Text))
    return sa.or_(*(place.icontains(text, autoescape=True) for place in (*places, *values)))
