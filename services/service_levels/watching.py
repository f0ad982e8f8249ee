"""Keeping promises in step with their tickets: made, paused while we wait, met, reminded of, missed."""

import contextlib
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from models import (
    Folder,
    Mailbox,
    NoticeLevel,
    Priority,
    ServiceLevel,
    TargetKind,
    Ticket,
    TicketTarget,
)
from services import clock, database, events, hours, ids, notices
from services.errors import Conflict
from services.notices import Trouble
from services.service_levels import silence, stopping
from services.service_levels.promises import KINDS, LONGEST_REMINDER, targets_of

BATCH = 200


def watch() -> bool:
    """One look at every promise and at every ticket that has waited long; True when there may be more to do."""
    with database.reading() as session:
        if not _is_anything_promised(session):
            return False
    busy = False
    for step in (_promise, _settle, _remind, _miss, silence.bring_back, silence.close):
        with contextlib.suppress(Conflict), database.transaction() as session:  # another process was quicker
            busy = step(session) or busy
    return busy


def _is_anything_promised(session: Session) -> bool:
    silence = sa.or_(col(Mailbox.remind_days).is_not(None), col(Mailbox.close_days).is_not(None))
    return any(
        session.exec(query.limit(1)).first()
        for query in (select(ServiceLevel.since), select(Mailbox.id).where(silence))
    )


def _promise(session: Session) -> bool:
    """Tickets without promises, in mailboxes that make some."""
    has_some = sa.exists().where(col(TicketTarget.ticket_id) == col(Ticket.id))
    targets = col(ServiceLevel.targets)
    are_there_any = (  # or those that nothing is promised to would stand before all others, for good
        sa.and_(col(Ticket.priority) == each, targets[each.value].as_string().is_not(None)) for each in Priority
    )
    query = (
        select(Ticket, Mailbox, ServiceLevel)
        .join(Mailbox, col(Mailbox.id) == col(Ticket.mailbox_id))
        .join(ServiceLevel, col(ServiceLevel.mailbox_id) == col(Mailbox.id))
        .where(col(Ticket.created_at) >= col(ServiceLevel.since), col(Ticket.last_inbound_at).is_not(None))
        .where(col(Ticket.folder).in_((Folder.OPEN, Folder.WAITING, Folder.SNOOZED)), ~has_some)
        .where(sa.or_(*are_there_any))
        .order_by(col(Ticket.id))
        .limit(BATCH)
    )
    made = 0
    for ticket, mailbox, level in session.exec(query):
        calendar = hours.calendar_of(mailbox)
        for kind, minutes in targets_of(level).get(ticket.priority, {}).items():
            target = TicketTarget(
                organisation_id=ticket.organisation_id,
                ticket_id=ticket.id or 0,
                kind=kind,
                minutes=minutes,
                due_at=stopping.due(calendar, ticket.created_at, timedelta(minutes=minutes)),
            )
            session.add(target)
            _tell(session, ticket)
            made += 1
    return made >= BATCH


def _settle(session: Session) -> bool:
    """Promises whose ticket has moved on since."""
    paused = col(Ticket.folder).in_(stopping.PAUSED)
    kept = sa.or_(
        sa.and_(col(TicketTarget.kind) == TargetKind.FIRST, col(Ticket.first_response_at).is_not(None)),
        sa.and_(col(TicketTarget.kind) == TargetKind.RESOLVE, col(Ticket.resolved_at).is_not(None)),
        col(Ticket.folder) == Folder.DONE,
    )
    differs = sa.or_(kept, paused != col(TicketTarget.paused_at).is_not(None))
    query = _open_targets().where(differs).limit(BATCH)
    found = session.exec(query).all()
    for target, ticket, mailbox in found:
        stopping.bring_up_to_date(session, target, ticket, mailbox)
        session.add(target)
        if target.met_at is not None or target.paused_at is not None:
            _forget_notices(session, target)
        _tell(session, ticket)
    return len(found) == BATCH


def _remind(session: Session) -> bool:
    """Whoever has the ticket is told in time."""
    now = clock.now()
    soon = select(TicketTarget, Ticket, ServiceLevel).join(Ticket, col(Ticket.id) == col(TicketTarget.ticket_id))
    soon = soon.join(ServiceLevel, col(ServiceLevel.mailbox_id) == col(Ticket.mailbox_id)).where(
        col(TicketTarget.met_at).is_(None),
        col(TicketTarget.paused_at).is_(None),
        col(TicketTarget.reminded_at).is_(None),
        col(TicketTarget.due_at) > now,
        col(TicketTarget.due_at) <= now + timedelta(minutes=LONGEST_REMINDER),
    )
    for target, ticket, level in session.exec(soon):
        if target.due_at <= now + timedelta(minutes=level.remind_minutes):
            target.reminded_at = now
            session.add(target)
            _notify(session, target, ticket, f"#{ticket.number}: {KINDS[target.kind]} is due soon", NoticeLevel.WARNING)
    return False


def _miss(session: Session) -> bool:
    query = _open_targets().where(
        col(TicketTarget.paused_at).is_(None),
        col(TicketTarget.missed_at).is_(None),
        col(TicketTarget.due_at) <= clock.now(),
    )
    found = session.exec(query.limit(BATCH)).all()
    for target, ticket, _ in found:
        target.missed_at = target.due_at
        session.add(target)
        _notify(session, target, ticket, f"#{ticket.number}: {KINDS[target.kind]} is late", NoticeLevel.ERROR)
        _tell(session, ticket)
    return len(found) == BATCH


def _open_targets() -> Select[TicketTarget, Ticket, Mailbox]:
    query = select(TicketTarget, Ticket, Mailbox).join(Ticket, col(Ticket.id) == col(TicketTarget.ticket_id))
    return query.join(Mailbox, col(Mailbox.id) == col(Ticket.mailbox_id)).where(col(TicketTarget.met_at).is_(None))


def _notify(session: Session, target: TicketTarget, ticket: Ticket, title: str, level: NoticeLevel) -> None:
    """To whoever has it, else to those who run the place."""
    _forget_notices(session, target)
    trouble = Trouble(ticket.organisation_id, "promise", target.id or 0, ticket.assignee_id)
    notices.open(
        session, trouble, title, text=ticket.subject, link=f"/t/{ids.encode('ticket', ticket.id or 0)}", level=level
    )


def _forget_notices(session: Session, target: TicketTarget) -> None:
    notices.close_all(session, target.organisation_id, "promise", target.id or 0)


def _tell(session: Session, ticket: Ticket) -> None:
    events.record(session, events.TicketChanged(ticket.organisation_id, ticket.id or 0))
