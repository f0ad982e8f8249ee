"""Bulk mail over crashes, stops and pauses: all of it leaves, next to none twice, and nothing to whom the list names.

Two thousand rows of a campaign's kind go to a next hop that counts while the program ends again and again.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlmodel import col, select

from models import Outbound, OutboundStatus
from services import database, outbound
from services.flows.relay.smarthost import CONNECTIONS
from services.settings import Settings
from tests.api.conftest import headers_of
from tests.conftest import People
from tests.figures import Figures
from tests.flows import load
from tests.flows.load import NextHop
from tests.program import Program

COUNT, ENDS, SPARED = 2000, 5, 100
PATIENCE = 180
AREA = f"{COUNT:,} bulk mails, {ENDS} ends of the process, 2 pauses"
OPEN = [OutboundStatus.QUEUED, OutboundStatus.SENDING, OutboundStatus.DELAYED, OutboundStatus.HELD]
pytestmark = [pytest.mark.process, pytest.mark.figures, pytest.mark.timeout(1200)]


@dataclass
class Bulk:
    """The mails by subject, and the program that sends them."""

    people: People
    hop: NextHop
    start: Callable[[str], Program]
    roles: str = "worker"
    recipients: dict[str, str] = field(default_factory=dict)

    def enqueue(self, numbers: range, prefix: str) -> None:
        with database.transaction() as session:
            for number in numbers:
                subject = f"{prefix}.{number}"
                self.recipients[subject] = f"r{number}@example.org"
                head = f"From: support@acme.test\r\nSubject: {subject}\r\nMessage-ID: <{subject}@acme.test>\r\n\r\n"
                outbound.enqueue(
                    session,
                    raw=head.encode() + b"News of the house.\r\n" * 20,
                    reverse_path="support@acme.test",
                    recipients=[self.recipients[subject]],
                    organisation_id=self.people.alice.organisation_id,
                    priority=outbound.PRIORITY_BULK,
                    subject=subject,
                )

    @property
    def taken(self) -> int:
        return sum(self.hop.got.values())

    async def is_taken(self, count: int) -> None:
        await until(lambda: len(self.hop.got) >= count)

    async def pause(self) -> None:
        """Hold the whole queue, see that nothing leaves, and go on."""
        self._steer(outbound.pause)
        await until(lambda: not counted([each for each in OPEN if each is not OutboundStatus.HELD]))
        taken = self.taken
        await asyncio.sleep(0.5)
        assert self.taken == taken
        self._steer(outbound.resume)

    def _steer(self, verb: Callable[..., None]) -> None:
        with database.transaction() as session:
            verb(session, actor=self.people.alice)

    async def live(self, end: Callable[[Program], object], during: Callable[[Program], Awaitable[None]]) -> None:
        """As many lives as there are ends, each ended when nobody chose it; then one in which all is sent."""
        moments = sorted(random.randint(COUNT // 20, COUNT * 8 // 10) for _ in range(ENDS))
        for life, moment in enumerate(moments):
            program = await asyncio.to_thread(self.start, self.roles)
            if life == 0:
                await during(program)
            await self.is_taken(moment)
            if life in (1, 3):
                await self.pause()
                await self.is_taken(moment + 50)
            await asyncio.to_thread(end, program)
        program = await asyncio.to_thread(self.start, self.roles)
        await until(lambda: not counted(OPEN))
        await asyncio.to_thread(program.stop, 60)

    @property
    def missed(self) -> list[str]:
        """Rows that say they were delivered and were not, or whose end is none."""
        with database.reading() as session:
            rows = session.exec(select(Outbound).where(col(Outbound.priority) == outbound.PRIORITY_BULK)).all()
        assert len(rows) == len(self.recipients)
        ends = (OutboundStatus.SUPPRESSED, OutboundStatus.FAILED)
        return [row.subject for row in rows if not self.hop.got[row.subject] and row.status not in ends]

    @property
    def doubled(self) -> int:
        return sum(count - 1 for count in self.hop.got.values())


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def counted(statuses: list[OutboundStatus]) -> int:
    with database.reading() as session:
        query = sa.select(sa.func.count()).select_from(Outbound).where(col(Outbound.status).in_(statuses))
        return int(session.connection().execute(query).scalar_one())


@pytest_asyncio.fixture
async def bulk(people: People, settings: Settings, tmp_path: Path) -> AsyncIterator[Bulk]:
    async with load.next_hop() as hop:

        def start(roles: str) -> Program:
            return Program(
                tmp_path,
                database_url=settings.database,
                secret_key=settings.secret_key,
                relay_url=f"smtp://127.0.0.1:{hop.port}?tls=none",
                roles=roles,
            ).start()

        yield Bulk(people, hop, start)


async def test_crashes_lose_nothing_and_the_list_holds(bulk: Bulk, figures: Figures) -> None:
    load.addresses_of(bulk.people)
    headers, bulk.roles = headers_of(bulk.people.alice), "web,worker"
    hop, spared, before = bulk.hop, set[str](), dict[str, int]()
    bulk.enqueue(range(COUNT), "bulk")
    again = range(COUNT // 10, COUNT // 10 + SPARED)
    bulk.enqueue(again, "again")  # the second mail to each of those whose first one bounces
    hop.gone = {f"r{number}@example.org" for number in again}
    hop.answers.clear()

    async def suppress(program: Program) -> None:
        """While every connection waits for an answer: of mail that is claimed already, and of mail that is not."""
        await until(lambda: hop.holding == CONNECTIONS)
        unsent = [subject for subject in bulk.recipients if not hop.got[subject] and subject.startswith("bulk")]
        spared.update(random.sample(unsent[:150], SPARED // 2), random.sample(unsent[400:], SPARED // 2))
        addresses = [bulk.recipients[subject] for subject in spared]
        async with httpx2.AsyncClient(base_url=program.url, headers=headers, timeout=60) as client:
            answer = await client.post("/api/suppressions", json={"addresses": addresses})
        assert answer.status_code == 201, answer.text
        await asyncio.sleep(5)  # nothing leaves later than a second after the commit, where the machine has time
        before.update({subject: hop.got[subject] for subject in spared})
        hop.answers.set()

    await bulk.live(Program.kill, suppress)
    late = [subject for subject in spared if hop.got[subject] != before[subject]]
    late += [subject for subject in bulk.recipients if subject.startswith("again") and hop.got[subject]]
    figures.most(AREA, "killed: missed", len(bulk.missed), COUNT, most=0)
    figures.most(AREA, "killed: sent in spite of the list", len(late), 2 * SPARED, most=0)
    in_flight = ENDS * hop.most_open
    value = f"{bulk.doubled}, {hop.most_open} connections"
    figures.add(AREA, "killed: sent twice", value, f"≤ {in_flight} in flight", reached=bulk.doubled <= in_flight)
    assert [subject for subject, ids in hop.identities.items() if len(ids) != 1] == []


async def test_stops_lose_nothing_and_double_nothing(bulk: Bulk, figures: Figures) -> None:
    async def nothing(program: Program) -> None: ...

    load.addresses_of(bulk.people)
    bulk.enqueue(range(COUNT), "bulk")
    await bulk.live(lambda program: program.stop(60), nothing)
    figures.most(AREA, "stopped: missed", len(bulk.missed), COUNT, most=0)
    figures.most(AREA, "stopped: sent twice", bulk.doubled, COUNT, most=0)
