"""What a mailbox promises, and what its tickets were promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import Mailbox, Priority, ServiceLevel, TargetKind, TicketTarget
from services import access, clock, hours
from services.access import Actor, Permission
from services.errors import Invalid, NotFound
from services.hours import Calendar

KINDS = {TargetKind.FIRST: "first answer", TargetKind.RESOLVE: "resolution"}
LONGEST_MINUTES = 60 * 24 * 365
LONGEST_REMINDER = 60 * 24 * 7
LONGEST_DAYS = 3650

Targets = dict[Priority, dict[TargetKind, int]]


@dataclass(frozen=True)
class Level:
    """What a mailbox promises: when it is open, minutes of that by priority and kind (none = nothing promised), and
    after how many days of silence a waiting ticket comes back or is closed."""

    timezone: str
    hours: dict[str, object]
    holidays: list[str]
    targets: Targets
    remind_minutes: int = 30
    remind_days: int | None = None
    close_days: int | None = None


@dataclass(frozen=True)
class Pressing:
    """When what was promised is due, and from when on it is near."""

    due_at: datetime
    amber_at: datetime


@dataclass(frozen=True)
class Promise:
    """How a promise to one ticket stands now."""

    kind: TargetKind
    due_at: datetime
    amber_at: datetime
    is_paused: bool
    is_missed: bool
    met_at: datetime | None


def get(session: Session, mailbox_id: int, *, actor: Actor) -> Level:
    """Raises NotFound for a mailbox that is not the actor's."""
    access.require(actor, Permission.READ_DIRECTORY)
    mailbox = _mailbox(session, mailbox_id, actor)
    level = session.get(ServiceLevel, mailbox_id)
    return Level(
        mailbox.timezone,
        mailbox.hours,
        mailbox.holidays,
        targets_of(level) if level else {},
        level.remind_minutes if level else 30,
        mailbox.remind_days,
        mailbox.close_days,
    )


def update(session: Session, mailbox_id: int, level: Level, *, actor: Actor) -> Level:
    """Promise `level` to every ticket that comes from now on. Raises Invalid naming what cannot be."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    mailbox = _mailbox(session, mailbox_id, actor)
    calendar = hours.read(level.timezone, level.hours, level.holidays)
    _check(level, calendar)
    mailbox.timezone, mailbox.hours, mailbox.holidays = level.timezone, level.hours, level.holidays
    mailbox.remind_days, mailbox.close_days = level.remind_days, level.close_days
    session.add(mailbox)
    stored = session.get(ServiceLevel, mailbox_id)
    targets = {
        priority.value: {kind.value: minutes for kind, minutes in each.items()}
        for priority, each in level.targets.items()
        if each
    }
    if stored is None and targets:
        stored = ServiceLevel(
            mailbox_id=mailbox_id, organisation_id=actor.organisation_id, remind_minutes=0, since=clock.now()
        )
    if stored is not None:
        stored.targets, stored.remind_minutes = dict(targets), level.remind_minutes
        session.add(stored)
    return level


def promised(session: Session, ticket_id: int, *, actor: Actor) -> list[Promise]:
    """The promises to a ticket, the first answer first."""
    access.require(actor, Permission.READ_TICKETS)
    now = clock.now()
    query = select(TicketTarget).where(
        TicketTarget.ticket_id == ticket_id, TicketTarget.organisation_id == actor.organisation_id
    )
    return [
        Promise(
            each.kind,
            each.due_at,
            _amber_at(each.due_at, each.minutes),
            each.paused_at is not None and each.met_at is None,
            each.missed_at is not None or (each.met_at is None and each.paused_at is None and each.due_at < now),
            each.met_at,
        )
        for each in session.exec(query.order_by(col(TicketTarget.kind)))
    ]


def pressing(session: Session, ticket_ids: Iterable[int], *, actor: Actor) -> dict[int, Pressing]:
    """Of these tickets those with a promise that runs, and the one of it that is due first."""
    access.require(actor, Permission.READ_TICKETS)
    query = select(TicketTarget).where(
        col(TicketTarget.ticket_id).in_(list(ticket_ids)),
        TicketTarget.organisation_id == actor.organisation_id,
        col(TicketTarget.met_at).is_(None),
        col(TicketTarget.paused_at).is_(None),
    )
    latest_first = session.exec(query.order_by(col(TicketTarget.due_at).desc()))
    return {each.ticket_id: Pressing(each.due_at, _amber_at(each.due_at, each.minutes)) for each in latest_first}


def _amber_at(due_at: datetime, minutes: int) -> datetime:
    """When three quarters of its time are over."""
    return due_at - timedelta(minutes=minutes / 4)


def targets_of(level: ServiceLevel) -> Targets:
    found: Targets = {}
    for priority, each in level.targets.items():
        assert isinstance(each, dict)
        found[Priority(priority)] = {TargetKind(kind): int(minutes) for kind, minutes in each.items()}
    return found


def _check(level: Level, calendar: Calendar) -> None:
    longest = 0
    for each in level.targets.values():
        for kind, minutes in each.items():
            if not 0 < minutes <= LONGEST_MINUTES:
                raise Invalid(f"Give the minutes to the {KINDS[kind]} from 1 to {LONGEST_MINUTES}.", field="targets")
            longest = max(longest, minutes)
    calendar.due(clock.now(), timedelta(minutes=longest))
    if not 0 <= level.remind_minutes <= LONGEST_REMINDER:
        raise Invalid(f"Give the minutes from 0 to {LONGEST_REMINDER}.", field="remind_minutes")
    for field, days in (("remind_days", level.remind_days), ("close_days", level.close_days)):
        if days is not None and not 0 < days <= LONGEST_DAYS:
            raise Invalid(f"Give a number of days from 1 to {LONGEST_DAYS}, or none.", field=field)


def _mailbox(session: Session, mailbox_id: int, actor: Actor) -> Mailbox:
    mailbox = session.get(Mailbox, mailbox_id)
    if mailbox is None or mailbox.organisation_id != actor.organisation_id:
        raise NotFound("There is no such mailbox.")
    return mailbox
