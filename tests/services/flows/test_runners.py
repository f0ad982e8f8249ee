"""Background work: woken at once, patient with faults, finished before it stops."""

import asyncio
import threading
import time
from collections.abc import Callable

import pytest
from sqlmodel import select

from models import CapturedMessage, Outbound, OutboundStatus
from services import database, events, outbound
from services.flows import runners
from services.flows.runners import Runner, Runners, every
from services.settings import Settings
from tests.conftest import People


async def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    for _ in range(int(seconds / 0.005)):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never happened")


async def test_a_fact_wakes_the_runner_of_its_queue() -> None:
    calls: dict[str, int] = {"inbound": 0, "webhooks": 0}
    woken = threading.Event()

    def process(queue: str) -> bool:
        calls[queue] += 1
        if calls["inbound"] > 1:
            woken.set()
        return False

    made = [Runner(name, lambda name=name: process(name), name, idle=60) for name in calls]  # type: ignore[misc]
    running = Runners(made)
    await until(lambda: calls == {"inbound": 1, "webhooks": 1})
    events.publish([events.WorkArrived(0, "inbound")])
    await until(woken.is_set)
    await running.stop()
    assert calls == {"inbound": 2, "webhooks": 1}


async def test_true_means_at_once_and_false_means_rest() -> None:
    answers = [True] * 50
    done = threading.Event()

    def process() -> bool:
        if answers:
            return answers.pop()
        done.set()
        return False

    running = Runners([Runner("busy", process, idle=60)])
    await until(done.is_set)
    await running.stop()


async def test_a_fault_is_logged_with_a_reference_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    calls = []
    again = threading.Event()

    def process() -> bool:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("a bug")
        again.set()
        return False

    running = Runners([Runner("clumsy", process, idle=0.05)])
    await until(again.is_set)
    await running.stop()
    assert "clumsy failed, reference " in caplog.text and "a bug" in caplog.text


async def test_asynchronous_work() -> None:
    done = threading.Event()

    async def process() -> bool:
        await asyncio.sleep(0)
        done.set()
        return False

    running = Runners([Runner("async", process)])
    await until(done.is_set)
    await running.stop()


async def test_stop_waits_for_what_was_begun() -> None:
    begun, finished = threading.Event(), threading.Event()

    def process() -> bool:
        begun.set()
        time.sleep(0.2)
        finished.set()
        return True

    running = Runners([Runner("slow", process)])
    await until(begun.is_set)
    await running.stop()
    assert finished.is_set()


def test_once_in_a_while() -> None:
    calls: list[int] = []
    process = every(60, lambda: calls.append(1))
    assert [process(), process(), len(calls)] == [False, False, 1]


async def test_queued_mail_leaves_by_itself(settings: Settings, people: People) -> None:
    """The whole set, as the program starts it: from the commit to the record."""
    running = runners.start(settings)
    await asyncio.sleep(0.3)
    with database.transaction() as session:
        outbound.enqueue(
            session, raw=b"Subject: x\r\n\r\nx\r\n", reverse_path="", recipients=["a@b.example"],
            organisation_id=people.alice.organisation_id,
        )  # fmt: skip
    await until(has_left)
    await running.stop()
    with database.reading() as session:
        assert session.exec(select(CapturedMessage)).one().recipient == "a@b.example"


def has_left() -> bool:
    with database.reading() as session:
        return session.exec(select(Outbound.status)).one() is OutboundStatus.DELIVERED


async def test_pace_gathers_a_storm() -> None:
    """A turn may be late, and the next is then sooner after it; but never are there more than the pace allows."""
    begun: list[float] = []

    def work() -> bool:
        begun.append(time.monotonic())
        return True

    runner, started = Runner("paced", work, pace=0.05), time.monotonic()
    runner.start()
    await until(lambda: len(begun) > 6)
    runner.stop()
    await asyncio.to_thread(runner.join)
    assert begun[6] - started > 6 * 0.045
