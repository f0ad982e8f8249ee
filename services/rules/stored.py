"""Stored messages as rules see them: the raw bytes read again, so that a message filed last year and one that comes
now are judged alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models import Contact, ContactAddress, Mailbox, Message, MessageBody, RawMessage, Reception, Ticket
from services.mail import message as mail_message
from services.mail.address import Address
from services.rules.subject import Subject


def zones(session: Session, organisation_id: int) -> Mapping[int, tzinfo]:
    """Each mailbox and its time zone; times of day are its."""
    query = select(Mailbox.id, Mailbox.timezone).where(Mailbox.organisation_id == organisation_id)
    return {mailbox_id or 0: zone(name) for mailbox_id, name in session.exec(query)}


def zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def companies(session: Session, organisation_id: int, wrote: Sequence[tuple[str, datetime]]) -> list[str | None]:
    """For each author and the moment they wrote: the company of the contact they were by then, None for strangers."""
    if not wrote:
        return []
    query = (
        select(ContactAddress.address, ContactAddress.created_at, Contact.company)
        .join(Contact)
        .where(
            ContactAddress.organisation_id == organisation_id,
            col(ContactAddress.address).in_({author.lower() for author, _ in wrote}),
        )
    )
    known = {address: (since, company) for address, since, company in session.exec(query)}
    found = [(known.get(author.lower()), at) for author, at in wrote]
    return [contact[1] if contact and contact[0] < at else None for contact, at in found]


def subjects(session: Session, organisation_id: int, messages: Sequence[Message]) -> list[Subject]:
    """What rules look at, in the order of the messages, which are all of one organisation."""
    raws = {each.raw_id for each in messages}
    contents = dict(session.exec(select(RawMessage.id, RawMessage.content).where(col(RawMessage.id).in_(raws))).all())
    bodies = {each.search_id for each in messages}
    texts = dict(session.exec(select(MessageBody.id, MessageBody.text).where(col(MessageBody.id).in_(bodies))).all())
    recipients = _recipients(session, messages)
    boxes = _boxes(session, messages)
    known = zones(session, organisation_id)
    working_for = companies(session, organisation_id, [(each.author_address, each.received_at) for each in messages])
    return [
        Subject(
            parsed=mail_message.parse(contents.get(each.raw_id, b"")),
            author=Address(each.author_name, each.author_address),
            recipients=recipients[each.id or 0],
            text=texts.get(each.search_id, ""),
            size=each.size,
            at=each.received_at.astimezone(known.get(boxes.get(each.ticket_id or 0, 0), UTC)),
            automatic=each.automatic,
            authentication=each.authentication,
            company=company,
        )
        for each, company in zip(messages, working_for, strict=True)
    ]


def _recipients(session: Session, messages: Sequence[Message]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    query = select(Reception.message_id, Reception.recipient).order_by(col(Reception.id))
    for message_id, recipient in session.exec(query.where(col(Reception.message_id).in_({m.id for m in messages}))):
        found[message_id or 0].append(recipient)
    return found


def _boxes(session: Session, messages: Sequence[Message]) -> dict[int, int]:
    query = select(Ticket.id, Ticket.mailbox_id).where(col(Ticket.id).in_({each.ticket_id for each in messages}))
    return {ticket_id or 0: box for ticket_id, box in session.exec(query) if box}
