"""Jobs: asked for in a transaction, done once, tried again, gone on with after a crash."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models import Job, JobKind
from services import clock, database, jobs
from services.jobs import working
from services.jobs.kinds import Kind
from services.settings import Settings
from tests.conftest import POSTGRES
from tests.program import ROOT

KIND = JobKind.WEBHOOKS
PATIENCE = 180  # seconds for another process, on a machine that has much else to do


@pytest.fixture
async def worker(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[jobs.Worker]:
    """A worker that knows no kind of job yet."""
    monkeypatch.setattr(working, "KINDS", {})
    monkeypatch.setattr("services.jobs.kinds.KINDS", working.KINDS)
    opened = jobs.Worker(settings)
    yield opened
    await opened.settle()


def enqueue(*subjects: int) -> None:
    with database.transaction() as session:
        for subject in subjects:
            jobs.enqueue(session, KIND, subject)


def rows() -> list[Job]:
    with database.reading() as session:
        return list(session.exec(select(Job).order_by("id")))


async def until(worker: jobs.Worker, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, rows()
        if not await worker.process_one():
            await asyncio.sleep(0.01)


async def test_each_subject_is_done_once(worker: jobs.Worker) -> None:
    done: list[int] = []

    @jobs.define(KIND)
    async def work(subject_id: int) -> None:
        done.append(subject_id)

    enqueue(1, 2, 1)
    await until(worker, lambda: not rows())
    assert sorted(done) == [1, 2]
    enqueue(1)
    await until(worker, lambda: not rows())
    assert sorted(done) == [1, 1, 2]


async def test_a_transaction_rolled_back_asks_for_nothing(worker: jobs.Worker) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        jobs.enqueue(session, KIND, 1)
        raise ZeroDivisionError
    assert rows() == []


async def test_later_is_later(worker: jobs.Worker) -> None:
    done: list[int] = []

    @jobs.define(KIND)
    async def work(subject_id: int) -> None:
        done.append(subject_id)

    with database.transaction() as session:
        jobs.enqueue(session, KIND, 1, at=clock.now() + timedelta(days=1))
        jobs.enqueue(session, KIND, 2, at=clock.now() + timedelta(days=1))
        jobs.withdraw(session, KIND, 2)
    assert not await worker.process_one()
    with clock.ahead(timedelta(days=2)):
        await until(worker, lambda: not rows())
    assert done == [1]


async def test_what_fails_is_tried_again_then_given_up(worker: jobs.Worker) -> None:
    tries: list[int] = []
    told: list[tuple[int, str, bool]] = []

    def tell(session: Session, subject_id: int, why: str, again_at: datetime | None) -> None:
        told.append((subject_id, why.partition(";")[0], again_at is None))

    @jobs.define(KIND, waits=(timedelta(minutes=1), timedelta(hours=1)), stumbled=tell)
    async def work(subject_id: int) -> None:
        tries.append(subject_id)
        raise ValueError("no luck")

    enqueue(1)
    await until(worker, lambda: rows()[0].attempts == 1)
    assert not await worker.process_one()
    with clock.ahead(timedelta(minutes=2)):
        await until(worker, lambda: rows()[0].attempts == 2)
        assert not await worker.process_one()
    with clock.ahead(timedelta(hours=2)):
        await until(worker, lambda: rows()[0].failed_at is not None)
    assert len(tries) == 3
    with database.reading() as session:
        assert jobs.failed(session, KIND, 1).startswith("A fault of ours; it is in the log under ")
    assert told == [(1, "A fault of ours", False)] * 2 + [(1, "A fault of ours", True)]
    await worker.recover()
    assert told[3:] == told[2:3], "whoever was not told by an older release"
    enqueue(1)
    await until(worker, lambda: len(tries) == 4)


async def test_a_lease_renewed_too_late_holds_nobody_up(worker: jobs.Worker) -> None:
    @jobs.define(KIND, waits=(timedelta(minutes=1), timedelta(hours=1)))
    async def work(subject_id: int) -> None:
        raise ValueError("no luck")

    enqueue(1)
    await until(worker, lambda: rows()[0].attempts == 1)
    with database.transaction() as session:
        working._renew(session, [rows()[0].id or 0])  # as when the run is not gone yet
    assert rows()[0].lease_until is None


async def test_asked_for_while_it_runs_runs_again(worker: jobs.Worker) -> None:
    begun: list[int] = []
    gate = asyncio.Event()

    @jobs.define(KIND)
    async def work(subject_id: int) -> None:
        begun.append(subject_id)
        await gate.wait()

    enqueue(1)
    await until(worker, lambda: len(begun) == 1)
    enqueue(1)
    assert not await worker.process_one(), "never two runs of one subject"
    gate.set()
    await until(worker, lambda: not rows())
    assert len(begun) == 2


async def test_rows_that_are_due_ask_for_themselves(worker: jobs.Worker) -> None:
    left = [3, 4]

    def finder(session: Session) -> list[int]:
        return list(left)

    @jobs.define(KIND, due=finder)
    async def work(subject_id: int) -> None:
        left.remove(subject_id)

    await until(worker, lambda: not left and not rows())
    assert not await worker.process_one()


async def test_only_so_many_at_once(worker: jobs.Worker) -> None:
    now: list[int] = []
    most, met = 0, asyncio.Event()

    @jobs.define(KIND, at_once=2)
    async def work(subject_id: int) -> None:
        nonlocal most
        now.append(subject_id)
        most = max(most, len(now))
        if most == 2:
            met.set()
        await met.wait()  # the first for the second, however slow the machine
        await asyncio.sleep(0.02)  # in which a third would be seen
        now.remove(subject_id)

    enqueue(*range(1, 8))
    await until(worker, lambda: not rows())
    assert most == 2


def test_a_stop_cuts_short_and_the_next_start_goes_on(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    is_open = False

    async def first() -> None:
        steps.append("first")

    async def second() -> None:
        while not is_open:
            begun.append(True)
            await asyncio.sleep(0.01)
        steps.append("second")

    async def work(subject_id: int) -> None:
        await jobs.step("first", first)
        await jobs.step("second", second)

    async def live(condition: Callable[[], bool]) -> None:
        worker = jobs.Worker(settings)
        await worker.recover()
        await until(worker, condition)
        await worker.settle()

    begun: list[bool] = []
    monkeypatch.setitem(working.KINDS, KIND, Kind(work, (), 1, None))
    monkeypatch.setattr(working, "SETTLE_SECONDS", 0.05)
    enqueue(1)
    asyncio.run(live(lambda: bool(begun)))
    assert len(rows()) == 1 and steps == ["first"]
    is_open = True
    asyncio.run(live(lambda: not rows()))
    assert steps == ["first", "second"]


async def test_ended_runs_are_forgotten(worker: jobs.Worker) -> None:
    from dbos import DBOS

    @jobs.define(KIND)
    async def work(subject_id: int) -> None:
        pass

    enqueue(1)
    await until(worker, lambda: not rows())
    deadline = time.monotonic() + 60
    while not await DBOS.list_workflows_async(status=["SUCCESS"]):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    with clock.ahead(timedelta(hours=3)):
        await worker.process_one()
        assert await DBOS.list_workflows_async() == []


def test_outside_a_job_steps_just_run() -> None:
    async def double(number: int) -> int:
        return number * 2

    async def work() -> int:
        await jobs.pause(0)
        return await jobs.step("double", double, 21)

    assert asyncio.run(work()) == 42


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(db: None, settings: Settings, tmp_path: Path) -> Start:
    def started(name: str, *, seconds_ahead: int = 0) -> "subprocess.Popen[bytes]":
        arguments = [str(tmp_path), name, settings.database, str(seconds_ahead)]
        return subprocess.Popen([sys.executable, "-m", "tests.services.jobs.stamper", *arguments], cwd=ROOT)

    return started


def lines(folder: Path) -> list[list[int]]:
    path = folder / "lines"
    return [[int(word) for word in line.split()] for line in path.read_text().splitlines()] if path.exists() else []


def wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def begin_and_kill(start: Start, folder: Path) -> int:
    """The first step is done, the second under way, the process is gone."""
    enqueue(10)
    first = start("one")
    wait((folder / "waiting").exists)
    first.kill()
    first.wait()
    (folder / "open").touch()
    return first.pid


@pytest.mark.process
@pytest.mark.timeout(400)
def test_a_killed_worker_goes_on_after_its_last_step(start: Start, tmp_path: Path) -> None:
    killed = begin_and_kill(start, tmp_path)
    again = start("one")
    assert again.wait(PATIENCE) == 0 and rows() == []
    assert lines(tmp_path) == [[10, killed], [11, again.pid], [12, again.pid]]


@pytest.mark.process
@pytest.mark.timeout(400)
@pytest.mark.skipif(not POSTGRES, reason="SQLite is for one process")
def test_another_process_goes_on_for_a_dead_one(start: Start, tmp_path: Path) -> None:
    killed = begin_and_kill(start, tmp_path)
    other = start("two", seconds_ahead=working.LEASE.seconds + 5)
    assert other.wait(PATIENCE) == 0 and rows() == []
    assert lines(tmp_path) == [[10, killed], [11, other.pid], [12, other.pid]]
