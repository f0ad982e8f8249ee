"""Who owns a ticket: claim, release, assign, and the queue's share of a member who leaves."""

import sqlalchemy as sa
from sqlmodel import Session, col, select, update

from models import Assignment, Mailbox, MemberStatus, Ticket, TicketStatus, TicketTurn, User
from services import access, clock, database
from services.access import MAY, Actor, Permission
from services.errors import Conflict, Invalid, NotFound
from services.tickets import recording
from services.tickets.rows import Changed

WORKING = (TicketStatus.OPEN, TicketStatus.IN_PROGRESS)


def claim(session: Session, ticket_id: int, *, actor: Actor, batch: str = "") -> Changed:
    """Take an unowned ticket. One conditional UPDATE decides, so of any number at once exactly one wins.

    The holder again gets the first `claimed_at`. Raises Conflict `already_claimed` that names the winner.
    """
    access.require(actor, Permission.WORK_TICKETS)
    if actor.user_id is None:
        raise Invalid("Only a member can own a ticket.")
    before = recording.load(session, ticket_id, actor=actor)
    held = {name: getattr(before, name) for name in ("status", "resolved_at", "snoozed_until", "snooze_keeps")}
    session.expire(before)
    won = session.exec(
        update(Ticket)
        .where(col(Ticket.id) == ticket_id, col(Ticket.organisation_id) == actor.organisation_id)
        .where(col(Ticket.assignee_id).is_(None), col(Ticket.deleted_at).is_(None))
        .values(
            assignee_id=actor.user_id,
            claimed_at=clock.now(),
            status=TicketStatus.IN_PROGRESS,
            resolved_at=None,
            snoozed_until=None,
            snooze_keeps=False,
        )
        .execution_options(synchronize_session=False)
    )
    ticket = recording.lock_whole(session, ticket_id, actor=actor)
    if database.affected(won) == 0:
        return _lost(session, ticket, actor)
    restored = {"assignee_id": None, "claimed_at": None} | held
    undo = {"fields": recording.plain(restored), "after": {"assignee_id": actor.user_id}}
    return recording.note(session, ticket, "claimed", actor=actor, undo=undo, batch=batch)


def _lost(session: Session, ticket: Ticket, actor: Actor) -> Changed:
    if ticket.deleted_at is not None:
        raise Conflict("This conversation is in the trash.", code="deleted")
    if ticket.assignee_id == actor.user_id:
        return Changed(ticket, 0)
    winner = session.get(User, ticket.assignee_id)
    raise Conflict(f"{winner.name if winner else 'Somebody'} has already claimed this.", code="already_claimed")


def release(session: Session, ticket_id: int, *, actor: Actor, batch: str = "") -> Changed:
    """Give a ticket back to the queue."""
    return assign(session, ticket_id, None, actor=actor, batch=batch)


def assign(session: Session, ticket_id: int, user_id: int | None, *, actor: Actor, batch: str = "") -> Changed:
    """Hand a ticket to a member, or to nobody. Raises NotFound for a stranger, Invalid for an observer."""
    access.require(actor, Permission.WORK_TICKETS)
    name = _worker(session, user_id, actor).name if user_id is not None else ""
    ticket = recording.lock_whole(session, ticket_id, actor=actor)
    if ticket.assignee_id == user_id:
        return Changed(ticket, 0)
    values: dict[str, object] = {"assignee_id": user_id, "claimed_at": clock.now() if user_id else None}
    if user_id is None and ticket.status is TicketStatus.IN_PROGRESS:
        values["status"] = TicketStatus.OPEN
    kind = "assigned" if user_id else "released"
    return recording.change(session, ticket, kind, values, actor=actor, batch=batch, user_id=user_id, name=name)


def _worker(session: Session, user_id: int, actor: Actor) -> User:
    user = session.get(User, user_id)
    if user is None or user.organisation_id != actor.organisation_id or user.status is not MemberStatus.ACTIVE:
        raise NotFound("There is no such member.")
    if user.role not in MAY[Permission.WORK_TICKETS]:
        raise Invalid(f"{user.name} only observes.", field="user_id", code="observer")
    return user


def requeue(session: Session, user_id: int, *, actor: Actor) -> int:
    """Return the unfinished tickets of a member who leaves to the queue, or to whose turn it is; how many they were."""
    access.require(actor, Permission.MANAGE_TEAM)
    query = select(Ticket).where(
        col(Ticket.organisation_id) == actor.organisation_id,
        col(Ticket.assignee_id) == user_id,
        sa.not_(col(Ticket.status).in_(recording.FINAL)),
    )
    tickets = session.exec(query.with_for_update()).all()
    rotas = select(Mailbox.id).where(Mailbox.organisation_id == actor.organisation_id)
    dealt = set(session.exec(rotas.where(Mailbox.assignment != Assignment.MANUAL)))
    for ticket in tickets:
        values: dict[str, object] = {"assignee_id": None, "claimed_at": None}
        if ticket.status is TicketStatus.IN_PROGRESS:
            values["status"] = TicketStatus.OPEN
        recording.change(session, ticket, "requeued", values, actor=actor)
        box = ticket.mailbox_id
        if ticket.status is TicketStatus.OPEN and box is not None and box in dealt:
            session.merge(TicketTurn(ticket_id=ticket.id or 0, organisation_id=ticket.organisation_id, mailbox_id=box))
    return len(tickets)
