"""One conversation read whole: its messages, activity, people, and what somebody is writing or watching."""

from collections import defaultdict
from typing import Any

from sqlmodel import Session, col, select

from models import (
    Attachment,
    Direction,
    Draft,
    Follower,
    Message,
    MessageBody,
    Outbound,
    Tag,
    Ticket,
    TicketEvent,
    TicketRead,
    TicketStar,
    TicketTag,
    User,
)
from services import access, presence
from services.access import Actor, Permission
from services.tickets import recording
from services.tickets.rows import Activity, Conversation, Delivery, Entry, File, Label, Link, Person, SplitSuggestion


def get(session: Session, ticket_id: int, *, actor: Actor) -> Conversation:
    """Everything the ticket's page shows. Raises NotFound."""
    access.require(actor, Permission.READ_TICKETS)
    ticket = recording.load(session, ticket_id, actor=actor)
    read = session.get(TicketRead, (actor.user_id or 0, ticket_id))
    inbound = ticket.last_inbound_at
    entries = entries_of(session, ticket_id)
    return Conversation(
        ticket=ticket,
        assignee=_assignee(session, ticket),
        entries=entries,
        activity=_activity(session, ticket_id),
        tags=tags_of(session, ticket_id),
        followers=_followers(session, ticket_id),
        drafts=tuple(session.exec(select(Draft).where(col(Draft.ticket_id) == ticket_id)).all()),
        presence=presence.of(session, ticket_id, actor=actor),
        unread=inbound is not None and (read is None or read.read_at < inbound),
        starred=session.get(TicketStar, (actor.user_id or 0, ticket_id)) is not None,
        follows=_link(session, ticket.follows_id),
        followed_by=_links(session, col(Ticket.follows_id) == ticket_id),
        merged=_links(session, col(Ticket.merged_into_id) == ticket_id),
        merged_into=_link(session, ticket.merged_into_id),
        split_suggestion=_split_suggestion(entries),
    )


def entries_of(session: Session, ticket_id: int) -> tuple[Entry, ...]:
    """The ticket's messages and notes in the order they came."""
    query = (
        select(Message, User.name)
        .outerjoin(User, col(User.id) == col(Message.user_id))
        .where(col(Message.ticket_id) == ticket_id, col(Message.deleted_at).is_(None))
    )
    written = session.exec(query.order_by(col(Message.received_at), col(Message.id))).all()
    ids = [message.id for message, _ in written]
    plain = [each.search_id for each, _ in written if not each.has_html or each.direction is Direction.NOTE]
    bodies = select(MessageBody.id, MessageBody.text).where(col(MessageBody.id).in_(plain))
    texts: dict[int | None, str] = dict(session.exec(bodies).all())
    files, deliveries = _files(session, ids), _deliveries(session, ids)
    return tuple(
        _entry(each, writer or "", texts.get(each.search_id, ""), files[each.id], deliveries[each.id])
        for each, writer in written
    )


def _entry(message: Message, writer: str, text: str, files: list[File], deliveries: list[Delivery]) -> Entry:
    return Entry(
        id=message.id or 0,
        direction=message.direction,
        author_name=message.author_name,
        author_address=message.author_address,
        user_id=message.user_id,
        writer=writer,
        alias_id=message.alias_id,
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        reply_to=message.reply_to,
        subject=message.subject,
        snippet=message.snippet,
        text=text,
        message_id=message.message_id,
        sent_at=message.sent_at,
        received_at=message.received_at,
        size=message.size,
        has_html=message.has_html,
        has_raw=message.raw_id is not None,
        automatic=message.automatic,
        authentication=message.authentication,
        trace=message.trace,
        parse_error=message.parse_error,
        files=tuple(files),
        deliveries=tuple(deliveries),
    )


def _files(session: Session, message_ids: list[int | None]) -> dict[int | None, list[File]]:
    groups: dict[int | None, list[File]] = defaultdict(list)
    columns = (
        Attachment.message_id,
        Attachment.id,
        Attachment.filename,
        Attachment.content_type,
        Attachment.size,
        Attachment.content_id,
        Attachment.inline,
    )
    query: Any = select(*columns).where(col(Attachment.message_id).in_(message_ids)).order_by(col(Attachment.id))  # type: ignore[call-overload]
    for message_id, *rest in session.exec(query):
        groups[message_id].append(File(*rest))
    return groups


def _deliveries(session: Session, message_ids: list[int | None]) -> dict[int | None, list[Delivery]]:
    groups: dict[int | None, list[Delivery]] = defaultdict(list)
    query = select(Outbound).where(col(Outbound.message_id).in_(message_ids)).order_by(col(Outbound.id))
    for row in session.exec(query):
        delivery = Delivery(row.id or 0, row.recipient, row.status, row.reply, row.due_at, row.delivered_at)
        groups[row.message_id].append(delivery)
    return groups


def _activity(session: Session, ticket_id: int) -> tuple[Activity, ...]:
    query = (
        select(TicketEvent, User.name)
        .outerjoin(User, col(User.id) == col(TicketEvent.actor_id))
        .where(col(TicketEvent.ticket_id) == ticket_id)
        .order_by(col(TicketEvent.id))
    )
    return tuple(
        Activity(
            id=event.id or 0,
            kind=event.kind,
            actor_id=event.actor_id,
            actor_name=name or "Mailroom",
            detail=event.detail,
            at=event.at,
            undoable=bool(event.undo) and event.undone_at is None,
            undone=event.undone_at is not None,
        )
        for event, name in session.exec(query)
    )


def tags_of(session: Session, ticket_id: int) -> tuple[Label, ...]:
    query = select(Tag).join(TicketTag, col(TicketTag.tag_id) == col(Tag.id)).where(TicketTag.ticket_id == ticket_id)
    return tuple(Label(tag.id or 0, tag.name, tag.colour) for tag in session.exec(query.order_by(col(Tag.name))))


def _followers(session: Session, ticket_id: int) -> tuple[Person, ...]:
    query = select(User).join(Follower, col(Follower.user_id) == col(User.id)).where(Follower.ticket_id == ticket_id)
    return tuple(Person(user.id or 0, user.name, user.email) for user in session.exec(query.order_by(col(User.name))))


def _assignee(session: Session, ticket: Ticket) -> Person | None:
    user = session.get(User, ticket.assignee_id) if ticket.assignee_id else None
    return Person(user.id or 0, user.name, user.email) if user else None


def _link(session: Session, ticket_id: int | None) -> Link | None:
    ticket = session.get(Ticket, ticket_id) if ticket_id else None
    return Link(ticket.id or 0, ticket.number, ticket.subject) if ticket else None


def _links(session: Session, condition: Any) -> tuple[Link, ...]:
    query = select(Ticket).where(condition).order_by(col(Ticket.id))
    return tuple(Link(ticket.id or 0, ticket.number, ticket.subject) for ticket in session.exec(query))


def _split_suggestion(entries: tuple[Entry, ...]) -> SplitSuggestion | None:
    """The last message that the pipeline filed here under another subject."""
    for entry in reversed(entries):
        if any(line.get("outcome") == "split suggested" for line in entry.trace):
            return SplitSuggestion(entry.id, entry.subject)
    return None
