"""Reads that many open pages ask for in one breath: done on one thread, and those that are alike by one call."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from services import database

Answer = tuple[Any, Exception | None]
Read = Callable[[Any, list[str]], Sequence[Answer]]


@dataclass
class _Question:
    """What is asked under one key, and by whom."""

    read: Read
    askers: dict[str, asyncio.Future[Answer]] = field(default_factory=dict)


class Together:
    """One round after another; who asks while one is under way gets the next, whose snapshot is newer."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, _Question] = {}
        self._rounds: asyncio.Task[None] | None = None

    async def read(self, key: Hashable, asker: str, read: Read) -> Any:
        askers = self._asked.setdefault(key, _Question(read)).askers
        if asker not in askers:
            askers[asker] = asyncio.get_running_loop().create_future()
        answer = askers[asker]
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
            for question, answers in zip(taken, await asyncio.to_thread(_read_all, taken), strict=True):
                for future, answer in zip(question.askers.values(), answers, strict=True):
                    future.set_result(answer)


def _read_all(questions: list[_Question]) -> list[Sequence[Answer]]:
    return [_read(question.read, list(question.askers)) for question in questions]


def _read(read: Read, askers: list[str]) -> Sequence[Answer]:
    """On a session of its own. Where it fails for several, each asks alone, so that no failure is somebody else's."""
    try:
        with database.reading() as session:
            return read(session, askers)
    except Exception as error:
        if len(askers) == 1:
            return [(None, error)]
    return [answer for asker in askers for answer in _read(read, [asker])]


_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Together] = WeakKeyDictionary()


async def read(key: Hashable, asker: str, read: Read) -> Any:
    """This asker's answer of `read(session, askers)`, which is called for all who ask under `key` at the same time."""
    return await _of_loop.setdefault(asyncio.get_running_loop(), Together()).read(key, asker, read)
