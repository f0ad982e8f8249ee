"""The list as it is read: page by page, newest first, each line with the report that led to it."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Message, Suppression, SuppressionReason, Ticket, User
from services import access
from services.access import Actor, Permission


@dataclass(frozen=True)
class Line:
    """One address; `ticket` and `ticket_id` are of the conversation its report lies in, `by` is who put it there."""

    suppression: Suppression
    ticket_id: int | None
    ticket: int | None
    by: str


@dataclass(frozen=True)
class Page:
    """`before` is what the next page begins below; None on the last."""

    lines: list[Line]
    before: int | None


def page(
    session: Session,
    *,
    q: str = "",
    reason: SuppressionReason | None = None,
    before: int | None = None,
    limit: int = 50,
    actor: Actor,
) -> Page:
    """Addresses that contain `q`, newest first."""
    access.require(actor, Permission.READ_SUPPRESSIONS)
    query = (
        select(Suppression, Ticket, User)
        .join(Message, col(Message.id) == col(Suppression.report_id), isouter=True)
        .join(Ticket, sa.and_(col(Ticket.id) == col(Message.ticket_id), col(Ticket.deleted_at).is_(None)), isouter=True)
        .join(User, col(User.id) == col(Suppression.actor_id), isouter=True)
        .where(Suppression.organisation_id == actor.organisation_id)
    )
    if wanted := q.strip().lower().replace("\x00", ""):
        query = query.where(col(Suppression.address).contains(wanted, autoescape=True))
    if reason is not None:
        query = query.where(Suppression.reason == reason)
    if before is not None:
        query = query.where(col(Suppression.id) < before)
    rows = session.exec(query.order_by(col(Suppression.id).desc()).limit(limit + 1)).all()
    lines = [_line(*row) for row in rows[:limit]]
    return Page(lines, lines[-1].suppression.id if len(rows) > limit else None)


def _line(row: Suppression, ticket: Ticket | None, user: User | None) -> Line:
    by = (user.name or user.email) if user else ""
    return Line(row, ticket.id if ticket else None, ticket.number if ticket else None, by)


def counts(session: Session, *, actor: Actor) -> dict[SuppressionReason, int]:
    """How many there are, by reason."""
    access.require(actor, Permission.READ_SUPPRESSIONS)
    mine = Suppression.organisation_id == actor.organisation_id
    query = select(Suppression.reason, sa.func.count()).where(mine).group_by(col(Suppression.reason))
    return {SuppressionReason(reason): count for reason, count in session.exec(query)}
