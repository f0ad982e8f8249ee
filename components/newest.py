"""Answers that arrive out of order: one that was asked for earlier than what is shown already is not shown any more."""

from collections.abc import Awaitable
from typing import Generic, TypeVar

T = TypeVar("T")


class Newest(Generic[T]):
    """Of one list on one page."""

    def __init__(self) -> None:
        self._asked = self._shown = 0

    async def of(self, reading: Awaitable[T]) -> T | None:
        """What was read; None where something newer was read meanwhile."""
        self._asked += 1
        mine = self._asked
        found = await reading
        if mine < self._shown:
            return None
        self._shown = mine
        return found
