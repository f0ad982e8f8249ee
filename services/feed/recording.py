"""Writing events down with the transaction that caused them, each behind all that were committed before it.

On PostgreSQL ids are given out before the commit, so that a later one may be seen first and a reader's cursor pass an
event by. Hence events are kept until the transaction commits and written last, behind a lock that an organisation's
transactions take one after another and that ends when the commit can be seen. On SQLite there is one writer anyway.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, delete

from models import FeedEvent
from services import clock
from services.database import bulk

_NEWS = "feed"
_LOCK = 0x6D_66  # the first half of our advisory locks' keys
_table = SQLModel.metadata.tables[str(FeedEvent.__tablename__)]


def record(
    session: Session,
    organisation_id: int,
    event_id: str,
    event_type: str,
    payload: str,
    *,
    alias_id: int | None = None,
    at: datetime | None = None,
) -> None:
    """Add an event when the session commits; `at` later than now, it is seen from then on."""
    now = clock.now()
    row: dict[str, Any] = {
        "organisation_id": organisation_id,
        "event_id": event_id,
        "event_type": event_type,
        "alias_id": alias_id,
        "payload": payload,
        "at": at or now,
        "waits": at is not None and at > now,
    }
    session.info.setdefault(_NEWS, []).append(row)


def withdraw(session: Session, organisation_id: int, event_id: str) -> None:
    """What was announced for later has not come to pass."""
    mine = (col(FeedEvent.organisation_id) == organisation_id, col(FeedEvent.event_id) == event_id)
    session.exec(delete(FeedEvent).where(col(FeedEvent.waits), *mine))


@sa.event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint's end is no commit
        return
    news: list[dict[str, Any]] = session.info.pop(_NEWS, [])
    if not news:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        for organisation_id in sorted({row["organisation_id"] for row in news if not row["waits"]}):
            lock = sa.func.pg_advisory_xact_lock(_LOCK, organisation_id & 0x7FFF_FFFF)
            connection.execute(sa.select(lock))
    bulk.insert(connection, _table, news)
