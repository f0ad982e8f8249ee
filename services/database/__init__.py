"""Engines, transactions and threads: the only module that commits.

SQLite: one writer at a time (BEGIN IMMEDIATE behind turns that all processes share, so writers queue instead of
polling), readers on their own engine that cannot write. PostgreSQL: pooled connections; facts also travel by NOTIFY.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import configure_mappers
from sqlmodel import Session

from services import audit, errors, events, idempotency
from services.database import schema, wire
from services.database.engines import ALONE, Engines, hold, open_engines
from services.database.engines import driver_cursor as driver_cursor

P = ParamSpec("P")
T = TypeVar("T")

_engines: Engines | None = None
_writers = ThreadPoolExecutor(8, thread_name_prefix="write")
_readers = ThreadPoolExecutor(8, thread_name_prefix="read")


def prepare() -> None:
    """What the first query would find out about our tables; done before a fork, it is there once for both."""
    configure_mappers()


def connect(url: str) -> None:
    """Open the database at `url` and bring its schema up to date. Raises Conflict if it is newer than we are."""
    global _engines
    if _engines is not None:
        disconnect()
    _engines = open_engines(url)
    schema.upgrade(_engines.write)
    if not _engines.is_sqlite:
        wire.listen(url)


def disconnect() -> None:
    global _engines
    wire.stop()
    if _engines is not None:
        _engines.dispose()
        _engines = None


def engines() -> Engines:
    if _engines is None:
        raise RuntimeError("database.connect was not called")
    return _engines


def is_sqlite() -> bool:
    return engines().is_sqlite


@contextmanager
def transaction(*, repeatable: bool = False) -> Iterator[Session]:
    """One unit of work: commit on success, roll back on error, then publish the facts recorded in it.

    `repeatable`: should the power fail before anything else is committed, all of it is done again from what is on disk.
    On SQLite it then does not keep the other writers waiting for the disk; the next ordinary commit takes it along.
    Nor does it keep those waiting who take mail, before its first statement that writes."""
    current = engines()
    engine = current.late if repeatable else current.write
    with current.deciding, ExitStack() as turn:
        if not repeatable:
            turn.enter_context(current.writing)
        with _translated(), Session(engine, expire_on_commit=False) as session:
            if repeatable:
                hold(session.connection(), lambda: turn.enter_context(current.writing))
            yield session
            session.flush()
            audit.write(session)
            idempotency.spend(session)
            facts = events.taken_from(session)
            if facts and not current.is_sqlite:
                wire.notify(session.connection(), facts)
            session.commit()
    events.publish(facts)


@contextmanager
def counting() -> Iterator[Session]:
    """A transaction for counters: seen by every process and safe from a crash of ours, but not worth waiting
    for the disk (SQLite: synchronous NORMAL; PostgreSQL: asynchronous commit). It carries no facts."""
    current = engines()
    with current.deciding, current.writing, _translated(), Session(current.count, expire_on_commit=False) as session:
        if not current.is_sqlite:
            session.connection().execute(sa.text("SET LOCAL synchronous_commit TO OFF"))
        yield session
        session.commit()


@contextmanager
def reading() -> Iterator[Session]:
    """A session that sees one snapshot and cannot write; never waits for a writer."""
    with _translated(), Session(engines().read, expire_on_commit=False) as session:
        yield session


async def call(
    function: Callable[Concatenate[Session, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run a service function in a worker thread inside its own transaction."""

    def work() -> T:
        with transaction() as session:
            return function(session, *args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(_writers, copy_context().run, work)


async def read(
    function: Callable[Concatenate[Session, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run a service function in a worker thread on a read-only session."""

    def work() -> T:
        with reading() as session:
            return function(session, *args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(_readers, copy_context().run, work)


@contextmanager
def write_connection() -> Iterator[sa.Connection]:
    """A bare connection in a transaction, for the statements that must be fast; commits on success."""
    current = engines()
    with current.deciding, current.writing, _translated(), current.write.begin() as connection:
        yield connection


def is_alone(connection: sa.Connection) -> bool:
    """Whether nothing was begun: one statement is all there may be, and it commits itself."""
    return bool(connection.get_execution_options().get(ALONE))


class KeptConnection:
    """`write_connection` for one thread that writes all the time: on SQLite, the way through the pool costs as much
    as a small batch. A server's connection comes from the pool, which finds out whether it is still there.

    Where the connection then `is_alone`, its user sends one statement, which is the transaction: after each call of
    the driver this thread has to win back the interpreter, and BEGIN and COMMIT would be two of three."""

    def __init__(self) -> None:
        self._connection: sa.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        if not engines().is_sqlite:
            with write_connection() as connection:
                yield connection
            return
        with engines().writing, _translated():
            if self._connection is None:
                self._connection = engines().write.connect().execution_options(**{ALONE: True})
            try:
                with self._connection.begin():
                    yield self._connection
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what the driver says about the disk, the connection and duplicates into our own errors."""
    try:
        yield
    except IntegrityError as error:
        raise errors.Conflict("Somebody changed this at the same moment.", code="conflict") from error
    except DBAPIError as error:
        raise translate(error) from error
    except PoolTimeout as error:
        raise errors.Unavailable("The database is busy; try again.") from error


def translate(error: DBAPIError) -> Exception:
    """The error of our tree for a driver's error, or the error itself where it is a bug."""
    text = str(error.orig).lower()
    if "disk is full" in text or "disk i/o error" in text or "no space left" in text:
        return errors.StorageFull("The disk is full.")
    if "locked" in text:
        return errors.Unavailable("The database is busy; try again.")
    is_away = isinstance(error, OperationalError) and not isinstance(error.orig, sqlite3.Error)  # theirs also says SQL
    if is_away or error.connection_invalidated or "unable to open database file" in text:
        return errors.Unavailable("The database does not answer; try again.")
    return error


def affected(result: Any) -> int:
    """How many rows an UPDATE or DELETE touched."""
    return int(result.rowcount)
