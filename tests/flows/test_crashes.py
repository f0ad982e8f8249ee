"""Killed at any moment under load in and out: what was promised is there, and nothing twice beyond what was in flight.

Mail comes in by SMTP for a shared inbox and for an alias that forwards outside, and members send by the API. At the end
every 250 and every 202 is held against the database and against what the next hop got.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from services import database
from services.settings import Settings
from tests.conftest import POSTGRES, People
from tests.figures import Figures
from tests.flows import load
from tests.flows.load import NextHop, Promised, pour, send
from tests.program import Program
from tests.smtp.conftest import until

KILLS = 12 if POSTGRES else 50  # PostgreSQL itself is not killed: what differs is the claim, and that shows soon
SETTLE_SECONDS = 300
AREA = f"Killed -9 {KILLS} times under load in and out"
pytestmark = pytest.mark.process


@pytest_asyncio.fixture
async def next_hop() -> AsyncIterator[NextHop]:
    async with load.next_hop() as hop:
        yield hop


@pytest.fixture
def addresses(people: People) -> dict[str, str]:
    return load.addresses_of(people)


def start(settings: Settings, tmp_path: Path, hop: NextHop) -> Program:
    return Program(
        tmp_path,
        database_url=settings.database,
        secret_key=settings.secret_key,
        relay_url=f"smtp://127.0.0.1:{hop.port}?tls=none",
        max_connections_per_address="100",
        rate_limit_per_minute="1000000",
        rate_limit_per_day="1000000",
    ).start()


async def one_life(program: Program, life: int, headers: dict[str, str], promised: Promised) -> None:
    """Load from all sides until the kill, at a moment that nobody chose."""
    pouring = [pour(program, f"in{life}x{each}", "support", promised.filed, promised.tried) for each in range(3)]
    pouring += [pour(program, f"fw{life}x{each}", "out", promised.forwarded, promised.tried) for each in range(2)]
    tasks = [asyncio.create_task(each) for each in (*pouring, send(program, f"api{life}", headers, promised))]
    if life % 4 == 0:  # else a machine that is busy may never get as far as a promise
        kinds = (promised.filed, promised.forwarded, promised.sent)
        before = [len(kind) for kind in kinds]
        await until(lambda: all(len(kind) > count for kind, count in zip(kinds, before, strict=True)), seconds=120)
    await asyncio.sleep(random.uniform(0.05, 0.8))
    await asyncio.to_thread(program.kill)
    done, _ = await asyncio.wait(tasks, timeout=90)
    for each in done:
        each.result()


def on_disk() -> Counter[str]:
    """Messages by subject."""
    query = "SELECT subject, count(*) FROM message GROUP BY subject"
    with database.reading() as session:
        return Counter({subject: int(count) for subject, count in session.connection().execute(sa.text(query))})


def waiting() -> int:
    """Receptions not filed and mail not delivered yet."""
    with database.reading() as session:
        run = session.connection().exec_driver_sql
        unfiled = run("SELECT count(*) FROM reception WHERE state = 'accepted'").scalar() or 0
        undelivered = run("SELECT count(*) FROM outbound WHERE status NOT IN ('delivered', 'failed')").scalar() or 0
    return int(unfiled + undelivered)


async def settle() -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while waiting():
        assert time.monotonic() < deadline, f"{waiting()} still wait"
        await asyncio.sleep(0.2)


@pytest.mark.figures
@pytest.mark.timeout(1200)
async def test_what_was_promised_is_there(
    settings: Settings, tmp_path: Path, addresses: dict[str, str], next_hop: NextHop, figures: Figures
) -> None:
    promised = Promised()
    for life in range(KILLS):
        program = await asyncio.to_thread(start, settings, tmp_path, next_hop)
        await one_life(program, life, addresses, promised)
    program = await asyncio.to_thread(start, settings, tmp_path, next_hop)
    await settle()
    await asyncio.to_thread(program.stop)
    kept, got = on_disk(), next_hop.got
    leaving = promised.forwarded + promised.sent
    accepted = len(promised.filed) + len(leaving)
    assert promised.filed and promised.forwarded and promised.sent
    lost = [subject for subject in promised.filed + promised.sent if not kept[subject]]
    lost += [subject for subject in leaving if not got[subject]]
    figures.most(AREA, "promised and lost", len(lost), accepted, most=0)
    doubled = [subject for subject, count in kept.items() if count > 1 and subject in promised.tried]
    figures.most(AREA, "accepted twice", len(doubled), accepted, most=0)
    again = sum(count - 1 for count in got.values())
    in_flight = KILLS * next_hop.most_open
    value = f"{again} of {sum(got.values()):,}, {next_hop.most_open} connections"
    figures.add(AREA, "delivered again", value, f"≤ {in_flight} in flight", reached=again <= in_flight)
    assert [subject for subject, ids in next_hop.identities.items() if len(ids) != 1] == []
