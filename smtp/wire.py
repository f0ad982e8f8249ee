"""The bytes of one connection: read where they arrive, answered in one piece, held back when we are behind, ended."""

import asyncio
import contextlib
import logging
import ssl
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any, cast

from aiosmtpd import smtp

from services import errors
from smtp import replies
from smtp.limits import Register

log = logging.getLogger("mailroom.smtp")
CHUNK = 1 << 18
LONGEST_LINE = 1 << 14  # octets of a line that are kept until its end comes; RFC 4954 4 asks for 12,288
LINGER_SECONDS = 0.5


class Gone(Exception):
    """The client has hung up, or we have."""


class Wire(smtp.SMTP, ABC):
    """aiosmtpd's protocol without its streams and its task a connection, which are most of what a short one costs.

    What has come is read at once by `read`, step by step, until nothing more can be read: because a line is not
    whole, because something is waited for, or because the client does not take its answers. Then the answers to all
    of it leave together (RFC 2920 3.2). Whoever calls `say` from elsewhere calls `go_on` or `hang_up` afterwards.
    """

    def __init__(self, register: Register, timeout: float) -> None:
        # Not SMTP.__init__: it inspects itself and its handler anew for every connection.
        self.loop = asyncio.get_running_loop()
        self.peer = ""
        self.deadline = self.loop.time() + timeout
        self.is_tls = False
        self._register = register
        self._timeout = timeout
        self._link: asyncio.Transport
        self._input = b""
        self._at = 0  # where in it the unread begins
        self._left_out = 0  # octets of a line whose end has not come
        self._answers = ""
        self._complaints = 0
        self._waiting = False  # for something that is not input: the disk, a handshake, a password's check
        self._asked: asyncio.Future[bytes] | None = None
        self._storing = False  # a message is on its way to disk: its answer comes before any last word
        self._shaking = False  # hands, for TLS
        self._last_word = ""
        self._paused = False
        self._clogged = False
        self._ended = False
        self._over = False
        self._lost = False

    # What those above fill in

    @abstractmethod
    def greet(self) -> None:
        """Say the first word."""

    @abstractmethod
    def read(self) -> bool:
        """Take one step through the input; False when nothing can be done before more comes."""

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._link = cast(asyncio.Transport, transport)
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]).removeprefix("::ffff:") if name else ""
        refusal = self._register.admit(self)
        if refusal:
            self.say(refusal)
            self.hang_up()
        else:
            self.greet()
            self._flush()

    def data_received(self, data: bytes) -> None:
        if not self._over:
            self._input = self._input + data if self._input else data
            self.go_on()

    def eof_received(self) -> bool:
        """A client may send everything, shut its side and still read the answers."""
        if self._over:
            return False
        self._ended = True
        self.go_on()
        return not self.is_tls

    def pause_writing(self) -> None:
        self._clogged = True

    def resume_writing(self) -> None:
        self._clogged = False
        if not self._over:
            self.go_on()

    def connection_lost(self, error: Exception | None) -> None:
        if self._lost:
            return
        self._lost = self._over = True
        self._register.forget(self)
        if self._asked is not None and not self._asked.done():
            self._asked.set_exception(Gone())

    # What has come

    def go_on(self) -> None:
        """Read as far as possible, then answer."""
        try:
            while self._at < len(self._input) and not self._over and not self._clogged and self.read():
                pass
        except Exception:
            log.exception("a session with %s failed", self.peer)
            self.end(replies.FAULT)
        if self._over:
            return
        if self._at:
            self._input, self._at = self._input[self._at :], 0
        self._flush()
        if self._ended and not self._clogged and (not self._waiting or self._asked):
            self.hang_up()
        elif (len(self._input) > CHUNK) != self._paused:
            self._hold_back(not self._paused)

    def _hold_back(self, pause: bool) -> None:
        self._paused = pause
        if pause:
            self._link.pause_reading()
        else:
            self._link.resume_reading()

    def line(self) -> bytes | None:
        """The next line with its end, or the beginning and the end of one nobody may send; None while it has not come
        whole."""
        end = self._input.find(b"\n", self._at) + 1
        if not end:
            self._leave_out()
            return None
        line = self._input[self._at : end]
        self._at, self._left_out = end, 0
        self.renew()
        return line

    def _leave_out(self) -> None:
        """However slowly a long line comes, no more than LONGEST_LINE of it is looked through again each time."""
        more = len(self._input) - self._at - LONGEST_LINE
        if more > 0:
            self._left_out += more
            self._input, self._at = self._input[self._at : -more], 0
            if self._left_out + LONGEST_LINE > CHUNK:
                self.end(replies.LINE_TOO_LONG)

    def everything(self) -> bytes:
        """All that has come and was not read."""
        rest = self._input[self._at :]
        self.forget_input()
        return rest

    @property
    def has_more(self) -> bool:
        return self._at < len(self._input)

    def forget_input(self) -> None:
        self._input, self._at = b"", 0

    def put_back(self, rest: bytes) -> None:
        self._input, self._at = rest, 0

    def renew(self) -> None:
        """The client has done something; it may be silent for as long again."""
        self.deadline = self.loop.time() + self._timeout

    # Waiting

    def attend(self, work: Coroutine[Any, Any, None]) -> None:
        """Read nothing more until `work` is done, but what it asks for."""
        self._waiting = True
        self._work = self.loop.create_task(self._attend(work))

    async def _attend(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Gone:
            self.hang_up()
        except errors.Error as error:
            self.say(replies.reply_to(error))
        except Exception:
            log.exception("a session with %s failed", self.peer)
            self.end(replies.FAULT)
        self._waiting = False
        if not self._over:
            self.go_on()

    async def ask(self, question: str) -> bytes:
        """For `attend`: the line that answers."""
        self.say(question)
        self._asked = self.loop.create_future()
        self.go_on()
        if self._over:
            raise Gone
        return await self._asked

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """For `attend`, once the go-ahead was said: what comes from now on is the client's side of the handshake, and
        what came before is forgotten (RFC 3207 4.2)."""
        self.forget_input()
        self._shaking = True
        try:
            link = await self.loop.start_tls(self._link, self, context, server_side=True)
        except OSError as error:
            log.info("no TLS with %s: %s", self.peer, error)
            self._link.abort()
            self.connection_lost(error)  # asyncio tells only the protocol of the handshake
            raise Gone from None
        finally:
            self._shaking = False
        assert link is not None
        self._link = link
        self.is_tls = True

    # Answers, and the end

    def say(self, reply: str) -> None:
        """Answer, and count it if it is a complaint about the client. After the last word nothing is said."""
        if self._over:
            return
        if reply[0] == "5":
            self._complaints += 1
        self._answers += reply + "\r\n"

    def _flush(self) -> None:
        if self._answers:
            answers, self._answers = self._answers, ""
            self._link.write(answers.encode("ascii", "replace"))

    def end(self, reply: str) -> None:
        """Say a last word and hang up; at once, or after the answer to a message that is on its way to disk. Who
        was hung up on and still does not take what we said until the deadline is cut off."""
        if self._storing:
            self._last_word = reply
        elif self._shaking:
            self._link.abort()
        elif not self._over:
            self.say(reply)
            self.hang_up(linger=not self.is_tls)
        elif self.deadline < self.loop.time():
            self._link.abort()

    def hang_up(self, *, linger: bool = False) -> None:
        """Close. Where the client may still be sending, read over it for a moment: closing a socket with unread
        input resets the connection, and takes our last word with it."""
        if self._over:
            return
        self._flush()
        self._over = True
        self.renew()
        self.forget_input()
        if linger and not self._link.is_closing():
            with contextlib.suppress(OSError):  # the client was quicker
                self._link.write_eof()
            if self._paused:
                self._hold_back(False)
            self.loop.call_later(LINGER_SECONDS, self._link.close)
        else:
            self._link.close()
