"""The only way news reaches an open page: facts hop from whatever thread to the UI loop, bursts become one call."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from nicegui import Client, background_tasks, ui

from components.handling import settled
from components.viewer import actor
from services import events
from services.events import Fact

log = logging.getLogger("mailroom.live")
QUIET = 0.05  # seconds between two calls of the same callback

Callback = Callable[[list[Fact]], Awaitable[None] | None]


@dataclass(eq=False)
class Subscription:
    """A callback with the facts that wait for it; never two calls at a time."""

    kinds: tuple[type[Fact], ...]
    callback: Callback
    client: Client | None = None
    quiet: float = QUIET
    waiting: dict[Fact, None] = field(default_factory=dict)
    is_busy: bool = False
    is_over: bool = False

    def take(self, fact: Fact) -> None:
        self.waiting[fact] = None
        if not self.is_busy:
            self.is_busy = True
            background_tasks.create(self._drain(), name="live")

    async def _drain(self) -> None:
        try:
            while self.waiting and not self.is_over:
                facts, self.waiting = list(self.waiting), {}
                await self._call(facts)
                await asyncio.sleep(self.quiet)
        finally:
            self.is_busy = False

    async def _call(self, facts: list[Fact]) -> None:
        try:
            if self.client is None:
                await settled(self.callback(facts))
            elif not self.client.is_deleted:
                with self.client:
                    await settled(self.callback(facts))
        except Exception:
            log.exception("a page failed to follow %s", facts)


_of_organisation: dict[int, list[Subscription]] = {}
_of_program: list[Subscription] = []
_arrivals: list[Fact] = []
_stop: Callable[[], None] | None = None


def start() -> None:
    """Begin to carry facts to the running loop; called once by the composition root."""
    global _stop
    stop()
    loop = asyncio.get_running_loop()

    def arrived(fact: Fact) -> None:
        _arrivals.append(fact)
        if not loop.is_closed():
            loop.call_soon_threadsafe(_distribute)

    _stop = events.subscribe(arrived)


def stop() -> None:
    global _stop
    if _stop is not None:
        _stop()
    _stop = None
    _of_organisation.clear()
    _of_program.clear()
    _arrivals.clear()


def on(kinds: type[Fact] | tuple[type[Fact], ...], callback: Callback, *, quiet: float = QUIET) -> Callable[[], None]:
    """Call `callback(facts)` here for facts of the page's organisation, until it goes or the result is called."""
    client = ui.context.client
    group = _of_organisation.setdefault(actor().organisation_id, [])
    subscription = Subscription(_kinds(kinds), callback, client, quiet)
    group.append(subscription)

    def off() -> None:
        subscription.is_over = True
        if subscription in group:
            group.remove(subscription)

    client.on_delete(off)
    return off


def listen(kinds: type[Fact] | tuple[type[Fact], ...], callback: Callback) -> None:
    """Call `callback(facts)` for facts of every organisation: for the program itself, not for pages."""
    _of_program.append(Subscription(_kinds(kinds), callback, quiet=0))


def _kinds(kinds: Any) -> tuple[type[Fact], ...]:
    return kinds if isinstance(kinds, tuple) else (kinds,)


def _distribute() -> None:
    facts, _arrivals[:] = list(_arrivals), []
    for fact in facts:
        for subscription in [*_of_program, *_of_organisation.get(fact.organisation_id, ())]:
            if isinstance(fact, subscription.kinds):
                subscription.take(fact)
