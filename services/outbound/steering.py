"""What people do to the queue: retry, hold, release, cancel, and pause it whole. Each change is conditional, so that
a delivery under way is never touched, and is written down with who did it."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from models import Organisation, Outbound, OutboundAttempt, OutboundStatus
from services import access, clock, database, events
from services.access import Actor, Permission
from services.errors import Conflict
from services.outbound.listing import get

WAITING = (OutboundStatus.QUEUED, OutboundStatus.DELAYED)
PAUSED = "outbound_paused"
HELD_BY_PAUSE = "Sending is paused."


def retry(session: Session, outbound_id: int, *, actor: Actor) -> Outbound:
    """Try again now, also after a final failure; the schedule starts afresh."""
    retryable = (*WAITING, OutboundStatus.FAILED, OutboundStatus.SUPPRESSED, OutboundStatus.CANCELLED)
    return _change(session, outbound_id, OutboundStatus.QUEUED, retryable, "Sent again by hand.", actor, clock.now())


def hold(session: Session, outbound_id: int, *, actor: Actor) -> Outbound:
    """Keep back until released."""
    return _change(session, outbound_id, OutboundStatus.HELD, WAITING, "Held by hand.", actor)


def release(session: Session, outbound_id: int, *, actor: Actor) -> Outbound:
    """Send on: at once, or, what was never tried, when it was to leave."""
    held, now = (OutboundStatus.HELD,), clock.now()
    is_early = sa.and_(col(Outbound.due_at) > now, col(Outbound.attempts) == 0)
    due_at = sa.case((is_early, col(Outbound.due_at)), else_=now)
    return _change(session, outbound_id, OutboundStatus.QUEUED, held, "Released by hand.", actor, due_at)


def cancel(session: Session, outbound_id: int, *, actor: Actor) -> Outbound:
    """Never send; what waits or is held can be cancelled, what is on its way cannot."""
    waiting = (*WAITING, OutboundStatus.HELD)
    return _change(session, outbound_id, OutboundStatus.CANCELLED, waiting, "Cancelled by hand.", actor)


def withdraw(session: Session, message_id: int) -> bool:
    """Delete every delivery of a message, if none has left yet (undo send); says whether it did."""
    mine = col(Outbound.message_id) == message_id
    session.flush()
    total = session.scalar(sa.select(sa.func.count()).select_from(Outbound).where(mine)) or 0
    untouched = sa.and_(
        col(Outbound.status).in_((OutboundStatus.QUEUED, OutboundStatus.HELD)), col(Outbound.attempts) == 0
    )
    with session.begin_nested() as savepoint:
        removed = database.affected(session.connection().execute(sa.delete(Outbound).where(mine, untouched)))
        if removed != total:
            savepoint.rollback()
    return removed == total


def pause(session: Session, *, actor: Actor) -> None:
    """Hold whatever becomes due from now on."""
    _set_paused(session, True, actor)


def resume(session: Session, *, actor: Actor) -> None:
    """Send again, first of all what was held by the pause."""
    _set_paused(session, False, actor)
    held = sa.and_(
        col(Outbound.organisation_id) == actor.organisation_id,
        col(Outbound.status) == OutboundStatus.HELD,
        col(Outbound.reply) == HELD_BY_PAUSE,
    )
    values = {"status": OutboundStatus.QUEUED, "due_at": clock.now(), "reply": ""}
    session.connection().execute(sa.update(Outbound).where(held).values(values))
    events.record(session, events.OutboundChanged(actor.organisation_id, 0))
    events.record(session, events.WorkArrived(0, "outbound"))


def is_paused(session: Session, *, actor: Actor) -> bool:
    access.require(actor, Permission.READ_QUEUE)
    organisation = session.get_one(Organisation, actor.organisation_id)
    return bool(organisation.settings.get(PAUSED))


def _set_paused(session: Session, paused: bool, actor: Actor) -> None:
    access.require(actor, Permission.MANAGE_QUEUE)
    organisation = session.get_one(Organisation, actor.organisation_id)
    organisation.settings = {**organisation.settings, PAUSED: paused}
    session.add(organisation)


def _change(
    session: Session,
    outbound_id: int,
    status: OutboundStatus,
    allowed: Collection[OutboundStatus],
    words: str,
    actor: Actor,
    due_at: datetime | sa.ColumnElement[datetime] | None = None,
) -> Outbound:
    access.require(actor, Permission.MANAGE_QUEUE)
    row = get(session, outbound_id, actor=actor)
    values: dict[str, object] = {"status": status, "lease_until": None, "claimed_by": None, "reply": words}
    if due_at is not None:
        values |= {"due_at": due_at, "attempts": 0}
    condition = sa.and_(col(Outbound.id) == outbound_id, col(Outbound.status).in_(allowed))
    statement = sa.update(Outbound).where(condition).values(values)
    if not database.affected(session.connection().execute(statement)):
        raise Conflict(f"This delivery is {row.status} now.", code="wrong_status")
    now = clock.now()
    session.add(OutboundAttempt(outbound_id=outbound_id, status=status, at=now, reply=words, actor_id=actor.user_id))
    events.record(session, events.OutboundChanged(row.organisation_id, outbound_id))
    if status is OutboundStatus.QUEUED:
        events.record(session, events.WorkArrived(0, "outbound"))
    session.flush()
    session.refresh(row)
    return row
