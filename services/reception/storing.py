"""The one write of the accept path: a batch of envelopes becomes rows, in the caller's transaction."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from models import RawMessage, Reception, ReceptionState
from services import clock, events
from services.reception.trace import Envelope, make_queue_id, received_field

ARRIVED = events.WorkArrived(0, "inbound")
_tables = SQLModel.metadata.tables
_raw = sa.insert(_tables[str(RawMessage.__tablename__)])
_reception = sa.insert(_tables[str(Reception.__tablename__)])


def store(connection: sa.Connection, envelopes: list[Envelope]) -> list[str]:
    """Insert the batch and return each message's queue id, in order. Whoever commits announces ARRIVED."""
    now = clock.now()
    raws: list[dict[str, Any]] = []
    receptions: list[dict[str, Any]] = []
    for raw_id, envelope in zip(_ids(connection, len(envelopes)), envelopes, strict=True):
        queue_id = make_queue_id()
        trace = received_field(envelope, queue_id, now)
        raws.append(
            {
                "id": raw_id,
                "queue_id": queue_id,
                "reverse_path": envelope.reverse_path,
                "helo": envelope.helo,
                "peer": envelope.peer,
                "protocol": envelope.protocol,
                "user_id": envelope.user_id,
                "received_at": now,
                "size": len(trace) + len(envelope.content),
                "content": trace + envelope.content,
            }
        )
        for recipient in envelope.recipients:
            receptions.append(
                {
                    "raw_id": raw_id,
                    "recipient": recipient,
                    "state": ReceptionState.ACCEPTED,
                    "due_at": now,
                    "attempts": 0,
                    "step": "",
                    "reason": "",
                }
            )
    connection.execute(_raw, raws)
    connection.execute(_reception, receptions)
    return [raw["queue_id"] for raw in raws]


def _ids(connection: sa.Connection, count: int) -> list[int]:
    """Numbers for `count` raw messages, known before the insert so that each table takes one statement.

    SQLite: our transaction holds the write lock. PostgreSQL: the column's own sequence.
    """
    if connection.dialect.name == "sqlite":
        last = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM raw_message").scalar_one()
        return list(range(last + 1, last + 1 + count))
    sequence = "nextval(pg_get_serial_sequence('raw_message', 'id'))"
    rows = connection.execute(sa.text(f"SELECT {sequence} FROM generate_series(1, :count)"), {"count": count})
    return sorted(rows.scalars())


def accept(session: Session, envelope: Envelope) -> str:
    """The same inside somebody's session: for capture, demo and imports. Returns the queue id."""
    queue_id = store(session.connection(), [envelope])[0]
    events.record(session, ARRIVED)
    return queue_id
