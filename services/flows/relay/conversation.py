"""The mail transactions of one open connection, pipelined where the server allows it (RFC 2920).

aiosmtplib greets, secures and authenticates; then its transport is handed to this protocol, which asks for envelope
and DATA in one round trip and needs a fraction of the time a message takes.
"""

import asyncio
import contextlib
import re
from typing import Any

import aiosmtplib

from services.flows.relay.hop import Patience

MAX_REPLY = 64 * 1024
ONE_PIECE = 64 * 1024  # up to here a message leaves with its end in one write: what it costs is mostly the writes
MAX_LINES = 100  # of a reply are kept
CLOSING = 421
_DOT = re.compile(rb"^\.", re.MULTILINE)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>]")
_REPLY = re.compile(rb"([2-5]\d\d)(?:([- ])(.*))?")
Reply = tuple[int, str]


class Closed(ConnectionError):
    """The server went away, fell silent or spoke no SMTP, before it had the whole message."""


class OutOfStep(Closed):
    """Its replies do not fit the commands: nobody knows which of them is about what."""


class InDoubt(ConnectionError):
    """The whole message was sent and no answer came: it may have been taken or not (RFC 1047)."""


class Refused(Exception):
    """The server wants no message: `command` is what it answered with `reply`."""

    def __init__(self, command: str, reply: Reply) -> None:
        super().__init__(reply[1])
        self.command = command
        self.reply = reply


class Conversation(asyncio.Protocol):
    """One command group at a time; replies come in the order of the commands."""

    def __init__(self, client: aiosmtplib.SMTP, patience: Patience, *, pipelines: bool = True) -> None:
        transport: Any = client.transport
        if transport is None:
            raise Closed("The connection is gone.")
        self._transport: asyncio.Transport = transport
        self._client = client  # keeps its protocol alive, which owns the TLS state
        self._patience = patience
        self.pipelines = pipelines and client.supports_extension("pipelining")
        self._replies: asyncio.Queue[Reply | None] = asyncio.Queue()
        self._buffer = b""
        self._lines: list[bytes] = []
        self._length = 0  # of the reply that has begun
        self._writable = asyncio.Event()
        self._writable.set()
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether another message may be sent: what a server says unasked is a farewell, or a fault."""
        return not self._transport.is_closing() and self._replies.empty() and not self._lines and not self._buffer

    def supports(self, extension: str) -> bool:
        return self._client.supports_extension(extension)

    @property
    def size_limit(self) -> int:
        """The largest message the server takes; 0 = it does not say (RFC 1870)."""
        limit = self._client.esmtp_extensions.get("size", "").strip()
        return int(limit) if limit.isdecimal() and len(limit) < 20 else 0

    async def open_envelope(self, reverse_path: str, recipient: str, options: list[str]) -> None:
        """MAIL, RCPT and DATA, until the server waits for the message.

        Raises Refused; ValueError for an address that would be a command of its own; Closed when the connection breaks.
        """
        commands = [
            " ".join([f"MAIL FROM:<{_checked(reverse_path)}>", *options]),
            f"RCPT TO:<{_checked(recipient)}>",
            "DATA",
        ]
        if not self.is_open:
            raise Closed("The server closed the connection.")
        await (self._all_at_once(commands) if self.pipelines else self._one_by_one(commands))

    async def send(self, content: bytes, *, may_end: asyncio.Event | None = None) -> Reply:
        """The message, transparent (RFC 5321 4.5.2), and what the server says to it. Every line end is CRLF, whatever
        was given, so that no second message hides in this one. The final dot waits for `may_end`.

        Raises Refused or Closed before that dot, InDoubt after it.
        """
        lines = content.count(b"\r\n")
        if not (lines == content.count(b"\n") == content.count(b"\r") and content.endswith(b"\r\n")):
            content = _LINE_END.sub(b"\r\n", content)
            content += b"" if content.endswith(b"\r\n") else b"\r\n"
        if content.startswith(b".") or b"\n." in content:
            content = _DOT.sub(b"..", content)
        if len(content) > ONE_PIECE:
            self._write(content)
            await self._drained()
            content = b""
        if may_end is not None and not may_end.is_set():
            async with asyncio.timeout(self._patience.command):
                await may_end.wait()
        if not self._replies.empty():
            await self._interrupted()
        self._write(content + b".\r\n")
        try:
            await self._drained()
            reply = await self._reply(self._patience.end)
        except (Closed, TimeoutError) as error:
            words = str(error) or "The server did not answer in time."
            raise InDoubt(f"{words} It had the whole message, and may have taken it.") from error
        if reply[0] // 100 == 3:
            raise InDoubt(f"The server answered the message with {reply[0]} {reply[1]}")
        return reply

    async def _interrupted(self) -> None:
        """It answered before the end: whatever it said, what was sent so far is no message to it without that end."""
        reply = await self._reply()
        self.close()
        self._judge("DATA", reply, wanted=0)

    async def reset(self) -> None:
        """Ready for the next envelope after a refusal; closed where the server does not come along."""
        try:
            self._write(b"RSET\r\n")
            reply = await self._reply(self._patience.parting)
        except (Closed, TimeoutError):
            return self.close()
        return None if reply[0] // 100 == 2 else self.close()

    async def quit(self) -> None:
        self._write(b"QUIT\r\n")
        await self._reply(self._patience.parting)

    def close(self) -> None:
        self._transport.abort()

    async def _one_by_one(self, commands: list[str]) -> None:
        for command, wanted in zip(commands, (2, 2, 354), strict=True):
            self._write(f"{command}\r\n".encode())
            self._judge(command[:4], await self._reply(), wanted=wanted)

    async def _all_at_once(self, commands: list[str]) -> None:
        self._write("".join(f"{command}\r\n" for command in commands).encode())
        refusal: Refused | None = None
        for command, wanted in zip(commands, (2, 2, 354), strict=True):
            try:
                reply = await self._reply()
                self._judge(command[:4], reply, wanted=wanted)
            except Refused as error:
                refusal = refusal or error
                if error.reply[0] == CLOSING:
                    break
            except (Closed, TimeoutError):
                if refusal is None:
                    raise
                self.close()  # it has said what matters
                break
            else:
                if refusal is not None and reply[0] == 354:
                    await self._abandon_data()
        if refusal is not None:
            raise refusal

    def _judge(self, command: str, reply: Reply, *, wanted: int) -> None:
        """Raises Refused or OutOfStep unless the reply is the one, or of the class, that lets us go on."""
        if wanted in (reply[0], reply[0] // 100):
            return
        if reply[0] // 100 in (4, 5):
            raise Refused(command, reply)
        raise OutOfStep(f"The server answered {command} with {reply[0]} {reply[1]}")

    async def _abandon_data(self) -> None:
        """The server wants a message though nobody may have it: an empty one ends that (RFC 2920 3.1)."""
        with contextlib.suppress(Closed, TimeoutError):
            self._write(b".\r\n")
            await self._reply(self._patience.parting)
            return
        self.close()

    def _write(self, data: bytes) -> None:
        if self._transport.is_closing():
            raise Closed("The server closed the connection.")
        self._transport.write(data)

    async def _drained(self) -> None:
        """Until what was written has left, however long that takes while some of it does."""
        while not self._writable.is_set():
            left = self._transport.get_write_buffer_size()
            try:
                async with asyncio.timeout(self._patience.data):
                    await self._writable.wait()
            except TimeoutError:
                if self._transport.get_write_buffer_size() >= left:
                    raise

    async def _reply(self, seconds: float = 0) -> Reply:
        if self._replies.empty():
            async with asyncio.timeout(seconds or self._patience.command):
                reply = await self._replies.get()
        else:
            reply = self._replies.get_nowait()
        if reply is None:
            self._replies.put_nowait(None)
            raise Closed("The server closed the connection.")
        return reply

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            match = _REPLY.fullmatch(line.rstrip(b"\r"))
            self._length += len(line)
            if match is None or self._length > MAX_REPLY:
                return self._transport.abort()
            if len(self._lines) < MAX_LINES:
                self._lines.append(match[3] or b"")
            if match[2] != b"-":  # the code of the last line counts (RFC 5321 4.2.1)
                text = b" ".join(self._lines).decode("utf-8", "replace")
                self._lines.clear()
                self._length = 0
                self._replies.put_nowait((int(match[1]), text))
        if len(self._buffer) > MAX_REPLY:
            self._transport.abort()
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
