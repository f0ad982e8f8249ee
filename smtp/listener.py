"""The door for mail: its two ports, opened on the running loop, and how they close."""

import asyncio
import logging
import ssl
from collections.abc import Callable

from services import reception
from services.database.group import GroupCommit
from services.mailboxes import Directory
from services.settings import Settings
from smtp.conversation import Desk
from smtp.journal import Journal
from smtp.limits import Guesses, Register, Space
from smtp.session import Session
from smtp.submission import Submission

log = logging.getLogger("mailroom.smtp")
CLOSE_SECONDS = 4


class Listener:
    """The open ports. `ports` maps "smtp" and "submission" to the numbers the system gave."""

    def __init__(self, desk: Desk, servers: dict[str, asyncio.Server]) -> None:
        self._desk = desk
        self._servers = servers
        self.ports: dict[str, int] = {name: server.sockets[0].getsockname()[1] for name, server in servers.items()}

    @property
    def directory(self) -> Directory:
        return self._desk.directory

    async def close(self) -> None:
        """Take nobody new, let what is on its way to disk arrive there, tell the others 421, and end."""
        for server in self._servers.values():
            server.close()
        await self._desk.register.close(CLOSE_SECONDS)
        await self._desk.writer.close()
        await self._desk.directory.stop()


async def serve(settings: Settings) -> Listener:
    """Open both ports; the database must be connected."""
    directory = Directory()
    await directory.start()
    desk = Desk(
        settings=settings,
        directory=directory,
        writer=GroupCommit(reception.store, reception.ARRIVED),
        register=Register(settings.max_connections_per_address),
        guesses=Guesses(),
        space=Space(settings),
        journal=Journal(),
        tls=tls_context(settings),
    )
    servers = {
        "smtp": await _open(settings, settings.smtp_port, lambda: Session(desk)),
        "submission": await _open(settings, settings.submission_port, lambda: Submission(desk)),
    }
    return Listener(desk, servers)


async def _open(settings: Settings, port: int, make: Callable[[], asyncio.Protocol]) -> asyncio.Server:
    host = settings.smtp_host or settings.host
    return await asyncio.get_running_loop().create_server(make, host, port, backlog=512)


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """The server's certificate; None where none is configured."""
    if not settings.tls_cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context
