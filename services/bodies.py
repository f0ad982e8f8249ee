"""The text full-text search reads: one row beside each message, with an id that sorts by time."""

import itertools
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from sqlmodel import Session

from models import Direction, Message, MessageBody
from services.mail.charsets import scrub

MAX_TEXT = 256 * 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_sequence = itertools.count(secrets.randbelow(1 << 20))


def body_id(at: datetime) -> int:
    """Milliseconds since 1970 << 20 | a sequence: newest first is descending id."""
    since = at - _EPOCH
    milliseconds = since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
    return milliseconds << 20 | next(_sequence) & 0xFFFFF


@lru_cache(maxsize=1024)
def labels(
    organisation_id: int, direction: Direction, mailbox_id: int | None, *, has_attachments: bool, verdict: str = ""
) -> str:
    """What about a message hardly changes, as words a search can ask for; `verdict` on who its author is."""
    words = [f"zzorg{organisation_id}", f"zz{direction}"]
    if mailbox_id is not None:
        words.append(f"zzmbx{mailbox_id}")
    if has_attachments:
        words.append("zzhasattachment")
    if verdict:
        words.append(f"zzauth{verdict}")
    return " ".join(words)


def judged(session: Session, search_id: int, verdict: str) -> None:
    """A verdict that is known only now takes the place of the one before."""
    body = session.get(MessageBody, search_id)
    if body is not None:
        kept = [word for word in body.labels.split() if not word.startswith("zzauth")]
        body.labels = " ".join([*kept, f"zzauth{verdict}"])
        session.add(body)


def people(addresses: Iterable[dict[str, str]]) -> str:
    """Names and addresses in one line."""
    return " ".join(f"{each.get('name', '')} {each.get('address', '')}".strip() for each in addresses)


def store(session: Session, message: Message, text: str, *, mailbox_id: int | None) -> MessageBody:
    """Make `message` searchable: outgoing mail and notes; what comes in is stored in batches."""
    body = MessageBody(
        id=body_id(message.received_at),
        subject=scrub(message.subject),
        author=scrub(f"{message.author_name} {message.author_address}".strip()),
        recipients=scrub(people([*message.to, *message.cc, *message.bcc])),
        text=scrub(text[:MAX_TEXT]),
        labels=labels(message.organisation_id, message.direction, mailbox_id, has_attachments=message.has_attachments),
    )
    session.add(body)
    session.flush()
    message.search_id = body.id
    session.add(message)
    return body
