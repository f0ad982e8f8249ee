"""The mail transactions of one open connection, pipelined where the server allows it (RFC 2920).

aiosmtplib greets, secures and authenticates; then its transport is handed to this protocol, which asks for envelope
and DATA in one round trip and needs a fraction of the time a message takes.
"""

import asyncio
import re
from typing import Any

import aiosmtplib

QUIT_SECONDS = 2
MAX_REPLY = 32 * 1024
_DOT = re.compile(rb"^\.", re.MULTILINE)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>]")
Reply = tuple[int, str]


class Closed(ConnectionError):
    """The server went away, or spoke no SMTP."""


class Conversation(asyncio.Protocol):
    """One command group at a time; replies come in the order of the commands."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        transport: Any = client.transport
        if transport is None:
            raise Closed("The connection is gone.")
        self._transport: asyncio.Transport = transport
        self._client = client  # keeps its protocol alive, which owns the TLS state
        self._pipelines = client.supports_extension("pipelining")
        self._replies: asyncio.Queue[Reply | None] = asyncio.Queue()
        self._buffer = b""
        self._lines: list[bytes] = []
        self._writable = asyncio.Event()
        self._writable.set()
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing()

    def supports(self, extension: str) -> bool:
        return self._client.supports_extension(extension)

    @property
    def size_limit(self) -> int:
        """The largest message the server takes; 0 = it does not say (RFC 1870)."""
        limit = self._client.esmtp_extensions.get("size", "").strip()
        return int(limit) if limit.isdecimal() else 0

    async def open_envelope(self, reverse_path: str, recipient: str, options: list[str]) -> tuple[str, Reply]:
        """MAIL, RCPT and DATA: the command that was refused and why, or DATA and its 354.

        Raises ValueError for an address that would be a command of its own, Closed when the connection breaks.
        """
        commands = [
            " ".join([f"MAIL FROM:<{_checked(reverse_path)}>", *options]),
            f"RCPT TO:<{_checked(recipient)}>",
            "DATA",
        ]
        if not self._pipelines:
            return await self._one_by_one(commands)
        self._write("".join(f"{command}\r\n" for command in commands).encode())
        replies = [await self._reply() for _ in commands]
        refused = next((at for at, reply in enumerate(replies) if reply[0] // 100 not in (2, 3)), 2)
        if refused < 2 and replies[2][0] == 354:
            await self._abandon_data()
        return commands[refused][:4], replies[refused]

    async def send(self, content: bytes, *, may_end: asyncio.Event | None = None) -> Reply:
        """The message, transparent (RFC 5321 4.5.2), and what the server says to it. Every line end is CRLF, whatever
        was given, so that no second message hides in this one. The final dot waits for `may_end`."""
        lines = content.count(b"\r\n")
        if not (lines == content.count(b"\n") == content.count(b"\r") and content.endswith(b"\r\n")):
            content = _LINE_END.sub(b"\r\n", content)
            content += b"" if content.endswith(b"\r\n") else b"\r\n"
        if content.startswith(b".") or b"\n." in content:
            content = _DOT.sub(b"..", content)
        self._write(content)
        if may_end is not None:
            await may_end.wait()
        self._write(b".\r\n")
        await self._writable.wait()
        return await self._reply()

    async def reset(self) -> None:
        """Ready for the next envelope after a refusal. Raises Closed."""
        self._write(b"RSET\r\n")
        await self._reply()

    async def quit(self) -> None:
        self._write(b"QUIT\r\n")
        await asyncio.wait_for(self._reply(), QUIT_SECONDS)

    def close(self) -> None:
        self._transport.abort()

    async def _one_by_one(self, commands: list[str]) -> tuple[str, Reply]:
        for command in commands:
            self._write(f"{command}\r\n".encode())
            reply = await self._reply()
            if reply[0] // 100 not in (2, 3):
                break
        return command[:4], reply

    async def _abandon_data(self) -> None:
        """The server wants a message though nobody may have it: an empty one ends that (RFC 2920 3.1)."""
        self._write(b".\r\n")
        await self._reply()

    def _write(self, data: bytes) -> None:
        if self._transport.is_closing():
            raise Closed("The connection is gone.")
        self._transport.write(data)

    async def _reply(self) -> Reply:
        reply = await self._replies.get()
        if reply is None:
            raise Closed("The server closed the connection.")
        return reply

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        if len(self._buffer) > MAX_REPLY or len(self._lines) > 100:
            return self._transport.abort()
        for line in lines:
            if not line[:3].isdigit():
                return self._transport.abort()
            self._lines.append(line[4:])
            if line[3:4] != b"-":
                text = b" ".join(self._lines).decode("utf-8", "replace")
                self._lines.clear()
                self._replies.put_nowait((int(line[:3]), text))
        return None

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, error: Exception | None) -> None:
        self._writable.set()
        self._replies.put_nowait(None)


def _checked(address: str) -> str:
    """An address as it may stand between angle brackets; a quoted local part may hold spaces (RFC 5321 4.1.2)."""
    local, at, domain = address.rpartition("@")
    quoted = len(local) > 1 and local[0] == local[-1] == '"' and local.isprintable()
    if _UNSAFE.search(domain) or (_UNSAFE.search(local) and not quoted) or (address and not at):
        raise ValueError(f"{address!r} is not an address.")
    return address
