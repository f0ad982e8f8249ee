"""Into the queue: the bytes once, a row a recipient."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models import Outbound, RawMessage
from services import clock, events, reception
from services.errors import Invalid
from services.mail import address

PRIORITY_PERSON, PRIORITY_AUTOMATIC, PRIORITY_BULK = 0, 10, 20


def enqueue(
    session: Session,
    *,
    raw: bytes | RawMessage,
    reverse_path: str,
    recipients: Sequence[str],
    organisation_id: int,
    message_id: int | None = None,
    due_at: datetime | None = None,
    priority: int = PRIORITY_PERSON,
    subject: str = "",
    signing_domain: str = "",
) -> list[Outbound]:
    """Queue `raw` (bytes, or a row already stored) for each recipient; due now unless `due_at` says later.

    `signing_domain` is the author's domain (default: the reverse-path's). Raises Invalid for what is no address.
    """
    unique = list(dict.fromkeys(_checked(each) for each in recipients))
    stored = raw if isinstance(raw, RawMessage) else _store(session, raw)
    now = clock.now()
    rows = [
        Outbound(
            organisation_id=organisation_id,
            message_id=message_id,
            raw_id=stored.id or 0,
            queue_id=stored.queue_id,
            reverse_path=reverse_path,
            recipient=recipient,
            destination=address.domain_of(recipient),
            signing_domain=signing_domain or address.domain_of(reverse_path),
            subject=subject[:998],
            priority=priority,
            due_at=due_at or now,
            created_at=now,
        )
        for recipient in unique
    ]
    session.add_all(rows)
    session.flush()
    for row in rows:
        events.record(session, events.OutboundChanged(organisation_id, row.id or 0))
    events.record(session, events.WorkArrived(0, "outbound"))
    return rows


def _store(session: Session, content: bytes) -> RawMessage:
    raw = RawMessage(queue_id=reception.make_queue_id(), received_at=clock.now(), size=len(content), content=content)
    session.add(raw)
    session.flush()
    return raw


def _checked(recipient: str) -> str:
    """The address in the form it is delivered to; the local part keeps its case (RFC 5321 2.4)."""
    try:
        local, _ = address.split(recipient.strip())
        normal = address.normalise(recipient)
    except ValueError as error:
        raise Invalid(
            f"{recipient} is not an address mail can be sent to.", code="invalid_address", field="to"
        ) from error
    return f"{local}@{address.split(normal)[1]}"
