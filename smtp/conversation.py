"""One connection: who may stay, reading commands line by line, and how it ends."""

import asyncio
import contextlib
import logging
import re
import ssl
from dataclasses import dataclass, field
from typing import ClassVar

from aiosmtpd import smtp

from services import errors, reception
from services.database.group import GroupCommit
from services.mailboxes import Directory
from services.settings import Settings
from smtp import replies
from smtp.journal import Journal
from smtp.limits import Guesses, Register, Space

log = logging.getLogger("mailroom.smtp")
CHUNK = 1 << 18
LONGEST_COMMAND = 2048  # RFC 5321 4.5.3.1.4 says 512; parameters of extensions lengthen MAIL
LINGER_SECONDS = 0.5
MAX_ERRORS = 20
MAX_IDLE_COMMANDS = 100
_FOREIGN = re.compile(rb"(GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PRI) |\x16\x03", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass
class Desk:
    """What all sessions of one port share."""

    settings: Settings
    directory: Directory
    writer: GroupCommit[reception.Envelope, str]
    register: Register
    guesses: Guesses
    space: Space
    journal: Journal
    tls: ssl.SSLContext | None


@dataclass
class Transaction:
    """What MAIL began: the reverse-path ("" for the null one) and the recipients accepted so far."""

    reverse_path: str
    is_utf8: bool
    recipients: list[str] = field(default_factory=list)


class Gone(Exception):
    """The client has hung up, or we have."""


class Conversation(smtp.SMTP):
    """aiosmtpd's protocol with its own way of reading commands and of ending. Each command ends in one `say`."""

    commands: ClassVar[dict[bytes, str]] = {}

    def __init__(self, desk: Desk) -> None:
        # Not SMTP.__init__: it inspects itself and its handler anew for every connection, a quarter of a short one.
        self.loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(CHUNK, self.loop)
        asyncio.StreamReaderProtocol.__init__(self, reader, self._cb_client_connected, self.loop)
        self.desk = desk
        self.session = self._create_session()
        self.transport = None
        self.peer = ""
        self.deadline = self.loop.time() + desk.settings.smtp_timeout
        self.hello = ""
        self.is_extended = False
        self.transaction: Transaction | None = None
        self.user_id: int | None = None
        self._errors = 0
        self._idle_commands = 0
        self._busy = False
        self._over = False
        self._last_word = ""

    # The connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        asyncio.StreamReaderProtocol.connection_made(self, transport)
        self.transport = transport
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]).removeprefix("::ffff:") if name else ""
        refusal = self.desk.register.admit(self)
        if refusal:
            self.say(refusal)
            self.hang_up()
        else:
            self._handler_coroutine = self.loop.create_task(self._handle_client())

    def connection_lost(self, error: Exception | None) -> None:
        self.desk.register.forget(self)
        self._over = True
        asyncio.StreamReaderProtocol.connection_lost(self, error)

    def eof_received(self) -> bool:
        """A client may send everything, shut its side and still read the answers."""
        if self._over:
            return False
        asyncio.StreamReaderProtocol.eof_received(self)
        return not self._is_tls

    def end(self, reply: str) -> None:
        """Say a last word and hang up; at once, or after the answer to a message that is on its way to disk."""
        if self._busy:
            self._last_word = reply
            return
        if not self._over:
            self.say(reply)
            self.hang_up(linger=not self._is_tls)

    def hang_up(self, *, linger: bool = False) -> None:
        """Close. Where the client may still be sending, read over it for a moment: closing a socket with unread
        input resets the connection, and takes our last word with it."""
        self._over = True
        if linger and not self._writer.is_closing():
            with contextlib.suppress(OSError):  # the client was quicker
                self._writer.write_eof()
            self.loop.call_later(LINGER_SECONDS, self._writer.close)
        else:
            self._writer.close()

    def data_received(self, data: bytes) -> None:
        if not self._over:
            asyncio.StreamReaderProtocol.data_received(self, data)

    @property
    def _buffer(self) -> bytearray:
        """What has come and was not yet read; asyncio offers no other way to see or to put back any of it."""
        return self._reader._buffer  # type: ignore[attr-defined, no-any-return]

    @property
    def _is_tls(self) -> bool:
        return self._writer.get_extra_info("sslcontext") is not None

    def say(self, reply: str) -> None:
        """Send a reply and count it if it is a complaint about the client. After the last word nothing is said."""
        if self._over:
            return
        if reply[0] == "5":
            self._errors += 1
        self._writer.write(reply.encode("ascii", "replace") + b"\r\n")

    # The conversation

    async def _handle_client(self) -> None:
        try:
            self.say(f"220 {self.desk.settings.mail_host} ESMTP Mailroom")
            while not self._over:
                await self._obey(await self._line())
                await self._writer.drain()
                self._check_manners()
        except (Gone, ConnectionError, asyncio.IncompleteReadError):
            pass
        except Exception:
            log.exception("a session with %s failed", self.peer)
            self.end(replies.FAULT)
        finally:
            if not self._over:
                self.hang_up()

    async def _line(self) -> bytes:
        self.deadline = self.loop.time() + self.desk.settings.smtp_timeout
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            self.end(replies.LINE_TOO_LONG)
            raise Gone from None
        if self._over:  # we hung up while it was on its way: it is not obeyed any more
            raise Gone
        return line

    async def _obey(self, line: bytes) -> None:
        if _FOREIGN.match(line):
            self.end(replies.NOT_MAIL)
            return
        verb, _, rest = line[:-2].partition(b" ")
        command = self.commands.get(verb.upper())
        fault = _line_fault(line)
        if fault or command is None:
            self.say(fault or replies.NOT_A_COMMAND)
            return
        try:
            argument = rest.decode()
        except UnicodeDecodeError:
            self.say(replies.BAD_UTF8)
            return
        try:
            await getattr(self, command)(argument.rstrip(" "))
        except errors.Error as error:
            self.say(replies.reply_to(error))

    def _check_manners(self) -> None:
        if self._last_word and not self._busy:
            self.end(self._last_word)
        elif self._errors > MAX_ERRORS:
            self.end(replies.TOO_MANY_ERRORS)
        elif self._idle_commands > MAX_IDLE_COMMANDS:
            self.end(replies.TOO_MUCH_TALK)


def _line_fault(line: bytes) -> str:
    """A command is one line of at most LONGEST_COMMAND octets, ended by CR LF, without control characters."""
    if len(line) > LONGEST_COMMAND:
        return replies.LINE_TOO_LONG
    if line[-2:] != b"\r\n":
        return replies.BARE_LF
    if line.find(b"\r") != len(line) - 2:
        return replies.BARE_CR
    return replies.BAD_CHARACTER if _CONTROL.search(line, 0, len(line) - 2) else ""
