"""Internal notes: what the team says to itself, with @mentions."""

import re
from collections.abc import Sequence

from sqlmodel import Session, col, select

from models import Direction, Follower, MemberStatus, Mention, Message, User
from services import access, bodies, clock, events
from services.access import Actor, Permission
from services.errors import Invalid
from services.mail.message import snippet
from services.tickets import recording
from services.tickets.rows import Changed

_MENTION = re.compile(r"(?<![\w@.])@([\w][\w.+-]*\w|\w)", re.UNICODE)
MAX_NOTE = 100_000


def note(
    session: Session, ticket_id: int, text: str, *, mentions: Sequence[int] = (), actor: Actor, batch: str = ""
) -> Changed:
    """Add a note. Members named by `mentions` or by @name in the text get a notice and follow the ticket."""
    access.require(actor, Permission.WORK_TICKETS)
    text = text.strip().replace("\0", "")
    if not text:
        raise Invalid("A note needs some text.", field="text", code="empty_note")
    ticket = recording.lock_whole(session, ticket_id, actor=actor)
    message = Message(
        organisation_id=ticket.organisation_id,
        ticket_id=ticket_id,
        direction=Direction.NOTE,
        author_name=actor.name,
        author_address=actor.email,
        user_id=actor.user_id,
        subject=ticket.subject,
        snippet=snippet(text[:MAX_NOTE]),
        received_at=clock.now(),
        size=len(text),
    )
    session.add(message)
    session.flush()
    bodies.store(session, message, text[:MAX_NOTE], mailbox_id=ticket.mailbox_id)
    for user in _named(session, text, mentions, actor):
        _mention(session, message, user)
    events.record(session, events.MessageFiled(ticket.organisation_id, ticket_id, message.id or 0))
    undo: dict[str, object] = {"note": message.id}
    return recording.note(session, ticket, "noted", actor=actor, undo=undo, batch=batch, message_id=message.id)


def _named(session: Session, text: str, mentions: Sequence[int], actor: Actor) -> list[User]:
    """Members meant by @first, @first.last, @first-last or @local-part of their e-mail, or by id."""
    words = {word.lower() for word in _MENTION.findall(text)}
    query = select(User).where(User.organisation_id == actor.organisation_id, User.status == MemberStatus.ACTIVE)
    return [
        user
        for user in session.exec(query.order_by(col(User.id)))
        if user.id != actor.user_id and (user.id in mentions or words & _names(user))
    ]


def _names(user: User) -> set[str]:
    parts = user.name.lower().split()
    return {*parts[:1], ".".join(parts), "-".join(parts), "".join(parts), user.email.partition("@")[0]}


def _mention(session: Session, message: Message, user: User) -> None:
    ticket_id, user_id = message.ticket_id or 0, user.id or 0
    session.add(Mention(message_id=message.id or 0, ticket_id=ticket_id, user_id=user_id, created_at=clock.now()))
    if session.get(Follower, (ticket_id, user_id)) is None:
        session.add(Follower(ticket_id=ticket_id, user_id=user_id))
    events.record(session, events.Mentioned(message.organisation_id, user_id, ticket_id))
