"""What a ticket is to one member: read or unread, starred, followed."""

from sqlmodel import Session, SQLModel, col, select, update

from models import Follower, Mention, TicketRead, TicketStar
from services import access, clock
from services.access import Actor, Permission
from services.errors import Invalid
from services.tickets import recording
from services.tickets.rows import Changed


def mark_read(session: Session, ticket_id: int, *, actor: Actor) -> Changed:
    """Read until now, its mentions too."""
    ticket = recording.load(session, ticket_id, actor=_member(actor))
    known = session.get(TicketRead, (actor.user_id, ticket_id))
    if known is None:
        known = TicketRead(user_id=actor.user_id or 0, ticket_id=ticket_id, read_at=clock.now())
    known.read_at = clock.now()
    session.add(known)
    mine = (col(Mention.ticket_id) == ticket_id, col(Mention.user_id) == actor.user_id, col(Mention.read_at).is_(None))
    session.exec(update(Mention).where(*mine).values(read_at=clock.now()))
    recording.changed(session, ticket)
    return Changed(ticket, 0)


def mark_unread(session: Session, ticket_id: int, *, actor: Actor) -> Changed:
    ticket = recording.load(session, ticket_id, actor=_member(actor))
    _drop(session, session.get(TicketRead, (actor.user_id, ticket_id)))
    recording.changed(session, ticket)
    return Changed(ticket, 0)


def star(session: Session, ticket_id: int, *, starred: bool = True, actor: Actor) -> Changed:
    """Star a ticket for oneself, or take the star away."""
    ticket = recording.load(session, ticket_id, actor=_member(actor))
    known = session.get(TicketStar, (actor.user_id, ticket_id))
    if starred and known is None:
        session.add(TicketStar(user_id=actor.user_id or 0, ticket_id=ticket_id))
    elif not starred:
        _drop(session, known)
    recording.changed(session, ticket)
    return Changed(ticket, 0)


def follow(session: Session, ticket_id: int, *, following: bool = True, actor: Actor) -> Changed:
    """Follow a ticket, or cease to."""
    ticket = recording.load(session, ticket_id, actor=_member(actor))
    known = session.get(Follower, (ticket_id, actor.user_id))
    if following and known is None:
        session.add(Follower(ticket_id=ticket_id, user_id=actor.user_id or 0))
    elif not following:
        _drop(session, known)
    recording.changed(session, ticket)
    return Changed(ticket, 0)


def unread_mentions(session: Session, *, actor: Actor) -> list[int]:
    """Tickets in which somebody named the member who has not looked since."""
    access.require(actor, Permission.READ_TICKETS)
    query = select(Mention.ticket_id).where(Mention.user_id == actor.user_id, col(Mention.read_at).is_(None))
    return list(dict.fromkeys(session.exec(query.order_by(col(Mention.id).desc())).all()))


def _member(actor: Actor) -> Actor:
    access.require(actor, Permission.READ_TICKETS)
    if actor.user_id is None:
        raise Invalid("Only a member can do this.")
    return actor


def _drop(session: Session, row: SQLModel | None) -> None:
    if row is not None:
        session.delete(row)
