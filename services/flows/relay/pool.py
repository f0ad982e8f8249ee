"""Connections to one server, kept open between messages, and one message handed over on one of them."""

import asyncio
import contextlib
import re
import time

from models import OutboundStatus
from services.flows.relay.conversation import CLOSING, Closed, Conversation, InDoubt, OutOfStep, Refused
from services.flows.relay.hop import Hop, Unreachable, connect
from services.flows.relay.receipt import Parcel, Receipt, failed, refused, replied

IDLE_SECONDS = 30
MAX_MESSAGES = 1000
_TOO_MANY = 552
_ABOUT_THE_MAILBOX = re.compile(r"5\.(?!5\.3)\d+\.\d+")


class _Line:
    """One connection with what it has done."""

    def __init__(self, conversation: Conversation, tls: str) -> None:
        self.conversation = conversation
        self.tls = tls
        self.messages = 0
        self.used_at = time.monotonic()
        self.recorded: asyncio.Event | None = None  # of the message before

    @property
    def is_fresh(self) -> bool:
        young = time.monotonic() - self.used_at < IDLE_SECONDS
        return young and self.conversation.is_open and self.messages < MAX_MESSAGES


class Pool:
    """At most `size` connections to `hop`; a message waits for one that is free."""

    def __init__(self, hop: Hop, size: int) -> None:
        self.hop = hop
        self._slots = asyncio.Semaphore(size)
        self._idle: list[_Line] = []
        self._busy = 0
        self._pipelines = True  # until the server loses its way among commands that it said it takes together

    @property
    def is_idle(self) -> bool:
        return not self._busy and not any(line.is_fresh for line in self._idle)

    async def send(self, parcel: Parcel) -> Receipt:
        """The server's answer. Raises Unreachable where it could not be talked to, or broke off before it had the whole
        message: nothing is in doubt then, and another server may be tried."""
        async with self._slots:
            self._busy += 1
            try:
                line = self._take()
                if line is not None:
                    with contextlib.suppress(Unreachable):  # it had gone away while idle, or goes now
                        return await self._hand_over(line, parcel)
                return await self._hand_over(await self._connect(), parcel)
            finally:
                self._busy -= 1

    async def _hand_over(self, line: _Line, parcel: Parcel) -> Receipt:
        """The answer on this connection, which is kept where it is good for another message."""
        try:
            receipt = await self._transmit(line, parcel)
        except BaseException:
            line.conversation.close()
            raise
        if line.is_fresh:
            self._idle.append(line)
        else:
            line.conversation.close()
        return receipt

    def _take(self) -> _Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_fresh:
                return line
            line.conversation.close()
        return None

    async def _connect(self) -> _Line:
        client, tls = await connect(self.hop)
        try:
            return _Line(Conversation(client, self.hop.patience, pipelines=self._pipelines), tls)
        except Closed as error:
            raise self._broken(error) from error

    async def _transmit(self, line: _Line, parcel: Parcel) -> Receipt:
        """One transaction. Raises Unreachable."""
        talk, utf8 = line.conversation, _needs_utf8(parcel)
        refusal = _impossible(talk, parcel, utf8, self.hop.name)
        if refusal is not None:
            return refusal
        if why := parcel.unwanted():
            return Receipt(OutboundStatus.SUPPRESSED, words=why)
        line.messages += 1
        try:
            await talk.open_envelope(parcel.reverse_path, parcel.recipient, _options(talk, parcel, utf8))
            reply = await talk.send(parcel.content, may_end=line.recorded)
        except ValueError as error:
            return failed(553, "5.1.3", str(error))
        except Refused as error:
            return await self._refusal(line, error)
        except InDoubt as error:
            talk.close()
            return failed(451, "4.4.2", str(error), host=self.hop.name)
        except (Closed, TimeoutError) as error:
            if talk.pipelines and isinstance(error, OutOfStep | TimeoutError):
                self._pipelines = False
            raise self._broken(error) from error
        if reply[0] == CLOSING:
            talk.close()
        line.recorded, line.used_at = parcel.recorded, time.monotonic()
        return replied(*reply, host=self.hop.name, tls=line.tls)

    async def _refusal(self, line: _Line, error: Refused) -> Receipt:
        """The server's words; its connection is good for another message unless it hangs up."""
        code, words = error.reply
        if code == _TOO_MANY and error.command == "RCPT" and not _ABOUT_THE_MAILBOX.match(words):
            code = 452  # RFC 5321 4.5.3.1.10
        receipt = refused(code, words, host=self.hop.name, tls=line.tls)
        if code == CLOSING:
            raise Unreachable(receipt)
        await line.conversation.reset()
        line.used_at = time.monotonic()
        return receipt

    def _broken(self, error: Exception) -> Unreachable:
        words = str(error) or "The server did not answer in time."
        return Unreachable(failed(451, "4.4.2", words, host=self.hop.name))

    async def close(self) -> None:
        """Say goodbye on every idle connection, to all at once."""
        lines, self._idle = self._idle, []
        await asyncio.gather(*(_part(line.conversation) for line in lines))


async def _part(conversation: Conversation) -> None:
    with contextlib.suppress(OSError, TimeoutError):
        await conversation.quit()
    conversation.close()


def _needs_utf8(parcel: Parcel) -> bool:
    """RFC 6531 3.1: an address or a header field that is not ASCII."""
    if not (parcel.reverse_path.isascii() and parcel.recipient.isascii()):
        return True
    return not parcel.content.isascii() and not parcel.content[: parcel.content.find(b"\r\n\r\n")].isascii()


def _options(talk: Conversation, parcel: Parcel, utf8: bool) -> list[str]:
    options = [f"SIZE={len(parcel.content)}"] if talk.supports("size") else []
    if talk.supports("8bitmime") and not parcel.content.isascii():
        options.append("BODY=8BITMIME")  # RFC 6152; without it eight bits are sent unannounced, as everybody does
    return [*options, "SMTPUTF8"] if utf8 else options


def _impossible(talk: Conversation, parcel: Parcel, utf8: bool, host: str) -> Receipt | None:
    """What this server has told us it will not take."""
    if utf8 and not talk.supports("smtputf8"):
        return failed(550, "5.6.7", "The next server cannot take international addresses (SMTPUTF8).", host=host)
    if 0 < talk.size_limit < len(parcel.content):
        words = f"The next server takes messages of at most {talk.size_limit} octets."
        return failed(552, "5.3.4", words, host=host)
    return None
