"""Messages as one flat list, in and out: found by folder, person, words and time; read whole, one by one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import (
    Alias,
    Attachment,
    Direction,
    Folder,
    Message,
    MessageBody,
    Tag,
    Ticket,
    TicketRead,
    TicketStar,
    TicketStatus,
    TicketTag,
)
from services import access, filters, messages, templates
from services.access import Actor, Permission
from services.errors import NotFound
from services.mail.address import parse_list
from services.replies import threading
from services.search import filtering, finding, parse


class EmailFolder(StrEnum):
    """Where a message is looked for: what came in by the state of its ticket, or what went out."""

    INBOX = "inbox"
    ARCHIVE = "archive"
    SPAM = "spam"
    TRASH = "trash"
    SENT = "sent"


@dataclass(frozen=True)
class Choice:
    """Which messages; empty leaves a matter open. Without a folder spam and trash stay out."""

    folder: EmailFolder | None = None
    status: TicketStatus | None = None
    alias_id: int | None = None
    q: str = ""
    author: str = ""
    recipient: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Email:
    """A message with what the reader knows of its conversation."""

    message: Message
    folder: EmailFolder
    status: TicketStatus | None
    unread: bool
    starred: bool
    labels: tuple[str, ...]


@dataclass(frozen=True)
class WholeEmail:
    """The same with its content; `html` is made inert."""

    email: Email
    text: str
    html: str
    headers: list[tuple[str, str]]
    attachments: list[Attachment]


_FOLDERS = {Folder.DONE: EmailFolder.ARCHIVE, Folder.SPAM: EmailFolder.SPAM, Folder.TRASH: EmailFolder.TRASH}
_TICKET = aliased(Ticket, name="t")


def page(
    session: Session, choice: Choice, *, number: int = 1, limit: int = 20, actor: Actor
) -> tuple[list[Email], int]:
    """Page `number` (from 1), newest first, and how many messages there are on all pages."""
    access.require(actor, Permission.READ_EMAILS)
    filters.require_own(session, Alias, choice.alias_id, actor=actor)
    conditions, values = _conditions(session, choice, actor)
    joined = sa.select(col(Message.id)).outerjoin(_TICKET, col(_TICKET.id) == col(Message.ticket_id)).where(*conditions)
    run = session.connection().execute
    total = int(run(sa.select(sa.func.count()).select_from(joined.subquery()), values).scalar_one())
    newest = joined.order_by(col(Message.received_at).desc(), col(Message.id).desc())
    ids = list(run(newest.limit(limit).offset((number - 1) * limit), values).scalars())
    found = {each.id: each for each in session.exec(select(Message).where(col(Message.id).in_(ids)))}
    return _emails(session, [found[each] for each in ids], actor), total


def get(session: Session, message_id: int, *, actor: Actor) -> WholeEmail:
    """One message whole. Raises NotFound for a note, which is no e-mail."""
    message = messages.get(session, message_id, actor=actor)
    if message.direction is Direction.NOTE:
        raise NotFound("There is no such message.")
    return WholeEmail(
        _emails(session, [message], actor)[0],
        messages.text(session, message_id, actor=actor),
        messages.html(session, message_id, actor=actor),
        messages.headers(session, message_id, actor=actor),
        messages.attachments(session, message_id, actor=actor),
    )


def from_template(
    session: Session,
    template_id: int,
    *,
    variables: Mapping[str, object],
    to: Sequence[str],
    in_reply_to: int | str | None = None,
    actor: Actor,
) -> templates.Rendering:
    """A template filled in for the first of `to`, in the conversation of the message it answers.

    Raises NotFound for a template or message that isn't there, Invalid `missing_field` as `templates.render`.
    """
    access.require(actor, Permission.SEND_EMAILS)
    answered = threading.found_by_identity(session, actor.organisation_id, in_reply_to) if in_reply_to else None
    first = next(iter(parse_list(to[0])), None) if to else None
    return templates.render(
        session,
        template_id,
        variables=variables,
        ticket_id=answered.ticket_id if answered else None,
        to=first,
        actor=actor,
    )


def _conditions(session: Session, choice: Choice, actor: Actor) -> tuple[list[Any], dict[str, Any]]:
    conditions: list[Any] = [
        col(Message.organisation_id) == actor.organisation_id,
        col(Message.direction) != Direction.NOTE,
        col(Message.deleted_at).is_(None),
        _in_folder(choice.folder),
    ]
    if choice.status is not None:
        conditions.append(col(_TICKET.status) == choice.status)
    if choice.alias_id is not None:
        conditions.append(col(Message.alias_id) == choice.alias_id)
    if choice.author:
        conditions.append(sa.func.lower(Message.author_address).contains(_plain(choice.author), autoescape=True))
    if choice.recipient:
        among = sa.func.lower(MessageBody.recipients).contains(_plain(choice.recipient), autoescape=True)
        conditions.append(sa.exists().where(col(MessageBody.id) == col(Message.search_id), among))
    if choice.since is not None:
        conditions.append(col(Message.received_at) >= choice.since)
    if choice.until is not None:
        conditions.append(col(Message.received_at) < choice.until)
    return _with_words(session, choice.q, conditions, actor)


def _in_folder(folder: EmailFolder | None) -> Any:
    """Messages without a ticket count as in the inbox."""
    place = sa.func.coalesce(col(_TICKET.folder), Folder.OPEN)
    incoming = col(Message.direction) == Direction.IN
    if folder is None:
        return place.not_in([Folder.SPAM, Folder.TRASH])
    if folder is EmailFolder.SENT:
        return sa.and_(~incoming, place != Folder.TRASH)
    if folder is EmailFolder.INBOX:
        return sa.and_(incoming, place.in_([Folder.OPEN, Folder.WAITING, Folder.SNOOZED]))
    kept = next(each for each, shown in _FOLDERS.items() if shown is folder)
    return place == kept if folder is EmailFolder.TRASH else sa.and_(incoming, place == kept)


def _with_words(session: Session, q: str, conditions: list[Any], actor: Actor) -> tuple[list[Any], dict[str, Any]]:
    """Full text and its operators, as the inbox's search has them."""
    if not q.strip():
        return conditions, {}
    made = filtering.plan(session, parse(q), actor=actor)
    connection = session.connection()
    on_sqlite = connection.dialect.name == "sqlite"
    conditions += [sa.text(f"message.search_id IN ({_MATCHES[on_sqlite]})"), *map(sa.text, made.conditions)]
    conditions += [col(Message.received_at) >= made.since] if made.since else []
    conditions += [col(Message.received_at) < made.until] if made.until else []
    return conditions, made.values | {"match": finding.expression(connection, made)}


_MATCHES = {
    True: "SELECT rowid FROM message_search WHERE message_search MATCH :match",
    False: "SELECT id FROM message_body WHERE search @@ to_tsquery('simple', :match)",
}


def _emails(session: Session, found: list[Message], actor: Actor) -> list[Email]:
    numbers = {each.ticket_id for each in found if each.ticket_id}
    tickets = {each.id: each for each in session.exec(select(Ticket).where(col(Ticket.id).in_(numbers)))}
    mine = (TicketRead.user_id == actor.user_id, col(TicketRead.ticket_id).in_(numbers))
    read = {each.ticket_id: each.read_at for each in session.exec(select(TicketRead).where(*mine))}
    stars = select(TicketStar.ticket_id).where(TicketStar.user_id == actor.user_id)
    starred = set(session.exec(stars.where(col(TicketStar.ticket_id).in_(numbers))))
    labels: dict[int, list[str]] = defaultdict(list)
    tags = select(TicketTag.ticket_id, Tag.name).join(Tag).where(col(TicketTag.ticket_id).in_(numbers))
    for ticket_id, name in session.exec(tags.order_by(col(Tag.name))):
        labels[ticket_id].append(name)
    return [
        Email(
            each,
            _folder_of(each, tickets.get(each.ticket_id)),
            tickets[each.ticket_id].status if each.ticket_id in tickets else None,
            each.direction is Direction.IN and _is_after(each.received_at, read.get(each.ticket_id or 0)),
            each.ticket_id in starred,
            tuple(labels[each.ticket_id or 0]),
        )
        for each in found
    ]


def _folder_of(message: Message, ticket: Ticket | None) -> EmailFolder:
    place = ticket.folder if ticket is not None else None
    if message.direction is Direction.OUT and place is not Folder.TRASH:
        return EmailFolder.SENT
    return _FOLDERS.get(place, EmailFolder.INBOX) if place is not None else EmailFolder.INBOX


def _is_after(moment: datetime, read_at: datetime | None) -> bool:
    return read_at is None or moment > read_at


def _plain(text: str) -> str:
    return text.lower().replace("\x00", "").strip()
