"""What works in the background: a thread a queue, woken by facts, resting when there is nothing, stopped in order."""

import asyncio
import inspect
import logging
import secrets as random
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from services import (
    database,
    domains,
    events,
    feed,
    jobs,
    loops,
    presence,
    ratings,
    rotas,
    service_levels,
    slots,
    tickets,
)
from services.flows import delivery, inbound, relay, rules, sweeping, syncing
from services.flows import importing as importing  # defines its job
from services.flows import webhooks as webhooks  # defines its job
from services.settings import Settings

log = logging.getLogger("mailroom.runners")
IDLE_SECONDS = 0.5  # how late another process's work is noticed where no fact travels
LONGEST_REST = 30.0  # after errors
STOP_SECONDS = 8.0

Process = Callable[[], bool] | Callable[[], Awaitable[bool]]


@dataclass
class Runner:
    """Calls `process_one` again and again on a thread (and loop) of its own: at once while it says True, else when
    `queue` has news or after `idle` seconds; while busy, never twice within `pace` seconds, so that a storm comes in
    batches whose cost many share."""

    name: str
    process_one: Process
    queue: str = ""
    idle: float = IDLE_SECONDS
    pace: float = 0.0
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=f"runner-{self.name}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def hear(self, fact: events.Fact) -> None:
        """A fact was published, on whatever thread."""
        if isinstance(fact, events.WorkArrived) and fact.queue == self.queue:
            self.wake()

    def stop(self) -> None:
        """Ask it to end after what it is doing; `join` waits for that."""
        self._stopping.set()
        self._wake.set()

    def join(self) -> None:
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=loops.new) as loop:
            failures = 0
            while not self._stopping.is_set():
                next_at = time.monotonic() + self.pace
                try:
                    busy = self._once(loop)
                    failures = 0
                except Exception:
                    failures += 1
                    log.exception("%s failed, reference %s", self.name, random.token_hex(4))
                    busy = False
                if busy:
                    self._stopping.wait(max(0.0, next_at - time.monotonic()))
                else:
                    self._wake.wait(min(self.idle * 2**failures, LONGEST_REST) if failures else self.idle)
                    self._wake.clear()

    def _once(self, loop: asyncio.Runner) -> bool:
        result = self.process_one()
        return loop.run(_awaited(result)) if inspect.isawaitable(result) else bool(result)


async def _awaited(result: Awaitable[bool]) -> bool:
    return await result


class Resident(Protocol):
    """A worker that keeps much under way, so that it lives as long as its loop."""

    async def recover(self) -> None: ...

    async def process_one(self) -> bool: ...

    async def settle(self) -> None: ...


W = TypeVar("W", bound=Resident)


class ResidentRunner(Runner, Generic[W]):
    """Opens a worker on a loop of its own, recovers what was left, and settles what is under way at the end."""

    def __init__(self, name: str, queue: str, open_worker: Callable[[], W], *, idle: float = IDLE_SECONDS) -> None:
        super().__init__(name, lambda: False, queue, idle)
        self._open_worker = open_worker
        self._worker: W | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=loops.new) as loop:
            self._loop = loop.get_loop()
            loop.run(self._work())
            self._loop = None

    async def _work(self) -> None:
        self._worker = worker = self._open_worker()
        failures, recovered = 0, False
        while not self._stopping.is_set():
            try:
                if not recovered:
                    await worker.recover()
                    recovered = True
                busy = await worker.process_one()
                failures = 0
            except Exception:
                failures += 1
                log.exception("%s failed, reference %s", self.name, random.token_hex(4))
                busy = False
            if not busy:
                rest = min(self.idle * 2**failures, LONGEST_REST) if failures else self.idle
                await asyncio.to_thread(self._wake.wait, rest)
                self._wake.clear()
        await worker.settle()


class DeliveryRunner(ResidentRunner[delivery.Worker]):
    """News reach its worker also while it waits for what is in flight."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("delivery", "outbound", lambda: delivery.Worker(relay.open_relay(settings)))

    def wake(self) -> None:
        super().wake()
        self._tell(delivery.Worker.wake)

    def hear(self, fact: events.Fact) -> None:
        super().hear(fact)
        if isinstance(fact, events.SuppressionsChanged):
            self._tell(delivery.Worker.doubt)

    def _tell(self, news: Callable[[delivery.Worker], None]) -> None:
        if self._loop is not None and self._worker is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(news, self._worker)


class SyncRunner(Runner):
    """Its jobs carry the name of its process's slot, so that it goes on at once with what it was killed in."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("syncing", self._pull, "syncing", idle=5)
        self._folder = settings.data_dir
        self._claimant = ""
        self._is_recovered = False

    def _run(self) -> None:
        slot = slots.take(self._folder, "syncing")
        self._claimant = slot.name
        try:
            super()._run()
        finally:
            slot.give_back()

    def _pull(self) -> bool:
        if not self._is_recovered:
            with database.transaction() as session:
                syncing.recover(session, self._claimant)
            self._is_recovered = True
        return syncing.process_one(self._claimant, self._stopping)


class Runners:
    """All of them, and the facts that wake them."""

    def __init__(self, runners: list[Runner]) -> None:
        self._runners = runners
        self._forget = events.subscribe(self._hear)
        for runner in runners:
            runner.start()

    def _hear(self, fact: events.Fact) -> None:
        for runner in self._runners:
            runner.hear(fact)

    async def stop(self) -> None:
        """Everybody finishes what they hold, all at the same time."""
        self._forget()
        for runner in self._runners:
            runner.stop()
        await asyncio.gather(*(asyncio.to_thread(runner.join) for runner in self._runners))


def every(seconds: float, work: Callable[[], object]) -> Callable[[], bool]:
    """`work` as a process that has something to do once in `seconds`."""
    due = [0.0]

    def process_one() -> bool:
        if time.monotonic() >= due[0]:
            due[0] = time.monotonic() + seconds
            work()
        return False

    return process_one


def start(settings: Settings) -> Runners:
    """Begin all background work of this process."""
    return Runners(
        [
            Runner("inbound", inbound.process_one, "inbound", pace=0.15),
            Runner("rechecking", inbound.recheck, idle=1),
            Runner("rules", rules.act, "rules", idle=1),
            Runner("backtests", rules.advance, "backtests", idle=2),
            Runner("snoozed", tickets.wake_due, idle=1),
            Runner("ratings", ratings.ask_due, idle=5),
            Runner("rotas", rotas.hand_out, idle=1),
            Runner("promises", service_levels.watch, idle=5),
            Runner("feed", feed.publish_due, idle=1),
            Runner("presence", every(5, presence.expire)),
            DeliveryRunner(settings),
            ResidentRunner("jobs", "jobs", lambda: jobs.Worker(settings), idle=1),
            Runner("domains", domains.check_due, idle=10),
            SyncRunner(settings),
            Runner("sweeping", every(sweeping.EVERY_SECONDS, sweeping.sweep)),
        ]
    )
