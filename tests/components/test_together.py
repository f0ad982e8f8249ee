"""Reads asked for together: once each, failing alone, never older than the question."""

import asyncio
from typing import Any

import pytest

from components import together
from services.errors import NotFound


async def test_same_read_is_done_once_for_all(db: None) -> None:
    calls: list[str] = []

    def answer(session: Any) -> str:
        calls.append("read")
        return "rows"

    assert await asyncio.gather(*[together.read("inbox", answer) for _ in range(50)]) == ["rows"] * 50
    assert calls == ["read"]


async def test_failure_reaches_only_who_asked(db: None) -> None:
    def fail(session: Any) -> str:
        raise NotFound("There is no such folder.")

    answers = await asyncio.gather(
        together.read("gone", fail), together.read("inbox", lambda session: "rows"), return_exceptions=True
    )
    assert isinstance(answers[0], NotFound)
    assert answers[1] == "rows"


async def test_who_asks_during_a_round_gets_a_newer_answer(db: None) -> None:
    loop, begun, calls = asyncio.get_running_loop(), asyncio.Event(), iter(range(9))

    def count(session: Any) -> int:
        loop.call_soon_threadsafe(begun.set)
        return next(calls)

    first = asyncio.create_task(together.read("inbox", count))
    await begun.wait()
    second = await together.read("inbox", count)
    assert (await first, second) == (0, 1)


async def test_who_leaves_takes_nobody_along(db: None) -> None:
    leaving = asyncio.create_task(together.read("inbox", lambda session: "rows"))
    staying = asyncio.create_task(together.read("inbox", lambda session: "rows"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "rows"
    with pytest.raises(asyncio.CancelledError):
        await leaving
