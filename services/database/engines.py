"""How each database is opened: pragmas, BEGIN, pools."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from services.database.turns import Turn

PAGE = 8192  # half the writes of the usual 4096 for large mail; a database that exists keeps its own
ALONE = "mailroom_alone"  # option of a connection whose transactions are one statement each, which needs no BEGIN
_HELD = "mailroom_held"  # in the info of a connection that reads before it writes: what takes the turn to write
LOG_BYTES = 16 << 20  # of write-ahead log before it is copied into the database


@dataclass(frozen=True)
class Engines:
    """`write` begins transactions that may write; `read` cannot (SQLite: query_only; PostgreSQL: READ ONLY);
    `count` writes without waiting for the disk; `late` the same, once it has read what it wants to know.

    On SQLite `deciding` is the turn of whoever goes by what they read, `writing` that of whoever has the write lock:
    mail is taken, and nothing decided, while somebody else decides. PostgreSQL sees to both."""

    write: sa.Engine
    read: sa.Engine
    count: sa.Engine
    late: sa.Engine
    deciding: AbstractContextManager[None]
    writing: AbstractContextManager[None]
    is_sqlite: bool

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()
        self.count.dispose()
        self.late.dispose()
        for turn in (self.deciding, self.writing):
            if isinstance(turn, Turn):
                turn.close()


def open_engines(url: str) -> Engines:
    if url.startswith("sqlite"):
        path = Path(sa.make_url(url).database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        write, count = _sqlite(url, "BEGIN IMMEDIATE"), _sqlite(url, "BEGIN IMMEDIATE", synchronous="NORMAL")
        late = _late(url)
        deciding, writing = (Turn(path.with_name(f"{path.name}-{what}")) for what in ("deciding", "writing"))
        return Engines(write, _sqlite(url, "BEGIN", read_only=True), count, late, deciding, writing, True)
    write = sa.create_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True)
    read = write.execution_options(postgresql_readonly=True)
    return Engines(write, read, write, write, nullcontext(), nullcontext(), False)


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
        connection.info.pop(_HELD, None)  # of one before, which never wrote
        if connection.get_execution_options().get(ALONE):
            return
        with driver_cursor(connection) as cursor:
            cursor.execute(begin)

    return engine


def _late(url: str) -> sa.Engine:
    engine = _sqlite(url, "BEGIN", synchronous="NORMAL")

    @event.listens_for(engine, "before_cursor_execute")
    def _notice(connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("SELECT"):
            _begin_writing(connection)

    return engine


def hold(connection: sa.Connection, take_turn: Callable[[], object]) -> None:
    """Let the transaction of `connection`, just begun by the engine `late`, read until its first statement that
    writes: there its snapshot ends, and it takes its turn. Nobody who decides anything came in between; only mail may
    have been taken."""
    if connection.dialect.name == "sqlite":
        connection.info[_HELD] = take_turn


def _begin_writing(connection: sa.Connection) -> None:
    take_turn = connection.info.pop(_HELD, None)
    if take_turn is not None:
        with driver_cursor(connection) as cursor:
            cursor.execute("COMMIT")
            take_turn()
            cursor.execute("BEGIN IMMEDIATE")


class _Noticing:
    """The driver's cursor in a transaction that reads so far."""

    def __init__(self, connection: sa.Connection, cursor: Any) -> None:
        self._connection = connection
        self._cursor = cursor

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        if not statement.startswith("SELECT"):
            _begin_writing(self._connection)
        return self._cursor.execute(statement, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def driver_cursor(connection: sa.Connection) -> Iterator[Any]:
    """The driver's own cursor in the transaction of `connection`, for the statements that must be fast; what it
    raises comes out as from SQLAlchemy."""
    dialect = connection.dialect
    driver = dialect.loaded_dbapi
    cursor = connection.connection.cursor()
    try:
        yield _Noticing(connection, cursor) if _HELD in connection.info else cursor
    except driver.Error as error:
        lost = dialect.is_disconnect(error, connection.connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            "", None, error, driver.Error, connection_invalidated=lost, dialect=dialect
        ) from error
    finally:
        cursor.close()
