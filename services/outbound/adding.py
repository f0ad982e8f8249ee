"""Into the queue: the bytes once, a row a recipient."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from models import Outbound, OutboundStatus, RawMessage
from services import clock, events, reception
from services.database import bulk
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
    needs_tls: bool = False,
) -> list[int]:
    """Queue `raw` (bytes, or a row already stored) for each recipient, due now unless `due_at` says later; the ids of
    the rows, in order.

    `signing_domain` is the author's domain (default: the reverse-path's). What `needs_tls` leaves encrypted or not at
    all. Raises Invalid for what is no address.
    """
    now = clock.now()
    raw_id, queue_id = (raw.id or 0, raw.queue_id) if isinstance(raw, RawMessage) else _store(session, raw, now)
    shared: dict[str, Any] = {
        "organisation_id": organisation_id,
        "message_id": message_id,
        "raw_id": raw_id,
        "queue_id": queue_id,
        "reverse_path": reverse_path,
        "signing_domain": signing_domain or address.domain_of(reverse_path),
        "subject": subject[:998],
        "priority": priority,
        "needs_tls": needs_tls,
        "due_at": due_at or now,
        "created_at": now,
    }
    unique = dict.fromkeys(_checked(each) for each in recipients)
    return queue_rows(session, [shared | {"recipient": each} for each in unique])


def queue_rows(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Queue what others have put together, all in one statement; the rows name the same columns."""
    values: list[dict[str, Any]] = [_NEW | row | {"destination": address.domain_of(row["recipient"])} for row in rows]
    ids = bulk.insert_numbered(session.connection(), _table, values)
    for row, row_id in zip(values, ids, strict=True):
        events.record(session, events.OutboundChanged(row["organisation_id"], row_id))
    events.record(session, events.WorkArrived(0, "outbound"))
    return ids


# Straight to the driver: through the objects of the ORM a message costs eight times as much.
_table = SQLModel.metadata.tables[str(Outbound.__tablename__)]
_raws = SQLModel.metadata.tables[str(RawMessage.__tablename__)]
_NEW = {
    "status": OutboundStatus.QUEUED,
    "attempts": 0,
    "enhanced_code": "",
    "reply": "",
    "host": "",
    "forwarded_for": "",
    "needs_tls": False,
}
_OURS = {"reverse_path": "", "helo": "", "peer": "", "protocol": "LOCAL"}


def _store(session: Session, content: bytes, now: datetime) -> tuple[int, str]:
    queue_id = reception.make_queue_id()
    values = _OURS | {"queue_id": queue_id, "received_at": now, "size": len(content), "content": content}
    return bulk.insert_numbered(session.connection(), _raws, [values])[0], queue_id


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
