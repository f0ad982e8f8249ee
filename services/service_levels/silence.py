"""Tickets that wait for a customer who says nothing: brought back after some days, or closed."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from models import Folder, Mailbox, Ticket, TicketEvent, TicketStatus
from services import access, clock, tickets

BATCH = 200


def bring_back(session: Session) -> bool:
    """So that somebody asks again."""
    return _after(session, col(Mailbox.remind_days), TicketStatus.OPEN, lambda box: box.remind_days or 0)


def close(session: Session) -> bool:
    return _after(session, col(Mailbox.close_days), TicketStatus.CLOSED, lambda box: box.close_days or 0)


def _after(session: Session, column: Mapped[int | None], status: TicketStatus, days: Callable[[Mailbox], int]) -> bool:
    """Counted from the last message, or from when somebody decided since to wait longer."""
    for mailbox in session.exec(select(Mailbox).where(column.is_not(None))).all():
        since = clock.now() - timedelta(days=days(mailbox))
        decided = sa.exists().where(
            col(TicketEvent.ticket_id) == col(Ticket.id), col(TicketEvent.kind) == "status", col(TicketEvent.at) > since
        )
        silent = select(Ticket.id).where(
            Ticket.organisation_id == mailbox.organisation_id,
            Ticket.mailbox_id == mailbox.id,
            Ticket.folder == Folder.WAITING,
            col(Ticket.active_at) <= since,
            ~decided,
        )
        for ticket_id in session.exec(silent.limit(BATCH)).all():
            tickets.set_status(session, ticket_id or 0, status, actor=access.system(mailbox.organisation_id))
    return False
