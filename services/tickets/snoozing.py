"""Sleep until a time: presets in the member's own timezone, and the runner that wakes what is due."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session, col, delete, select

from models import Ticket, TicketRead, TicketStatus, User
from services import access, clock, database
from services.access import Actor, Permission
from services.errors import Invalid
from services.tickets import recording
from services.tickets.rows import Changed

BATCH = 100
MORNING = time(9)
FURTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Preset:
    name: str
    at: datetime


def snooze(
    session: Session, ticket_id: int, until: datetime, *, keeps: bool = False, actor: Actor, batch: str = ""
) -> Changed:
    """Put a ticket to sleep; `keeps` = even if the customer answers. Raises Invalid for a time that has passed."""
    access.require(actor, Permission.WORK_TICKETS)
    if not clock.now() < until < clock.now() + FURTHEST:
        raise Invalid("Choose a time in the future, at most five years away.", field="until", code="invalid_time")
    ticket = recording.lock_whole(session, ticket_id, actor=actor)
    values = {
        "status": TicketStatus.SNOOZED,
        "snoozed_until": until.astimezone(UTC),
        "snooze_keeps": keeps,
        "resolved_at": None,
    }
    return recording.change(session, ticket, "snoozed", values, actor=actor, batch=batch, until=until, keeps=keeps)


def presets(session: Session, *, actor: Actor) -> list[Preset]:
    """Three hours, tomorrow and Monday at nine, in the member's timezone."""
    access.require(actor, Permission.READ_TICKETS)
    user = session.get(User, actor.user_id) if actor.user_id else None
    here = clock.now().astimezone(zone_of(user.timezone if user else "UTC"))
    tomorrow = here.date() + timedelta(days=1)
    monday = here.date() + timedelta(days=7 - here.weekday())
    local = [
        Preset("3 hours", here + timedelta(hours=3)),
        Preset("Tomorrow", datetime.combine(tomorrow, MORNING, here.tzinfo)),
        Preset("Monday", datetime.combine(monday, MORNING, here.tzinfo)),
        Preset("In a week", datetime.combine(here.date() + timedelta(days=7), MORNING, here.tzinfo)),
    ]
    return [Preset(each.name, each.at.astimezone(UTC)) for each in local]


def zone_of(name: str) -> ZoneInfo:
    """The timezone of that name, or UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def wake_due() -> bool:
    """Runner: open what has slept long enough, on top of the list and unread; True when there may be more."""
    due = (col(Ticket.snoozed_until) <= clock.now(), Ticket.status == TicketStatus.SNOOZED)
    with database.reading() as session:
        if session.exec(select(Ticket.id).where(*due).limit(1)).first() is None:
            return False
    with database.transaction() as session:
        query = select(Ticket).where(*due).order_by(col(Ticket.snoozed_until)).limit(BATCH)
        tickets = session.exec(query.with_for_update(skip_locked=True)).all()
        for ticket in tickets:
            _wake(session, ticket)
    return len(tickets) == BATCH


def _wake(session: Session, ticket: Ticket) -> None:
    slept_until = ticket.snoozed_until
    session.exec(delete(TicketRead).where(col(TicketRead.ticket_id) == ticket.id))
    values = recording.with_status(TicketStatus.OPEN, ticket)
    for name, value in (values | {"active_at": clock.now()}).items():
        setattr(ticket, name, value)
    session.add(ticket)
    actor = access.system(ticket.organisation_id)
    recording.note(session, ticket, "woken", actor=actor, undo={}, until=slept_until)
