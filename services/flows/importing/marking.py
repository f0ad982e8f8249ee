"""What the old program had noted, as this one notes it: folders as tags, junk as spam, seen and flagged for whoever
imports."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from models import Direction, TicketRead, TicketStatus
from services.flows.importing.purpose import Purpose
from services.flows.importing.reading import Old
from services.flows.inbound.desk import Desk

_READ: Any = TicketRead.__table__  # type: ignore[attr-defined]
_SEEN = sa.text(
    "INSERT INTO ticket_read (user_id, ticket_id, read_at) VALUES (:user_id, :ticket_id, :read_at)"
    " ON CONFLICT (user_id, ticket_id) DO UPDATE SET read_at = CASE WHEN excluded.read_at > ticket_read.read_at"
    " THEN excluded.read_at ELSE ticket_read.read_at END"
).bindparams(sa.bindparam("read_at", type_=_READ.c.read_at.type))
_STARRED = sa.text("INSERT INTO ticket_star (user_id, ticket_id) VALUES (:user_id, :ticket_id) ON CONFLICT DO NOTHING")


def tag(desk: Desk, purpose: Purpose, new: Sequence[Old]) -> None:
    """Tags, and the status of the conversations that began with these messages."""
    for old in new:
        thread = old.letter.thread
        if thread is None:
            continue
        for name in (purpose.tag, old.marks.folder if purpose.folders else ""):
            if name:
                desk.docket.add_tag(thread, name[:64], "")
        if thread.id in desk.ledger.new:
            _set_status(purpose, old, thread)


def _set_status(purpose: Purpose, old: Old, thread: Any) -> None:
    if old.marks.junk:
        thread.status, thread.resolved_at = TicketStatus.SPAM, None
    elif purpose.status is TicketStatus.OPEN and thread.status is TicketStatus.CLOSED:
        thread.status, thread.resolved_at = TicketStatus.OPEN, None


def mark(connection: sa.Connection, purpose: Purpose, new: Sequence[Old]) -> None:
    """Once the tickets are there."""
    if purpose.user_id is None:
        return
    seen: dict[int, Any] = {}
    starred: set[int] = set()
    for old in new:
        thread = old.letter.thread
        if thread is None:
            continue
        if old.marks.seen and old.letter.direction is Direction.IN:
            seen[thread.id] = max(seen.get(thread.id, old.letter.received_at), old.letter.received_at)
        if old.marks.flagged:
            starred.add(thread.id)
    if seen:
        rows = [{"user_id": purpose.user_id, "ticket_id": number, "read_at": at} for number, at in sorted(seen.items())]
        connection.execute(_SEEN, rows)
    if starred:
        connection.execute(_STARRED, [{"user_id": purpose.user_id, "ticket_id": each} for each in sorted(starred)])
