"""How each database is opened: pragmas, BEGIN, pools."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

PAGE = 8192  # half the writes of the usual 4096 for large mail; a database that exists keeps its own
ALONE = "mailroom_alone"  # option of a connection whose transactions are one statement each, which needs no BEGIN
LOG_BYTES = 16 << 20  # of write-ahead log before it is copied into the database


@dataclass(frozen=True)
class Engines:
    """`write` begins transactions that may write; `read` cannot (SQLite: query_only; PostgreSQL: READ ONLY);
    `count` writes without waiting for the disk."""

    write: sa.Engine
    read: sa.Engine
    count: sa.Engine
    is_sqlite: bool

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()
        self.count.dispose()


def open_engines(url: str) -> Engines:
    if url.startswith("sqlite"):
        path = sa.make_url(url).database
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        write, count = _sqlite(url, "BEGIN IMMEDIATE"), _sqlite(url, "BEGIN IMMEDIATE", synchronous="NORMAL")
        return Engines(write, _sqlite(url, "BEGIN", read_only=True), count, True)
    write = sa.create_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True)
    return Engines(write, write.execution_options(postgresql_readonly=True), write, False)


def _sqlite(url: str, begin: str, *, read_only: bool = False, synchronous: str = "FULL") -> sa.Engine:
    """WAL and synchronous=FULL: committed means on disk (RELIABILITY B2). We say BEGIN ourselves, because the
    driver's own deferred BEGIN loses updates between two readers who then write."""
    engine = sa.create_engine(url, pool_size=10, max_overflow=20, connect_args={"check_same_thread": False})
    pragmas = [
        f"page_size={PAGE}",
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-8000",
        f"wal_autocheckpoint={LOG_BYTES // PAGE}",
    ]
    if read_only:
        pragmas = [*pragmas[3:-1], "query_only=ON"]

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(ALONE):
            return
        with driver_cursor(connection) as cursor:
            cursor.execute(begin)

    return engine


@contextmanager
def driver_cursor(connection: sa.Connection) -> Iterator[Any]:
    """The driver's own cursor in the transaction of `connection`, for the statements that must be fast; what it
    raises comes out as from SQLAlchemy."""
    dialect = connection.dialect
    driver = dialect.loaded_dbapi
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except driver.Error as error:
        lost = dialect.is_disconnect(error, connection.connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            "", None, error, driver.Error, connection_invalidated=lost, dialect=dialect
        ) from error
    finally:
        cursor.close()
