"""What a ticket is to one member: read or unread, starred, followed.

No activity is written of it: it is nobody else's business. So what undoes it is what it was, and not an event.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, SQLModel, col, select, update

from models import Follower, Mention, TicketRead, TicketStar
from services import access, clock
from services.access import Actor, Permission
from services.errors import Invalid
from services.tickets import recording
from services.tickets.rows import Changed, Mark


def mark_read(session: Session, ticket_id: int, *, actor: Actor) -> Changed:
    """Read until now, its mentions too."""
    ticket = recording.load(session, ticket_id, actor=_member(actor))
    known = session.get(TicketRead, _row_of(ticket_id, actor))
    mine = (col(Mention.ticket_id) == ticket_id, col(Mention.user_id) == actor.user_id, col(Mention.read_at).is_(None))
    mentions = tuple(each.id or 0 for each in session.exec(select(Mention).where(*mine)))
    before = Mark(ticket_id, TicketRead, known is not None, known.read_at if known else None, mentions)
    _mark(session, TicketRead, ticket_id, actor, read_at=clock.now())
    _mentions(session, before.mentions, actor, read_at=clock.now())
    recording.changed(session, ticket)
    return Changed(ticket, 0, before)


def mark_unread(session: Session, ticket_id: int, *, actor: Actor) -> Changed:
    ticket = recording.load(session, ticket_id, actor=_member(actor))
    known = session.get(TicketRead, _row_of(ticket_id, actor))
    if known is None:
        return Changed(ticket, 0)
    before = Mark(ticket_id, TicketRead, was_there=True, read_at=known.read_at)
    session.delete(known)
    recording.changed(session, ticket)
    return Changed(ticket, 0, before)


def star(session: Session, ticket_id: int, *, starred: bool = True, actor: Actor) -> Changed:
    """Star a ticket for oneself, or take the star away."""
    return _switch(session, TicketStar, ticket_id, starred, actor)


def follow(session: Session, ticket_id: int, *, following: bool = True, actor: Actor) -> Changed:
    """Follow a ticket, or cease to."""
    return _switch(session, Follower, ticket_id, following, actor)


def put_back(session: Session, marks: Iterable[Mark], *, actor: Actor) -> None:
    """Undo marks: each is again what it was to the member. They are nobody else's, so nothing is in the way."""
    _member(actor)
    for mark in marks:
        ticket = recording.load(session, mark.ticket_id, actor=actor)
        if mark.was_there:
            values = {"read_at": mark.read_at} if mark.read_at else {}
            _mark(session, mark.table, mark.ticket_id, actor, **values)
        else:
            _drop(session, session.get(mark.table, _row_of(mark.ticket_id, actor)))
        _mentions(session, mark.mentions, actor, read_at=None)
        recording.changed(session, ticket)


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


def _switch(
    session: Session, table: type[TicketStar] | type[Follower], ticket_id: int, on: bool, actor: Actor
) -> Changed:
    ticket = recording.load(session, ticket_id, actor=_member(actor))
    known = session.get(table, _row_of(ticket_id, actor))
    if on == (known is not None):
        return Changed(ticket, 0)
    if on:
        _mark(session, table, ticket_id, actor)
    else:
        _drop(session, known)
    recording.changed(session, ticket)
    return Changed(ticket, 0, Mark(ticket_id, table, was_there=not on))


def _row_of(ticket_id: int, actor: Actor) -> dict[str, int | None]:
    return {"user_id": actor.user_id, "ticket_id": ticket_id}


def _mark(session: Session, table: type[SQLModel], ticket_id: int, actor: Actor, **values: datetime | None) -> None:
    session.merge(table(**_row_of(ticket_id, actor), **values))
    session.flush()


def _mentions(session: Session, numbers: tuple[int, ...], actor: Actor, *, read_at: datetime | None) -> None:
    if numbers:
        mine = (col(Mention.id).in_(numbers), col(Mention.user_id) == actor.user_id)
        session.exec(update(Mention).where(*mine).values(read_at=read_at))


def _drop(session: Session, row: SQLModel | None) -> None:
    if row is not None:
        session.delete(row)
