"""The listener in a process of its own beside the one that does everything else: neither waits for the other's
interpreter, so that a storm of mail leaves pages alone and mail is filed while more comes.

It is forked before anything runs, which costs little memory, and ends when the other does, however that ends; the
signals that stop a program are left to the other."""

import asyncio
import atexit
import gc
import logging
import multiprocessing
import signal
import socket
import sys
from collections.abc import Callable

from services import database, events, loops, secrets
from services import settings as configuration
from services.link import Link
from services.settings import Settings
from smtp import listener

log = logging.getLogger("mailroom.smtp")
CLOSE_SECONDS = 20.0


class Apart:
    """That process, as the one that started it sees it. `ports` are known once it is open, `is_lost` tells that it
    ended by itself, which `on_loss` hears."""

    def __init__(self, settings: Settings) -> None:
        """Forks: no thread may run yet."""
        self._near, far = socket.socketpair()
        self.ports: dict[str, int] = {}
        self.is_lost = False
        self.on_loss: Callable[[], None] = lambda: None
        self._is_closing = False
        database.prepare()
        gc.freeze()  # a collection would touch what both processes share, and so copy it
        self._process = multiprocessing.get_context("fork").Process(
            target=_run, args=(settings, far, self._near), name="listener", daemon=True
        )
        self._process.start()
        far.close()
        atexit.register(self._near.close)  # before the end waits for the other process

    async def open(self) -> "Apart":
        """Have it listen; the database must be connected, and so up to date. Raises OSError with what hinders it."""
        self._link = await Link.over(self._near)
        self._link.say("listen")
        answer = await self._link.hear() or {"fault": "The listener ended before it listened."}
        if "fault" in answer:
            raise OSError(answer["fault"])
        self.ports = answer["ports"]
        self._following = asyncio.create_task(self._follow(), name="listener")
        return self

    async def _follow(self) -> None:
        await self._link.carry(*_kinds(events.DirectoryChanged))
        if not self._is_closing:
            log.error("the listener's process ended by itself; so does this one")
            self.is_lost = True
            self.on_loss()

    async def close(self) -> None:
        """It takes nobody new, stores what is on its way and tells the others 421."""
        self._is_closing = True
        await self._link.close()
        await asyncio.to_thread(self._process.join, CLOSE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            await asyncio.to_thread(self._process.join)


def _kinds(*kinds: type[events.Fact]) -> tuple[type[events.Fact], ...]:
    """What the link has to carry: PostgreSQL carries all facts itself."""
    return kinds if database.is_sqlite() else ()


def _run(settings: Settings, end: socket.socket, other: socket.socket) -> None:
    other.close()  # held by two, it would not tell when the other process ends
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # terminals and supervisors send them to both
    configuration.use(settings)
    with asyncio.Runner(loop_factory=loops.new) as loop:
        sys.exit(loop.run(_serve(settings, end)))


async def _serve(settings: Settings, end: socket.socket) -> int:
    """Listen from the other's word to its end; the exit code."""
    link = await Link.over(end)
    if await link.hear() is None:
        return 0
    try:
        secrets.load()
        await asyncio.to_thread(database.connect, settings.database)
        opened = await listener.serve(settings)
    except Exception as error:
        log.exception("the listener could not start")
        link.say({"fault": str(error)})
        await link.close()
        return 1
    link.say({"ports": opened.ports})
    await link.carry(*_kinds(events.Fact))
    await opened.close()
    database.disconnect()
    await link.close()
    return 0
