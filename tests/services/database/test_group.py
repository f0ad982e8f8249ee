"""Group commit: one transaction for many, answers only after it, and a bad value fails alone."""

import asyncio
import threading

import pytest
import sqlalchemy as sa
from sqlmodel import select

from models import Setting
from services import database, errors, events
from services.database import group
from services.database.group import GroupCommit

FACT = events.WorkArrived(0, "inbound")


class Log:
    """Stores names; remembers the size of each batch, and can be held up as a slow disk would."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.gate = threading.Event()
        self.gate.set()

    def write(self, connection: sa.Connection, names: list[str]) -> list[str]:
        self.gate.wait(60)
        self.batches.append(len(names))
        connection.execute(sa.insert(Setting).values([{"name": name, "value": 1} for name in names]))
        return [name.upper() for name in names]


def on_disk() -> set[str]:
    with database.reading() as session:
        return set(session.exec(select(Setting.name)))


async def test_many_share_one_commit_and_get_their_own_answers(db: None) -> None:
    log = Log()
    committer = GroupCommit(log.write, FACT)
    log.gate.clear()
    futures = [committer.submit(f"n{number}", 10) for number in range(50)]
    log.gate.set()
    assert await asyncio.gather(*futures) == [f"N{number}" for number in range(50)]
    assert len(log.batches) <= 3 and sum(log.batches) == 50
    assert on_disk() == {f"n{number}" for number in range(50)}
    await committer.close()


async def test_the_answer_comes_after_the_commit_and_the_fact_too(db: None) -> None:
    seen: list[events.Fact] = []
    stop = events.subscribe(seen.append)
    committer = GroupCommit(Log().write, FACT)
    await committer.submit("one", 1)
    assert on_disk() == {"one"}
    await committer.close()
    stop()
    assert seen == [FACT]


async def test_a_bad_value_fails_alone(db: None) -> None:
    log = Log()
    committer = GroupCommit(log.write, FACT)
    log.gate.clear()
    futures = [committer.submit(name, 1) for name in ("a", "b", "b", "c")]
    log.gate.set()
    results = await asyncio.gather(*futures, return_exceptions=True)
    assert [result for result in results if not isinstance(result, Exception)] == ["A", "B", "C"]
    assert sum(isinstance(result, errors.Conflict) for result in results) == 1
    assert on_disk() == {"a", "b", "c"}
    await committer.close()


async def test_a_fault_of_the_disk_is_told_to_all_and_tried_once(db: None) -> None:
    turns = []

    def full(_: sa.Connection, names: list[str]) -> list[str]:
        turns.append(len(names))
        raise errors.StorageFull("The disk is full.")

    committer = GroupCommit(full, FACT)
    results = await asyncio.gather(*(committer.submit(name, 1) for name in "abc"), return_exceptions=True)
    assert all(isinstance(result, errors.StorageFull) for result in results)
    assert sum(turns) == 3
    await committer.close()


async def test_those_answered_last_are_waited_for(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "WAIT_SECONDS", 60)
    log = Log()
    committer = GroupCommit(log.write, FACT)

    async def come(name: str, times: int) -> None:
        for number in range(times):
            await committer.submit(f"{name}{number}", 1)

    await asyncio.gather(come("a", 5), come("b", 4), come("c", 4))
    assert log.batches == [1, 3, 3, 3, 3]
    await committer.close()


async def test_who_does_not_come_again_is_not_waited_for_long(db: None) -> None:
    log = Log()
    committer = GroupCommit(log.write, FACT)
    await asyncio.gather(*(committer.submit(f"n{number}", 1) for number in range(9)))
    await committer.submit("alone", 1)
    assert sum(log.batches) == 10 and log.batches[-1] == 1
    await committer.close()


async def test_nothing_large_waits(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "WAIT_SECONDS", 60)
    log = Log()
    committer = GroupCommit(log.write, FACT)
    first, second = committer.submit("a", 1), committer.submit("b", group.WORTH_BYTES)
    await first
    await second
    await committer.submit("c", group.WORTH_BYTES)
    assert log.batches == [1, 1, 1]
    await committer.close()


async def test_a_batch_has_its_limits(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "MAX_ITEMS", 4)
    monkeypatch.setattr(group, "MAX_BATCH_BYTES", 100)
    log = Log()
    committer = GroupCommit(log.write, FACT)
    log.gate.clear()
    futures = [committer.submit(f"n{number}", size) for number, size in enumerate([1] * 7 + [99, 2, 101, 1])]
    log.gate.set()
    assert await asyncio.gather(*futures) == [f"N{number}" for number in range(11)]
    assert log.batches == [1, 4, 2, 1, 1, 1, 1]
    await committer.close()


async def test_it_pushes_back(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "MAX_PENDING_BYTES", 100)
    log = Log()
    committer = GroupCommit(log.write, FACT)
    log.gate.clear()
    first = committer.submit("big", 101)
    with pytest.raises(errors.Unavailable):
        committer.submit("late", 1)
    log.gate.set()
    assert await first == "BIG"
    assert await committer.submit("again", 1) == "AGAIN"
    await committer.close()


async def test_closing_stores_what_was_submitted(db: None) -> None:
    committer = GroupCommit(Log().write, FACT)
    futures = [committer.submit(f"n{number}", 1) for number in range(5)]
    await committer.close()
    assert len(await asyncio.gather(*futures)) == 5
    with pytest.raises(errors.Unavailable):
        committer.submit("late", 1)
