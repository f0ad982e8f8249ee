"""A mailbox as an mbox file: read a piece at a time, so that its size costs no memory."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Direction, Message, RawMessage, Ticket
from services import access
from services.access import Actor, Permission
from services.mail.archives import escaped
from services.mailboxes import inboxes

MOST_MESSAGES = 100
MOST_BYTES = 8 << 20


@dataclass(frozen=True)
class Piece:
    """Some entries of the file and after which message to go on; None at the end."""

    content: bytes
    count: int
    after: int | None


def count(session: Session, mailbox_id: int, *, actor: Actor) -> int:
    """How many messages the file will have."""
    access.require(actor, Permission.IMPORT_MAIL)
    inboxes.owned(session, mailbox_id, actor)
    query = select(sa.func.count()).select_from(Message).join(Ticket).where(*_of(mailbox_id, actor))
    return session.exec(query).one()


def piece(session: Session, mailbox_id: int, after: int = 0, *, actor: Actor) -> Piece:
    """The messages after `after` that fit in the memory: in and out, not those in the trash."""
    access.require(actor, Permission.IMPORT_MAIL)
    inboxes.owned(session, mailbox_id, actor)
    place = col(Message.id)
    query = select(place, col(Message.raw_id), col(Message.received_at), col(Message.size)).join(Ticket)
    found = session.exec(query.where(*_of(mailbox_id, actor), place > after).order_by(place).limit(MOST_MESSAGES)).all()
    parts: list[bytes] = []
    size, last = 0, after
    for number, raw_id, at, length in found:
        if parts and size + length > MOST_BYTES:
            break
        content = session.exec(select(RawMessage.content).where(RawMessage.id == raw_id)).one()
        parts.append(escaped(content, at))
        size, last = size + length, number or 0
    is_over = len(found) < MOST_MESSAGES and len(parts) == len(found)
    return Piece(b"".join(parts), len(parts), None if is_over else last)


def _of(mailbox_id: int, actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Message.organisation_id) == actor.organisation_id,
        col(Message.direction) != Direction.NOTE,
        col(Message.raw_id).is_not(None),
        col(Message.deleted_at).is_(None),
        col(Ticket.mailbox_id) == mailbox_id,
        col(Ticket.deleted_at).is_(None),
    )
