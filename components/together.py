"""Reads that many open pages ask for in one breath: done on one thread, and those that are the same only once."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

from services import database

Read = Callable[[Any], Any]
Answer = tuple[Any, Exception | None]


class Together:
    """One round after another; who asks while one is under way gets the next, whose snapshot is newer."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, tuple[Read, asyncio.Future[Any]]] = {}
        self._rounds: asyncio.Task[None] | None = None

    async def read(self, key: Hashable, function: Read) -> Any:
        if key not in self._asked:
            self._asked[key] = function, asyncio.get_running_loop().create_future()
        answer = self._asked[key][1]
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._answer(), name="reading together")
        result, error = await asyncio.shield(answer)
        if error is not None:
            raise error
        return result

    async def _answer(self) -> None:
        await asyncio.sleep(0)  # whoever heard the same news asks before the round begins
        while self._asked:
            taken, self._asked = list(self._asked.values()), {}
            answers = await asyncio.to_thread(_read_all, [function for function, _ in taken])
            for (_, future), answer in zip(taken, answers, strict=True):
                future.set_result(answer)


def _read_all(functions: list[Read]) -> list[Answer]:
    return [_read(function) for function in functions]


def _read(function: Read) -> Answer:
    """Each on a session of its own, so that the failure of one is nobody else's."""
    try:
        with database.reading() as session:
            return function(session), None
    except Exception as error:
        return None, error


_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Together] = WeakKeyDictionary()


async def read(key: Hashable, function: Read) -> Any:
    """What `function(session)` returns, shared with everybody who asks for `key` at the same time."""
    return await _of_loop.setdefault(asyncio.get_running_loop(), Together()).read(key, function)
