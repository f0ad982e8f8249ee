"""Which message is answered, and what follows from it: In-Reply-To, References, subject, recipients."""

import re

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Direction, Draft, Message, Ticket
from services.access import Actor
from services.errors import Conflict, NotFound
from services.mail.address import Address, domain_of
from services.mail.fields import MAX_REFERENCES
from services.replies.storing import from_json

_RE = re.compile(r"^\s*(re|aw|sv|vs|antw|odp|r)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_FORWARD = re.compile(r"^\s*(fwd?|wg|tr|rv|i|vb)\s*:", re.IGNORECASE)


def parent_of(session: Session, ticket: Ticket, message_id: int | None) -> Message | None:
    """The message chosen, else the ticket's newest that came in, else its newest at all."""
    if message_id is not None:
        message = session.get(Message, message_id)
        if message is not None and message.organisation_id == ticket.organisation_id:
            return message
    public = select(Message).where(
        col(Message.ticket_id) == ticket.id,
        col(Message.direction) != Direction.NOTE,
        col(Message.deleted_at).is_(None),
    )
    newest_first = public.order_by((col(Message.direction) == Direction.IN).desc(), col(Message.id).desc())
    return session.exec(newest_first).first()


def references_to(parent: Message | None) -> list[str]:
    """The parent's references and the parent (RFC 5322 3.6.4); of very many the first and the newest."""
    if parent is None or not parent.message_id:
        return []
    known = parent.references or ([parent.in_reply_to] if parent.in_reply_to else [])
    chain = [each for each in known if each != parent.message_id] + [parent.message_id]
    return chain if len(chain) <= MAX_REFERENCES else [chain[0], *chain[1 - MAX_REFERENCES :]]


def answer_subject(subject: str) -> str:
    return subject if _RE.match(subject) else f"Re: {subject}".strip()


def forward_subject(subject: str) -> str:
    return subject if _FORWARD.match(subject) else f"Fwd: {subject}".strip()


def recipients_for(parent: Message, ours: set[str], *, everybody: bool) -> tuple[list[Address], list[Address]]:
    """To and Cc of an answer: Reply-To or the author; of our own message those it went to. Never our own addresses."""
    if parent.direction is Direction.OUT:
        to = from_json(parent.to)
    else:
        to = from_json(parent.reply_to) or [Address(parent.author_name, parent.author_address)]
    others = from_json([*parent.to, *parent.cc]) if everybody else []
    to = _without(to, ours)
    return to, _without(others, ours | {each.address.lower() for each in to})


def _without(people: list[Address], known: set[str]) -> list[Address]:
    kept: dict[str, Address] = {}
    for each in people:
        folded = each.address.lower()
        bare = f"{folded.partition('@')[0].partition('+')[0]}@{domain_of(folded)}"
        if folded not in known and bare not in known and "@" in folded:
            kept.setdefault(folded, each)
    return list(kept.values())


def refuse_if_newer(session: Session, ticket: Ticket, draft: Draft, *, actor: Actor) -> None:
    """Raises Conflict `newer_message` when somebody wrote after the newest message the draft's author has seen, or
    where that is not known, after the draft was begun."""
    since = col(Message.received_at) > draft.created_at
    newer = select(Message.author_name, Message.author_address).where(
        col(Message.ticket_id) == ticket.id,
        since if draft.seen_message_id is None else col(Message.id) > draft.seen_message_id,
        sa.or_(col(Message.user_id).is_(None), col(Message.user_id) != actor.user_id),
        col(Message.direction) != Direction.NOTE,
        col(Message.deleted_at).is_(None),
    )
    found = session.exec(newer.order_by(col(Message.id).desc())).first()
    if found is not None:
        raise Conflict(f"{found[0] or found[1]} wrote in this conversation meanwhile.", code="newer_message")


def found_by_identity(session: Session, organisation_id: int, reference: int | str) -> Message | None:
    """The organisation's message with this id, or with this Message-ID. Raises NotFound for a foreign id."""
    if isinstance(reference, int):
        message = session.get(Message, reference)
        if message is None or message.organisation_id != organisation_id:
            raise NotFound("There is no such e-mail to answer.")
        return message
    identity = f"<{reference.strip().strip('<>')}>"
    same = select(Message).where(col(Message.organisation_id) == organisation_id, col(Message.message_id) == identity)
    return session.exec(same.order_by(col(Message.id).desc())).first()
