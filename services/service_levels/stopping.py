"""The clock of one promise: stopped, set going again and read, at the moment its ticket moved, however late that is
noticed."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Folder, Mailbox, TargetKind, Ticket, TicketEvent, TicketTarget
from services import clock, hours
from services.errors import Invalid
from services.hours import Calendar

PAUSED = frozenset({Folder.WAITING, Folder.SNOOZED, Folder.SPAM, Folder.TRASH})
_MOVES = ("sent", "replied", "status", "snoozed", "woken", "reopened", "undelivered", "deleted", "restored", "undone")


def due(calendar: Calendar, start: datetime, rest: timedelta) -> datetime:
    """When `rest` of open time will have passed; ten years on where hours that were cut since leave less than that."""
    try:
        return calendar.due(start, rest)
    except Invalid:
        return start + timedelta(days=hours.FARTHEST_DAYS)


def bring_up_to_date(session: Session, target: TicketTarget, ticket: Ticket, mailbox: Mailbox) -> None:
    done_at = ticket.first_response_at if target.kind is TargetKind.FIRST else ticket.resolved_at
    if done_at is not None or ticket.folder is Folder.DONE:
        target.met_at = done_at or clock.now()
        if target.paused_at is None and target.met_at > target.due_at:
            target.missed_at = target.missed_at or target.due_at
    elif ticket.folder in PAUSED:
        target.paused_at = ticket.deleted_at or _moved_at(session, ticket) or clock.now()
    elif target.paused_at is not None:
        moved_at = _moved_at(session, ticket)
        at = moved_at if moved_at is not None and moved_at > target.paused_at else clock.now()
        _go_on(target, at, hours.calendar_of(mailbox))


def _go_on(target: TicketTarget, at: datetime, calendar: Calendar) -> None:
    """With what was left of its time; where the hours were changed since and none of it is open, all the same."""
    assert target.paused_at is not None
    if target.due_at > target.paused_at:
        rest = calendar.between(target.paused_at, target.due_at) or target.due_at - target.paused_at
        target.due_at, target.reminded_at = due(calendar, at, rest), None
    target.paused_at = None


def _moved_at(session: Session, ticket: Ticket) -> datetime | None:
    """When it came to where it is, as far as its own history says: that of a merge is the other one's."""
    moves = select(TicketEvent.at).where(TicketEvent.ticket_id == ticket.id, col(TicketEvent.kind).in_(_MOVES))
    return session.exec(moves.order_by(col(TicketEvent.id).desc()).limit(1)).first()
