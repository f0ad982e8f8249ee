"""How much anybody may take of us: connections, silence, guesses at addresses, and the last of the disk."""

import asyncio
import contextlib
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Protocol

from services.settings import Settings
from smtp import replies

MAX_CONNECTIONS = 2000
UNKNOWN_PER_MINUTE = 100


class Connection(Protocol):
    """What the register needs to know of a session."""

    peer: str
    deadline: float

    def end(self, reply: str) -> None: ...


class Register:
    """The open connections. One timer for all of them ends those whose deadline has passed."""

    def __init__(self, per_address: int) -> None:
        self._per_address = per_address
        self._open: set[Connection] = set()
        self._from: Counter[str] = Counter()
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(1, self._sweep)
        self._empty = asyncio.Event()
        self.is_closing = False

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, connection: Connection) -> str:
        """Enter a connection; what it must be told if it cannot stay, else ""."""
        self._open.add(connection)
        self._from[connection.peer] += 1
        if self.is_closing:
            return replies.CLOSING
        if self._from[connection.peer] > self._per_address:
            return replies.TOO_MANY_CONNECTIONS
        return replies.BUSY if len(self._open) > MAX_CONNECTIONS else ""

    def forget(self, connection: Connection) -> None:
        self._open.discard(connection)
        self._from[connection.peer] -= 1
        if self._from[connection.peer] <= 0:
            del self._from[connection.peer]
        if not self._open:
            self._empty.set()

    def _sweep(self) -> None:
        now = self._loop.time()
        for connection in [each for each in self._open if each.deadline < now]:
            connection.end(replies.TIMED_OUT)
        self._timer = self._loop.call_later(1, self._sweep)

    async def close(self, seconds: float) -> None:
        """Tell everybody we are stopping; those whose message is on its way to disk are answered first."""
        self.is_closing = True
        self._timer.cancel()
        for connection in list(self._open):
            connection.end(replies.CLOSING)
        if self._open:
            self._empty.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), seconds)


class Guesses:
    """Unknown recipients by address and minute: whoever tries many is no longer told which exist."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def add(self, peer: str) -> bool:
        """Count one; whether that is too many."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        self._counts[peer] += 1
        return self._counts[peer] > UNKNOWN_PER_MINUTE


class Space:
    """Free room where the database lives, looked at once a second at most."""

    def __init__(self, settings: Settings) -> None:
        scheme, _, path = settings.database.partition(":///")
        self._folder = Path(path).parent if scheme == "sqlite" else None
        self._most = settings.max_message_bytes
        self._checked = -1.0
        self._short = False

    def is_short(self) -> bool:
        """Less than one and a half of the largest message, or an eighth of a small disk, is left."""
        now = time.monotonic()
        if self._folder is not None and now - self._checked > 1:
            usage = shutil.disk_usage(self._folder)
            self._short = usage.free < min(self._most * 3 // 2, usage.total // 8)
            self._checked = now
        return self._short
