"""What works in the background: a thread a queue, woken by facts, resting when there is nothing, stopped in order."""

import asyncio
import inspect
import logging
import secrets as random
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from services import domains, events, presence, tickets
from services.flows import delivery, inbound, relay, sweeping, webhooks
from services.settings import Settings

log = logging.getLogger("mailroom.runners")
IDLE_SECONDS = 0.5  # how late another process's work is noticed where no fact travels
LONGEST_REST = 30.0  # after errors
STOP_SECONDS = 60.0

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

    def stop(self) -> None:
        """Ask it to end after what it is doing; `join` waits for that."""
        self._stopping.set()
        self._wake.set()

    def join(self) -> None:
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=_new_loop) as loop:
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


class DeliveryRunner(Runner):
    """Delivery keeps many connections and messages under way, so its worker lives as long as its loop."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("delivery", lambda: False, "outbound")
        self._settings = settings
        self._worker: delivery.Worker | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        super().wake()
        if self._loop is not None and self._worker is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._worker.wake)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=_new_loop) as loop:
            self._loop = loop.get_loop()
            loop.run(self._deliver())
            self._loop = None

    async def _deliver(self) -> None:
        self._worker = worker = delivery.Worker(relay.open_relay(self._settings))
        failures = 0
        await worker.recover()
        while not self._stopping.is_set():
            try:
                busy = await worker.process_one()
                failures = 0
            except Exception:
                failures += 1
                log.exception("delivery failed, reference %s", random.token_hex(4))
                busy = False
            if not busy:
                rest = min(self.idle * 2**failures, LONGEST_REST) if failures else self.idle
                await asyncio.to_thread(self._wake.wait, rest)
                self._wake.clear()
        await worker.settle()


class Runners:
    """All of them, and the facts that wake them."""

    def __init__(self, runners: list[Runner]) -> None:
        self._runners = runners
        self._forget = events.subscribe(self._hear)
        for runner in runners:
            runner.start()

    def _hear(self, fact: events.Fact) -> None:
        if isinstance(fact, events.WorkArrived):
            for runner in self._runners:
                if runner.queue == fact.queue:
                    runner.wake()

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
            Runner("inbound", inbound.process_one, "inbound", pace=0.05),
            Runner("snoozed", tickets.wake_due, idle=1),
            Runner("presence", every(5, presence.expire)),
            DeliveryRunner(settings),
            Runner("webhooks", webhooks.process_one, "webhooks", idle=1),
            Runner("domains", domains.check_due, idle=10),
            Runner("sweeping", every(sweeping.EVERY_SECONDS, sweeping.sweep)),
        ]
    )


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
