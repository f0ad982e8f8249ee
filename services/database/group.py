"""Group commit: many callers share one transaction and one fsync, and each is told after the commit."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services import database, errors

log = logging.getLogger("mailroom.group")
T = TypeVar("T")
R = TypeVar("R")

MAX_ITEMS = 500
MAX_BATCH_BYTES = 16 << 20
MAX_PENDING_BYTES = 256 << 20


class _Item(NamedTuple, Generic[T, R]):
    future: "asyncio.Future[R]"
    value: T
    size: int


class GroupCommit(Generic[T, R]):
    """`write(connection, values)` stores a batch and returns one result a value, in order.

    The writer never waits to fill a batch: a batch is what arrived during the previous commit, so a lone caller
    pays one fsync and fifty callers share one. A value that cannot be stored fails alone.
    """

    def __init__(self, write: Callable[[sa.Connection, list[T]], list[R]], done: Callable[[], None]) -> None:
        self._write = write
        self._done = done
        self._queue: queue.SimpleQueue[_Item[T, R] | None] = queue.SimpleQueue()
        self._pending = 0
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def submit(self, value: T, size: int) -> "asyncio.Future[R]":
        """Resolves once `value` is on disk. Raises Unavailable when too much already waits."""
        if self._pending > MAX_PENDING_BYTES:
            raise errors.Unavailable("Too much mail is waiting for the disk.")
        self._pending += size
        future: asyncio.Future[R] = self._loop.create_future()
        self._queue.put(_Item(future, value, size))
        return future

    async def close(self) -> None:
        """Store what was submitted, then end."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join, 30)

    def _run(self) -> None:
        running = True
        while running:
            batch: list[_Item[T, R]] = []
            item = self._queue.get()
            size = 0
            while item is not None:
                batch.append(item)
                size += item.size
                if len(batch) >= MAX_ITEMS or size >= MAX_BATCH_BYTES:
                    break
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
            running = item is not None
            if batch:
                self._commit(batch)

    def _commit(self, batch: list[_Item[T, R]]) -> None:
        outcome: list[R | Exception]
        try:
            with database.write_connection() as connection:
                outcome = list(self._write(connection, [item.value for item in batch]))
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, errors.StorageFull):
                for item in batch:
                    self._commit([item])
                return
            log.error("could not store a batch of %d: %s", len(batch), error)
            outcome = [self._as_unavailable(error)] * len(batch)
        self._loop.call_soon_threadsafe(self._settle, batch, outcome)

    @staticmethod
    def _as_unavailable(error: Exception) -> Exception:
        if isinstance(error, DBAPIError | errors.Conflict):
            return errors.Unavailable("The message could not be stored; try again.")
        return error

    def _settle(self, batch: list[_Item[T, R]], outcome: list[R | Exception]) -> None:
        for item, result in zip(batch, outcome, strict=True):
            self._pending -= item.size
            if item.future.done():
                continue
            if isinstance(result, Exception):
                item.future.set_exception(result)
            else:
                item.future.set_result(result)
        self._done()
