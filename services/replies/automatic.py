"""Answers no person writes (RFC 3834): marked as such, never to machines or to us, once a correspondent a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from models import Direction, Message
from services import clock, limits, mailboxes
from services.access import Actor
from services.errors import NotFound
from services.mail import automatic
from services.mail.address import Address
from services.mail.message import Parsed
from services.replies import history, identity, threading
from services.replies.storing import Outgoing, checked_recipients, store
from services.tickets import recording

STALE = timedelta(days=2)
A_DAY = 1  # of each kind to one correspondent


@dataclass(frozen=True)
class Occasion:
    """What is counted together, in words too, and how long after a message it may be answered (None: for ever)."""

    counted_as: str
    words: str
    stale_after: timedelta | None


ANSWER = Occasion("auto-answer", "was answered automatically", STALE)
QUESTION = Occasion("auto-question", "was asked", None)


def automatic_answer(
    session: Session,
    message: Message,
    *,
    subject: str,
    text: str,
    html: str = "",
    why: str,
    occasion: Occasion = ANSWER,
    actor: Actor,
) -> str:
    """Answer `message` in its conversation, whose state and clocks stay. Why it was not sent, or "" when it was."""
    if message.ticket_id is None:
        raise NotFound("There is no such conversation.")
    ticket = recording.lock(session, message.ticket_id, actor=actor)
    to = threading.recipients_for(message, set(), everybody=False)[0]
    checked_recipients(to)
    who = identity.of_ticket(session, ticket, message.alias_id, actor=actor)
    refusal = forbidden(session, message, to, occasion)
    if refusal:
        return refusal
    body = history.typed(text, html, plain=not html)
    title = subject or threading.answer_subject(message.subject)
    references = threading.references_to(message)
    answer = Outgoing(who, to, (), (), title, body, body, (), message.message_id, references, automatic=why[:64])
    store(session, ticket, answer, due_at=clock.now(), actor=actor)
    ticket.message_count += 1
    session.add(ticket)
    recording.changed(session, ticket)
    return ""


def forbidden(session: Session, message: Message, to: Sequence[Address], occasion: Occasion = ANSWER) -> str:
    """Why nobody may be answered automatically, in words; "" where they may. Asking counts."""
    if message.direction is not Direction.IN or message.automatic:
        return "A machine wrote it."  # RFC 3834 2
    if occasion.stale_after is not None and message.received_at < clock.now() - occasion.stale_after:
        return "It came long ago, and was brought in now."
    addresses = [each.address.lower() for each in to]
    if any(_is_ours(session, each, message.organisation_id) for each in addresses):
        return "It came from one of our own addresses."
    if any(automatic.kind(Parsed(author=each), each.address) for each in to):
        return "A machine would read it."
    for each in addresses:
        key = f"{occasion.counted_as}:{message.organisation_id}:{each}"
        if not limits.hit(session, key, limit=A_DAY, period=limits.DAY).allowed:
            return f"{each} {occasion.words} less than a day ago."
    return ""


def _is_ours(session: Session, address: str, organisation_id: int) -> bool:
    target = mailboxes.resolve(session, address)
    return target is not None and target.organisation_id == organisation_id
