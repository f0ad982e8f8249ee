"""Tickets by page and filter, for programs: numbered pages with a total, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Alias, Mailbox, Priority, Ticket, TicketStatus, User
from services import access, filters
from services.access import Actor, Permission
from services.tickets.decorating import COLUMNS, decorated
from services.tickets.rows import Row

_ROWS = sa.text(f"SELECT {COLUMNS} FROM ticket t WHERE t.id IN :ids").bindparams(sa.bindparam("ids", expanding=True))


@dataclass(frozen=True)
class Choice:
    """Which tickets; None leaves a matter open. Without a status spam stays out. `assignee_id` 0 means nobody, -1 no
    member."""

    status: TicketStatus | None = None
    priority: Priority | None = None
    assignee_id: int | None = None
    alias_id: int | None = None
    mailbox_id: int | None = None
    correspondent: str = ""
    since: datetime | None = None
    until: datetime | None = None


def page(session: Session, choice: Choice, *, number: int = 1, limit: int = 20, actor: Actor) -> tuple[list[Row], int]:
    """Page `number` (from 1) of the tickets outside the trash, and how many there are on all pages."""
    access.require(actor, Permission.READ_TICKETS)
    filters.require_own(session, Alias, choice.alias_id, actor=actor)
    filters.require_own(session, Mailbox, choice.mailbox_id, actor=actor)
    if (choice.assignee_id or 0) > 0:
        filters.require_own(session, User, choice.assignee_id, actor=actor)
    conditions = _conditions(choice, actor)
    total = session.exec(select(sa.func.count()).select_from(Ticket).where(*conditions)).one()
    newest = select(Ticket.id).where(*conditions).order_by(col(Ticket.created_at).desc(), col(Ticket.id).desc())
    ids = session.exec(newest.limit(limit).offset((number - 1) * limit)).all()
    if not ids:
        return [], total
    lines = {line[0]: line for line in session.connection().execute(_ROWS, {"ids": list(ids)})}
    return decorated(session, [lines[each] for each in ids], actor=actor), total


def _conditions(choice: Choice, actor: Actor) -> list[Any]:
    conditions: list[Any] = [col(Ticket.organisation_id) == actor.organisation_id, col(Ticket.deleted_at).is_(None)]
    if choice.status is None:
        conditions.append(col(Ticket.status) != TicketStatus.SPAM)
    if choice.assignee_id == 0:
        conditions.append(col(Ticket.assignee_id).is_(None))
    elif choice.assignee_id is not None:
        conditions.append(col(Ticket.assignee_id) == choice.assignee_id)
    for name in ("status", "priority", "alias_id", "mailbox_id"):
        if getattr(choice, name) is not None:
            conditions.append(col(getattr(Ticket, name)) == getattr(choice, name))
    if choice.correspondent:
        conditions.append(col(Ticket.correspondent) == choice.correspondent.lower().replace("\x00", ""))
    if choice.since is not None:
        conditions.append(col(Ticket.created_at) >= choice.since)
    if choice.until is not None:
        conditions.append(col(Ticket.created_at) < choice.until)
    return conditions
