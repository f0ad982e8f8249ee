"""Group commit: many callers share one transaction and one fsync, and each is told after the commit."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import sqlalchemy as sa

from services import database, errors, events
from services.database import wire

log = logging.getLogger("mailroom.group")
T = TypeVar("T")
R = TypeVar("R")

MAX_ITEMS = 500
MAX_BATCH_BYTES = 16 << 20
MAX_PENDING_BYTES = 256 << 20
CLOSE_SECONDS = 8
WAIT_SECONDS = 0.002  # for those who were answered last and may come again
WORTH_BYTES = 128 << 10  # not waited with: writing them costs more than another commit would


class _Item(NamedTuple, Generic[T, R]):
    future: "asyncio.Future[R]"
    value: T
    size: int


_Settled = tuple[list[_Item[T, R]], list[R] | Exception]


class GroupCommit(Generic[T, R]):
    """`write(connection, values)` stores a batch and returns one result a value, in order; `fact` is published after
    each commit.

    A batch is what arrived during the previous commit, so a lone caller pays one fsync and fifty callers share one.
    Those whom that commit answered are about to come again: the others wait for them, but not long (PostgreSQL's
    commit_delay). Else two halves of the callers would take turns, each waiting for the other's commit besides its own.
    """

    def __init__(self, write: Callable[[sa.Connection, list[T]], list[R]], fact: events.Fact) -> None:
        self._write = write
        self._fact = fact
        self._queue: queue.SimpleQueue[list[_Item[T, R]] | None] = queue.SimpleQueue()
        self._waiting: list[_Item[T, R]] = []
        self._kept = database.KeptConnection()
        self._pending = 0
        self._waiting_bytes = 0
        self._expected = 1
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    @property
    def is_full(self) -> bool:
        """Whether so much waits for the disk that callers should be sent away."""
        return self._pending > MAX_PENDING_BYTES

    def submit(self, value: T, size: int) -> "asyncio.Future[R]":
        """Resolves once `value` is on disk. Raises Unavailable when too much already waits."""
        if self._closed or self.is_full:
            raise errors.Unavailable("Too much is waiting for the disk; try again.")
        future: asyncio.Future[R] = self._loop.create_future()
        self._waiting.append(_Item(future, value, size))
        self._pending += size
        self._waiting_bytes += size
        if not self._busy:
            self._gather()
        return future

    def _gather(self) -> None:
        """Nobody writes: hand over those who wait, now or soon."""
        if len(self._waiting) >= self._expected or self._waiting_bytes >= WORTH_BYTES:
            self._hand_over()
        elif self._timer is None:
            self._timer = self._loop.call_later(WAIT_SECONDS, self._hand_over)

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._busy = True
        self._queue.put(self._next_batch())

    def _next_batch(self) -> list[_Item[T, R]]:
        batch, self._waiting = self._waiting, []
        if len(batch) > MAX_ITEMS or self._waiting_bytes > MAX_BATCH_BYTES:
            fitting = _count_fitting(batch)
            batch, self._waiting = batch[:fitting], batch[fitting:]
        self._waiting_bytes -= sum(item.size for item in batch)
        return batch

    async def close(self) -> None:
        """Store what was submitted, then end."""
        self._closed = True
        while self._waiting:
            self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join, CLOSE_SECONDS)

    def _run(self) -> None:
        while (batch := self._queue.get()) is not None:
            settled = self._commit(batch)
            self._loop.call_soon_threadsafe(self._settle, settled)
            if any(not isinstance(outcome, Exception) for _, outcome in settled):
                events.publish([self._fact])
        self._kept.close()

    def _commit(self, batch: list[_Item[T, R]]) -> list[_Settled[T, R]]:
        """Store the batch; if one of its values is what cannot be stored, that one fails alone.

        Nothing is tried twice after a fault of disk or connection, nor once COMMIT was asked for: nobody knows
        whether it happened, and storing again would double what a sender is told was taken once.
        """
        written = False
        try:
            with self._kept.transaction() as connection:
                results = self._write(connection, [item.value for item in batch])
                if not database.is_sqlite():
                    wire.notify(connection, [self._fact])
                written = True
        except Exception as error:
            if len(batch) > 1 and not written and not isinstance(error, errors.Unavailable):
                return [settled for item in batch for settled in self._commit([item])]
            log.error("could not store a batch of %d: %s", len(batch), error)
            return [(batch, error)]
        return [(batch, results)]

    def _settle(self, settled: list[_Settled[T, R]]) -> None:
        for batch, outcome in settled:
            for index, item in enumerate(batch):
                self._pending -= item.size
                if item.future.done():
                    continue
                if isinstance(outcome, Exception):
                    item.future.set_exception(outcome)
                else:
                    item.future.set_result(outcome[index])
        self._busy = False
        self._expected = min(sum(len(batch) for batch, _ in settled) + len(self._waiting), MAX_ITEMS)
        if self._waiting:
            self._gather()


def _count_fitting(batch: list[_Item[T, R]]) -> int:
    """How many of the first one transaction takes; one at least."""
    size = 0
    for index, item in enumerate(batch[:MAX_ITEMS]):
        size += item.size
        if size > MAX_BATCH_BYTES:
            return max(index, 1)
    return min(len(batch), MAX_ITEMS)
