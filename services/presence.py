"""Who views or types in a ticket: heartbeats that end by themselves after fifteen seconds."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from models import Presence, PresenceState, Ticket, User
from services import access, clock, database, events
from services.access import Actor, Permission
from services.errors import NotFound

LIFETIME = timedelta(seconds=15)


@dataclass(frozen=True)
class Present:
    """Who views or types in a ticket right now."""

    user_id: int
    name: str
    state: PresenceState


def heartbeat(session: Session, ticket_id: int, *, state: PresenceState, actor: Actor) -> None:
    """Say that the actor views or types; to be repeated every few seconds. Pages hear only of differences."""
    access.require(actor, Permission.READ_TICKETS)
    if actor.user_id is None:
        return
    _own(session, ticket_id, actor)
    now = clock.now()
    known = session.get(Presence, (ticket_id, actor.user_id))
    if known is None or known.state is not state or known.expires_at <= now:
        events.record(session, events.PresenceChanged(actor.organisation_id, ticket_id))
    if known is None:
        known = Presence(ticket_id=ticket_id, user_id=actor.user_id, state=state, expires_at=now)
    known.state, known.expires_at = state, now + LIFETIME
    session.add(known)


def leave(session: Session, ticket_id: int, *, actor: Actor) -> None:
    """Say that the actor has gone elsewhere."""
    access.require(actor, Permission.READ_TICKETS)
    known = session.get(Presence, (ticket_id, actor.user_id or 0))
    if known is not None:
        session.delete(known)
        events.record(session, events.PresenceChanged(actor.organisation_id, ticket_id))


def of(session: Session, ticket_id: int, *, actor: Actor) -> tuple[Present, ...]:
    """Everybody else in the ticket, those who type first."""
    access.require(actor, Permission.READ_TICKETS)
    query = (
        select(Presence, User)
        .join(User, col(User.id) == col(Presence.user_id))
        .where(col(Presence.ticket_id) == ticket_id, col(Presence.expires_at) > clock.now())
        .where(col(User.organisation_id) == actor.organisation_id, col(User.id) != (actor.user_id or 0))
        .order_by(sa.case((col(Presence.state) == PresenceState.TYPING, 0), else_=1), col(User.name))
    )
    return tuple(Present(user.id or 0, user.name, known.state) for known, user in session.exec(query))


def expire() -> bool:
    """Runner: tell pages of those who fell silent. Never asks to come straight back."""
    silent = col(Presence.expires_at) <= clock.now()
    gone = select(Presence.ticket_id, Ticket.organisation_id).join(Ticket, col(Ticket.id) == col(Presence.ticket_id))
    with database.reading() as session:
        if session.exec(gone.where(silent).limit(1)).first() is None:
            return False
    with database.transaction() as session:
        for ticket_id, organisation_id in session.exec(gone.where(silent)).all():
            events.record(session, events.PresenceChanged(organisation_id, ticket_id))
        session.exec(delete(Presence).where(silent))
    return False


def _own(session: Session, ticket_id: int, actor: Actor) -> None:
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.organisation_id != actor.organisation_id:
        raise NotFound("There is no such ticket.")
