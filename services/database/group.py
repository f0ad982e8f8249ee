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
TURNS = 3  # of the loop, without rest, for which a batch gathers


class _Item(NamedTuple, Generic[T, R]):
    future: "asyncio.Future[R]"
    value: T
    size: int


class GroupCommit(Generic[T, R]):
    """`write(connection, values)` stores a batch and returns one result a value, in order.

    The writer never waits to fill a batch: a batch is what arrived during the previous commit, so a lone caller
    pays one fsync and fifty callers share one. `fact` is published after each commit.
    """

    def __init__(self, write: Callable[[sa.Connection, list[T]], list[R]], fact: events.Fact) -> None:
        self._write = write
        self._fact = fact
        self._queue: queue.SimpleQueue[list[_Item[T, R]] | None] = queue.SimpleQueue()
        self._turn: list[_Item[T, R]] = []
        self._kept = database.KeptConnection()
        self._pending = 0
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
        self._pending += size
        future: asyncio.Future[R] = self._loop.create_future()
        if not self._turn:
            self._loop.call_soon(self._gather, TURNS)
        self._turn.append(_Item(future, value, size))
        return future

    def _gather(self, turns: int) -> None:
        """What comes in a few turns of the loop goes to the writer together: woken by the first of it, the writer would
        take that one alone, and the two threads would fight for the interpreter over the rest. Turns in which nothing
        comes are over at once, so that a lone caller does not notice."""
        if turns:
            self._loop.call_soon(self._gather, turns - 1)
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._turn:
            self._queue.put(self._turn)
            self._turn = []

    async def close(self) -> None:
        """Store what was submitted, then end."""
        self._closed = True
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join, CLOSE_SECONDS)

    def _run(self) -> None:
        running = True
        while running:
            batch: list[_Item[T, R]] = []
            turn = self._queue.get()
            size = 0
            while turn is not None:
                batch += turn
                size += sum(item.size for item in turn)
                if len(batch) >= MAX_ITEMS or size >= MAX_BATCH_BYTES:
                    break
                try:
                    turn = self._queue.get_nowait()
                except queue.Empty:
                    break
            running = turn is not None
            if batch:
                self._commit(batch)
        self._kept.close()

    def _commit(self, batch: list[_Item[T, R]]) -> None:
        """Store the batch; if one of its values is what cannot be stored, that one fails alone.

        Nothing is tried twice after a fault of disk or connection, nor once COMMIT was asked for: nobody knows
        whether it happened, and storing again would double what a sender is told was taken once.
        """
        outcome: list[R] | Exception
        written = False
        try:
            with self._kept.transaction() as connection:
                outcome = self._write(connection, [item.value for item in batch])
                if not database.is_sqlite():
                    wire.notify(connection, [self._fact])
                written = True
        except Exception as error:
            if len(batch) > 1 and not written and not isinstance(error, errors.Unavailable):
                for item in batch:
                    self._commit([item])
                return
            log.error("could not store a batch of %d: %s", len(batch), error)
            outcome = error
        self._loop.call_soon_threadsafe(self._settle, batch, outcome)
        if not isinstance(outcome, Exception):
            events.publish([self._fact])

    def _settle(self, batch: list[_Item[T, R]], outcome: list[R] | Exception) -> None:
        for index, item in enumerate(batch):
            self._pending -= item.size
            if item.future.done():
                continue
            if isinstance(outcome, Exception):
                item.future.set_exception(outcome)
            else:
                item.future.set_result(outcome[index])
