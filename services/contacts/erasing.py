"""What is known of a person, handed out whole, and forgotten everywhere (GDPR articles 15 and 17)."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Correspondent, Direction, Message, MessageBody, Ticket
from services import access, events, trash
from services.access import Actor, Permission
from services.contacts.keeping import get
from services.contacts.story import PAGE, Cursor

BATCH = 20  # conversations in one transaction: mail waits for it


@dataclass(frozen=True)
class Copy:
    """One message as it is handed out."""

    id: int
    direction: Direction
    author: str
    to: list[dict[str, str]]
    subject: str
    at: datetime
    text: str
    number: int

    @property
    def cursor(self) -> Cursor:
        return self.at, self.id


def copies(
    session: Session, contact_id: int, *, before: Cursor | None = None, limit: int = PAGE, actor: Actor
) -> list[Copy]:
    """All mail with the person, newest first, with its text."""
    access.require(actor, Permission.MANAGE_ORGANISATION)
    person = get(session, contact_id, actor=actor)
    query = (
        select(
            Message.id, Message.direction, Message.author_address, Message.to, Message.subject, Message.received_at,
            MessageBody.text, Ticket.number,
        )  # type: ignore[call-overload]
        .join(Ticket, col(Ticket.id) == col(Message.ticket_id))
        .outerjoin(MessageBody, col(MessageBody.id) == col(Message.search_id))
        .where(Ticket.organisation_id == actor.organisation_id, col(Ticket.correspondent).in_(person.emails))
        .where(Message.direction != Direction.NOTE)
    )  # fmt: skip
    at, number = col(Message.received_at), col(Message.id)
    if before is not None:
        query = query.where(sa.or_(at < before[0], sa.and_(at == before[0], number < before[1])))
    return [Copy(*line) for line in session.exec(query.order_by(at.desc(), number.desc()).limit(limit))]


def erase(session: Session, contact_id: int, *, actor: Actor) -> bool:
    """Forget some of a person's conversations for good, and at last the person; False when nothing is left of them.

    Suppressions stay: they are what keeps us from writing to them again.
    """
    access.require(actor, Permission.MANAGE_ORGANISATION)
    person = get(session, contact_id, actor=actor)
    mine = (Ticket.organisation_id == actor.organisation_id, col(Ticket.correspondent).in_(person.emails))
    found = session.exec(select(Ticket.id).where(*mine).order_by(col(Ticket.id)).limit(BATCH).with_for_update()).all()
    if found:
        trash.purge(session, [each or 0 for each in found])
        for ticket_id in found:
            events.record(session, events.TicketChanged(actor.organisation_id, ticket_id or 0))
        return True
    theirs = (
        col(Correspondent.organisation_id) == actor.organisation_id,
        col(Correspondent.address).in_(person.emails),
    )
    for correspondent in session.exec(select(Correspondent).where(*theirs)):
        session.delete(correspondent)
    session.delete(person.contact)
    session.flush()
    events.record(session, events.ContactsChanged(actor.organisation_id))
    return False
