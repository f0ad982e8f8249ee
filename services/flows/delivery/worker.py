"""The loop around claim, carry and record: many deliveries in flight, results written in batches."""

import asyncio
import contextlib
import logging
from collections.abc import Collection

from services import database, settings, slots, suppressions
from services.flows.delivery import signing
from services.flows.delivery.claiming import Flight, claim, give_back, is_due, recover
from services.flows.delivery.recording import record
from services.flows.delivery.steps import carry
from services.flows.relay import Receipt, Relay

log = logging.getLogger("mailroom.delivery")
CAPACITY = 200
PAUSE_SECONDS = 0.5
RETRY_SECONDS = 1.0
GRACE_SECONDS = 5.0
STORE_TRIES = 5


class Worker:
    """Delivers through `relay`. Make and use it on one event loop."""

    def __init__(self, relay: Relay, *, capacity: int = CAPACITY) -> None:
        self._relay = relay
        self._capacity = capacity
        self._flying: dict[asyncio.Task[None], Flight] = {}
        self._asks_again = False
        self._landed: list[tuple[Flight, Receipt]] = []
        self._news = asyncio.Event()
        self._slot: slots.Slot | None = None

    async def process_one(self) -> bool:
        """Start what is due and there is room for; write down what has ended. False when there was nothing to do."""
        await self._ask_again()
        landed = await self._write()
        started = await self._start()
        if self._flying and not landed and not started:
            await self._pause()
        return landed or started or bool(self._flying or self._landed)

    def wake(self) -> None:
        """News for a worker that waits for what is in flight; call it on its loop."""
        self._news.set()

    def doubt(self) -> None:
        """The list of suppressed addresses has changed: what waits for a connection is asked about again."""
        self._asks_again = True
        self._news.set()

    async def _ask_again(self) -> None:
        if self._asks_again:
            self._asks_again = False
            flights = list(self._flying.values())
            asked = [(each.organisation_id, each.recipient) for each in flights]
            refused = await database.read(suppressions.among, asked)
            for each in flights:
                each.suppressed = refused.get((each.organisation_id, each.recipient.lower()), "")

    async def _start(self) -> bool:
        room = self._capacity - len(self._flying)
        if room < self._capacity // 2 or not await database.read(is_due):
            return False
        claimant = self._slot.name if self._slot else None
        flights = await database.call(claim, room, self._relay.per_destination, claimant)
        signing.begin(each for each in flights if not (each.suppressed or each.is_paused or each.forwarded_for))
        for flight in flights:
            flight.recorded = asyncio.Event()
            task = asyncio.create_task(self._fly(flight))
            self._flying[task] = flight
            task.add_done_callback(self._flying.pop)
        return bool(flights)

    async def settle(self) -> None:
        """Give back what has not left yet, let the rest end for some seconds and write it down; then close the relay's
        connections. What a slow server has not answered by then is given up undecided: it is due again at the next
        start (RFC 1047)."""
        waiting = {task: flight.id for task, flight in self._flying.items() if not flight.is_leaving}
        await _cancelled(waiting)
        await self._land()
        await _cancelled(set(self._flying))
        await self._write()
        if waiting:
            await database.call(give_back, list(waiting.values()))
        await self._relay.close()
        if self._slot is not None:
            self._slot.give_back()

    async def _land(self) -> None:
        """What lands is written down at once: the connection's next message waits for that."""
        clock = asyncio.get_running_loop().time
        ends = clock() + GRACE_SECONDS
        while self._landed or (self._flying and clock() < ends):
            if not await self._write():
                await asyncio.wait(self._flying, timeout=ends - clock(), return_when=asyncio.FIRST_COMPLETED)

    async def recover(self) -> None:
        """At start: what a crash of this process left behind is due at once. Only what a process claims after this is
        known for its own."""
        self._slot = self._slot or slots.take(settings.current().data_dir, "delivery")
        await database.call(recover, self._slot.name)

    async def _fly(self, flight: Flight) -> None:
        receipt = await carry(flight, self._relay)  # first: `_write` puts another list in the place of `_landed`
        self._landed.append((flight, receipt))
        self._news.set()

    async def _pause(self) -> None:
        """Until something lands or arrives."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), PAUSE_SECONDS)
        self._news.clear()

    async def _write(self) -> bool:
        landed, self._landed = self._landed, []
        if landed:
            await self._store(landed)
        return bool(landed)

    async def _store(self, landed: list[tuple[Flight, Receipt]]) -> None:
        """All together; one by one when that fails. What cannot be stored at all is sent again when its lease ends."""
        try:
            await database.call(record, landed)
        except Exception as error:
            log.warning("could not store %d receipts together, storing each: %s", len(landed), error)
            for one in landed:
                await self._store_alone(one)
        for flight, _ in landed:
            if flight.recorded is not None:
                flight.recorded.set()

    async def _store_alone(self, landed: tuple[Flight, Receipt]) -> None:
        for turn in range(1, STORE_TRIES + 1):
            try:
                return await database.call(record, [landed])
            except Exception:
                log.exception("could not store how delivery %d ended (try %d)", landed[0].id, turn)
                await asyncio.sleep(RETRY_SECONDS * turn)
        return None


async def _cancelled(tasks: Collection[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
