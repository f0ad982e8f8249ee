"""Reads asked for together: once for all, failing alone, never older than the question."""

import asyncio
from typing import Any

import pytest

from components import together
from components.together import Answer
from services.errors import NotFound


def answers(session: Any, askers: list[str]) -> list[Answer]:
    return [(f"rows of {asker}", None) for asker in askers]


async def test_one_read_answers_all_who_ask(db: None) -> None:
    calls: list[list[str]] = []

    def answer(session: Any, askers: list[str]) -> list[Answer]:
        calls.append(askers)
        return answers(session, askers)

    asked = [together.read("inbox", each, answer) for each in ("ann", "bob", "ann")]
    assert await asyncio.gather(*asked) == ["rows of ann", "rows of bob", "rows of ann"]
    assert calls == [["ann", "bob"]]


async def test_failure_reaches_only_who_asked(db: None) -> None:
    def fail(session: Any, askers: list[str]) -> list[Answer]:
        if "bob" in askers:
            raise NotFound("There is no such folder.")
        return answers(session, askers)

    asked = [together.read("gone", each, fail) for each in ("ann", "bob")]
    found = await asyncio.gather(*asked, together.read("inbox", "bob", answers), return_exceptions=True)
    assert isinstance(found[1], NotFound)
    assert (found[0], found[2]) == ("rows of ann", "rows of bob")


async def test_who_asks_during_a_round_gets_a_newer_answer(db: None) -> None:
    loop, begun, calls = asyncio.get_running_loop(), asyncio.Event(), iter(range(9))

    def count(session: Any, askers: list[str]) -> list[Answer]:
        loop.call_soon_threadsafe(begun.set)
        return [(next(calls), None)]

    first = asyncio.create_task(together.read("inbox", "ann", count))
    await begun.wait()
    second = await together.read("inbox", "ann", count)
    assert (await first, second) == (0, 1)


async def test_who_leaves_takes_nobody_along(db: None) -> None:
    leaving = asyncio.create_task(together.read("inbox", "ann", answers))
    staying = asyncio.create_task(together.read("inbox", "ann", answers))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "rows of ann"
    with pytest.raises(asyncio.CancelledError):
        await leaving
