"""What two processes of one program tell each other over a socket pair, a line of JSON a word: facts, where no
database carries them, and by its end that the other has ended."""

import asyncio
import contextlib
import json
import socket
import threading
from typing import Any

from services import events

GATHER_SECONDS = 0.01  # in which facts wait for each other, the same one only once


class Link:
    """One end, on the running loop; it hears what the other end says until that ends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._gathered: dict[events.Fact, None] = {}
        self._is_repeating = False

    @classmethod
    async def over(cls, end: socket.socket) -> "Link":
        return cls(*await asyncio.open_unix_connection(sock=end))

    def say(self, word: Any) -> None:
        self._writer.write(json.dumps(word).encode() + b"\n")

    async def hear(self) -> Any:
        """The next word; None once the other has ended."""
        try:
            line = await self._reader.readline()
        except ConnectionError:
            return None
        return json.loads(line) if line.endswith(b"\n") else None

    async def carry(self, *kinds: type[events.Fact]) -> None:
        """Say facts of these kinds that happen here, and publish here what happens there; until the other ends."""
        forget = events.subscribe(lambda fact: self._tell(fact) if isinstance(fact, kinds) else None)
        try:
            while (word := await self.hear()) is not None:
                self._repeat(word)
        finally:
            forget()

    async def close(self) -> None:
        """Say what is still to be said, and end."""
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    def _tell(self, fact: events.Fact) -> None:
        is_theirs = self._is_repeating and threading.get_ident() == self._thread
        if not is_theirs and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._gather, fact)

    def _gather(self, fact: events.Fact) -> None:
        if not self._gathered:
            self._loop.call_later(GATHER_SECONDS, self._hand_over)
        self._gathered[fact] = None

    def _hand_over(self) -> None:
        if not self._writer.is_closing():
            for fact in self._gathered:
                self.say(events.to_wire(fact))
        self._gathered.clear()

    def _repeat(self, word: str) -> None:
        fact = events.from_wire(word)
        self._is_repeating = True
        if fact is not None:
            events.publish([fact])
        self._is_repeating = False
