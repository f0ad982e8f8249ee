"""The person behind an address: what is known of them and from where, their mail, and what else of theirs is open."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Contact, ContactAddress, Direction, Folder, Message, Ticket, TicketStatus
from services import access
from services.access import Actor, Permission
from services.contacts.keeping import Person, get, persons
from services.tickets import recording

MOST_OPEN = 5
MOST_DUPLICATES = 3
PAGE = 20
Cursor = tuple[datetime, int]
_OPEN = (Folder.OPEN, Folder.WAITING, Folder.SNOOZED)


@dataclass(frozen=True)
class Mail:
    """One message of or to a person, and the ticket it is in. `cursor` goes back as `before` to get older ones."""

    id: int
    direction: Direction
    subject: str
    snippet: str
    at: datetime
    ticket_id: int
    number: int
    status: TicketStatus

    @property
    def cursor(self) -> Cursor:
        return self.at, self.id


@dataclass(frozen=True)
class Evidence:
    """The message something was learnt from."""

    ticket_id: int
    at: datetime


@dataclass(frozen=True)
class Story:
    """Whoever writes from `address` by that name; `person` is None while nobody keeps them."""

    address: str
    name: str
    person: Person | None
    learnt: dict[str, Evidence]  # "name" and addresses
    open: tuple[Ticket, ...]
    duplicates: tuple[Person, ...]


def of_ticket(session: Session, ticket_id: int, *, actor: Actor) -> Story:
    """The customer of a ticket. Raises NotFound."""
    access.require(actor, Permission.READ_CONTACTS)
    ticket = recording.load(session, ticket_id, actor=actor)
    return of_address(session, ticket.correspondent, name=ticket.correspondent_name, besides=ticket_id, actor=actor)


def of_contact(session: Session, contact_id: int, *, actor: Actor) -> Story:
    """Somebody who is kept. Raises NotFound."""
    return _told(session, "", "", get(session, contact_id, actor=actor), 0, actor)


def of_address(session: Session, address: str, *, name: str = "", besides: int = 0, actor: Actor) -> Story:
    """What is known of whoever writes from `address`; of their open tickets `besides` is left out."""
    access.require(actor, Permission.READ_CONTACTS)
    query = select(Contact).join(ContactAddress, col(ContactAddress.contact_id) == col(Contact.id))
    mine = query.where(ContactAddress.organisation_id == actor.organisation_id, ContactAddress.address == address)
    found = persons(session, list(session.exec(mine)))
    return _told(session, address, name, found[0] if found else None, besides, actor)


def _told(session: Session, address: str, name: str, person: Person | None, besides: int, actor: Actor) -> Story:
    addresses = person.emails if person else (address,)
    return Story(
        address or next(iter(addresses), ""),
        name,
        person,
        _learnt(session, person.contact) if person else {},
        _open(session, addresses, besides, actor),
        _duplicates(session, person.contact) if person else (),
    )


def timeline(
    session: Session, addresses: tuple[str, ...], *, before: Cursor | None = None, limit: int = PAGE, actor: Actor
) -> list[Mail]:
    """Mail with a person, newest first, from the tickets they correspond in."""
    access.require(actor, Permission.READ_CONTACTS)
    query = (
        select(
            Message.id, Message.direction, Message.subject, Message.snippet, Message.received_at,
            Ticket.id, Ticket.number, Ticket.status,
        )  # type: ignore[call-overload]
        .join(Ticket, col(Ticket.id) == col(Message.ticket_id))
        .where(Ticket.organisation_id == actor.organisation_id, col(Ticket.correspondent).in_(addresses))
        .where(col(Ticket.deleted_at).is_(None), col(Message.deleted_at).is_(None))
        .where(Message.direction != Direction.NOTE)
    )  # fmt: skip
    at, number = col(Message.received_at), col(Message.id)
    if before is not None:
        query = query.where(sa.or_(at < before[0], sa.and_(at == before[0], number < before[1])))
    return [Mail(*line) for line in session.exec(query.order_by(at.desc(), number.desc()).limit(limit))]


def _open(session: Session, addresses: tuple[str, ...], besides: int, actor: Actor) -> tuple[Ticket, ...]:
    query = select(Ticket).where(
        Ticket.organisation_id == actor.organisation_id,
        col(Ticket.correspondent).in_(addresses),
        col(Ticket.folder).in_(_OPEN),
        Ticket.id != besides,
    )
    return tuple(session.exec(query.order_by(col(Ticket.active_at).desc(), col(Ticket.id).desc()).limit(MOST_OPEN)))


def _learnt(session: Session, contact: Contact) -> dict[str, Evidence]:
    """What mail told, each with the message that did; what is gone is no evidence."""
    rows = session.exec(select(ContactAddress).where(ContactAddress.contact_id == contact.id))
    sources: dict[str, int] = {row.address: row.message_id for row in rows if row.message_id}
    told = contact.learnt.get("name")
    if isinstance(told, dict):
        sources["name"] = int(told["message"])
    query = select(Message.id, Message.ticket_id, Message.received_at).where(col(Message.id).in_(sources.values()))
    mine = query.where(Message.organisation_id == contact.organisation_id)
    found = {line[0]: Evidence(line[1], line[2]) for line in session.exec(mine) if line[1]}
    return {name: found[message_id] for name, message_id in sources.items() if message_id in found}


def _duplicates(session: Session, contact: Contact) -> tuple[Person, ...]:
    """Others of the same full name."""
    if " " not in contact.name:
        return ()
    query = select(Contact).where(
        Contact.organisation_id == contact.organisation_id,
        sa.func.lower(col(Contact.name)) == contact.name.lower(),
        Contact.id != contact.id,
    )
    return tuple(persons(session, list(session.exec(query.order_by(col(Contact.id)).limit(MOST_DUPLICATES)))))
