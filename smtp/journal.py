"""A line in the log for every message taken, written once for all that one commit answered."""

import asyncio
import logging

log = logging.getLogger("mailroom.smtp")


class Journal:
    """A record and a flush for each message would cost a tenth of its acceptance."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._loop = asyncio.get_running_loop()

    def add(self, line: str) -> None:
        """Sessions answered by one commit go on in one turn of the loop; the next turn writes their lines."""
        if not self._lines:
            self._loop.call_soon(self._write)
        self._lines.append(line)

    def _write(self) -> None:
        log.info("%s", "\n".join(self._lines))
        self._lines.clear()
