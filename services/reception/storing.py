"""The one write of the accept path: a batch of envelopes becomes rows, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from models import RawMessage, Reception, ReceptionState
from services import clock, database, events, jsontext
from services.reception.trace import Envelope, make_queue_id, received_field

ARRIVED = events.WorkArrived(0, "inbound")
RAW = "queue_id reverse_path helo peer protocol user_id received_at size content"
RECEPTION = "raw_id recipient state due_at attempts step reason"
_NAMES = ", ".join(RAW.split())
_GIVEN = f"'{ReceptionState.ACCEPTED}', NEW.received_at, 0, '', ''"
_LAST = "(SELECT max(id) FROM raw_message)"  # just given; last_insert_rowid() would change from recipient to recipient
_ARRIVE = f"""CREATE TEMP TRIGGER IF NOT EXISTS {{}} INSTEAD OF INSERT ON arrival WHEN {{}} BEGIN
    INSERT INTO raw_message ({_NAMES}) VALUES ({", ".join("NEW." + name for name in RAW.split())});
    INSERT INTO reception ({", ".join(RECEPTION.split())}) {{}};
    END"""
ARRIVAL = (  # json_each costs a fifth of a small message, and most have one recipient
    f"CREATE TEMP VIEW IF NOT EXISTS arrival AS SELECT {_NAMES}, '' AS recipient, '' AS recipients FROM raw_message",
    _ARRIVE.format("arrive_one", "NEW.recipients IS NULL", f"VALUES ({_LAST}, NEW.recipient, {_GIVEN})"),
    _ARRIVE.format(
        "arrive_many",
        "NEW.recipients IS NOT NULL",
        f"SELECT {_LAST}, value, {_GIVEN} FROM json_each(NEW.recipients) ORDER BY key",
    ),
)
ROWS = 200  # a statement; PostgreSQL takes 65,535 values in one, SQLite 32,766
_tables = SQLModel.metadata.tables
_time = _tables[str(RawMessage.__tablename__)].c.received_at.type


def store(connection: sa.Connection, envelopes: list[Envelope]) -> list[str]:
    """Insert the batch and return each message's queue id, in order. Whoever commits announces ARRIVED.

    Straight to the driver, many rows a statement: each statement lets go of the interpreter and has to win it back
    from the conversations, which is most of what a small batch costs.
    """
    now = clock.now()
    stamp = _stored(connection.dialect, now)
    raws = [_raw(envelope, now, stamp) for envelope in envelopes]
    if database.is_alone(connection):
        _insert_at_once(connection, raws, envelopes)
        return [raw[0] for raw in raws]
    with database.driver_cursor(connection) as cursor:
        ids = _insert_raws(cursor, connection.dialect, raws)
        receptions = [
            (raw_id, recipient, ReceptionState.ACCEPTED.value, stamp, 0, "", "")
            for raw_id, envelope in zip(ids, envelopes, strict=True)
            for recipient in envelope.recipients
        ]
        _insert(cursor, connection.dialect, str(Reception.__tablename__), RECEPTION, receptions)
    return [raw[0] for raw in raws]


def _insert_at_once(connection: sa.Connection, raws: list[tuple[Any, ...]], envelopes: list[Envelope]) -> None:
    """Both tables in one statement, through a view of this connection that takes messages with their recipients."""
    rows = [(*raw, *_recipients(envelope)) for raw, envelope in zip(raws, envelopes, strict=True)]
    with database.driver_cursor(connection) as cursor:
        if "arrival" not in connection.info:
            for statement in ARRIVAL:
                cursor.execute(statement)
            connection.info["arrival"] = True
        statement = _statement("arrival", RAW + " recipient recipients", "?", len(rows))
        cursor.execute(statement, list(chain.from_iterable(rows)))


def _recipients(envelope: Envelope) -> tuple[str | None, str | None]:
    """The only one, or all as JSON."""
    if len(envelope.recipients) == 1:
        return envelope.recipients[0], None
    return None, jsontext.write(envelope.recipients)


def _raw(envelope: Envelope, now: datetime, stamp: Any) -> tuple[Any, ...]:
    """The columns of RAW."""
    queue_id = make_queue_id()
    content = received_field(envelope, queue_id, now) + envelope.content
    user_id = envelope.user_id
    trace = (queue_id, envelope.reverse_path, envelope.helo, envelope.peer, envelope.protocol)
    return (*trace, user_id, stamp, len(content), content)


def _insert_raws(cursor: Any, dialect: sa.Dialect, raws: list[tuple[Any, ...]]) -> Iterable[int]:
    """Insert the raw messages; their numbers, in order.

    SQLite counts on from the highest, and while our transaction holds the write lock nobody else does, so the last
    number tells them all. PostgreSQL's sequence is shared; it is asked beforehand.
    """
    table = str(RawMessage.__tablename__)
    if dialect.name == "sqlite":
        _insert(cursor, dialect, table, RAW, raws)
        return range(cursor.lastrowid - len(raws) + 1, cursor.lastrowid + 1)
    sequence = "nextval(pg_get_serial_sequence('raw_message', 'id'))"
    cursor.execute(f"SELECT {sequence} FROM generate_series(1, %s)", [len(raws)])
    ids = sorted(number for (number,) in cursor.fetchall())
    _insert(cursor, dialect, table, "id " + RAW, [(raw_id, *raw) for raw_id, raw in zip(ids, raws, strict=True)])
    return ids


def _stored(dialect: sa.Dialect, at: Any) -> Any:
    """The time as the column's type hands it to the driver."""
    process = _time.dialect_impl(dialect).bind_processor(dialect)
    return process(at) if process else at


def _insert(cursor: Any, dialect: sa.Dialect, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    for start in range(0, len(rows), ROWS):
        some = rows[start : start + ROWS]
        statement = _statement(table, columns, "?" if dialect.name == "sqlite" else "%s", len(some))
        cursor.execute(statement, list(chain.from_iterable(some)))


@lru_cache(maxsize=256)
def _statement(table: str, columns: str, mark: str, rows: int) -> str:
    names = columns.split()
    row = "(" + ", ".join([mark] * len(names)) + ")"
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * rows)}"


def accept(session: Session, envelope: Envelope) -> str:
    """The same inside somebody's session: for capture, demo and imports. Returns the queue id."""
    queue_id = store(session.connection(), [envelope])[0]
    events.record(session, ARRIVED)
    return queue_id
