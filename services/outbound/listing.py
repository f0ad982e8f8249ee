"""The queue as people look at it: newest first by keyset, one row with everything that happened to it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Outbound, OutboundAttempt, OutboundStatus
from services import access
from services.access import Actor, Permission
from services.errors import NotFound


@dataclass(frozen=True)
class Page:
    """`before` asks for the next page; None on the last one."""

    rows: list[Outbound]
    before: tuple[datetime, int] | None


def queue(
    session: Session,
    *,
    status: OutboundStatus | None = None,
    q: str = "",
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
    actor: Actor,
) -> Page:
    """Deliveries, newest first; `q` is looked for in recipient, subject, queue id and the last reply."""
    access.require(actor, Permission.READ_QUEUE)
    query = select(Outbound).where(col(Outbound.organisation_id) == actor.organisation_id)
    if status is not None:
        query = query.where(col(Outbound.status) == status)
    if q.strip():
        columns = (Outbound.recipient, Outbound.subject, Outbound.queue_id, Outbound.reply)
        query = query.where(sa.or_(*(col(each).icontains(q.strip(), autoescape=True) for each in columns)))
    if before is not None:
        at, row_id = before
        query = query.where(
            sa.or_(col(Outbound.created_at) < at, sa.and_(col(Outbound.created_at) == at, col(Outbound.id) < row_id))
        )
    query = query.order_by(col(Outbound.created_at).desc(), col(Outbound.id).desc()).limit(limit + 1)
    rows = list(session.exec(query).all())
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, (rows[-1].created_at, rows[-1].id or 0) if more else None)


def counts(session: Session, *, actor: Actor) -> dict[OutboundStatus, int]:
    """How many deliveries are in each status."""
    access.require(actor, Permission.READ_QUEUE)
    query = select(Outbound.status, sa.func.count()).where(col(Outbound.organisation_id) == actor.organisation_id)
    found = dict(session.exec(query.group_by(col(Outbound.status))).all())
    return {status: found.get(status, 0) for status in OutboundStatus}


def get(session: Session, outbound_id: int, *, actor: Actor) -> Outbound:
    access.require(actor, Permission.READ_QUEUE)
    row = session.get(Outbound, outbound_id)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound("There is no such delivery.")
    return row


def history(session: Session, outbound_id: int, *, actor: Actor) -> list[OutboundAttempt]:
    """Every change of a delivery in order, with the server's words."""
    get(session, outbound_id, actor=actor)
    mine = select(OutboundAttempt).where(col(OutboundAttempt.outbound_id) == outbound_id)
    return list(session.exec(mine.order_by(col(OutboundAttempt.id))).all())
