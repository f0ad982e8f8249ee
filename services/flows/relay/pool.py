"""Connections to one server, kept open between messages, and one message handed over on one of them."""

import asyncio
import contextlib
import time

from services.flows.relay.conversation import Closed, Conversation
from services.flows.relay.hop import COMMAND_SECONDS, Hop, connect
from services.flows.relay.receipt import Parcel, Receipt, failed, replied

IDLE_SECONDS = 30
MAX_MESSAGES = 1000


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

    @property
    def is_idle(self) -> bool:
        return not self._busy and not any(line.is_fresh for line in self._idle)

    async def send(self, parcel: Parcel) -> Receipt:
        """The server's answer. Raises Unreachable where no connection could be made."""
        async with self._slots:
            self._busy += 1
            line = self._take()
            kept = line is not None
            try:
                line = line or await self._connect()
                receipt = await self._transmit(line, parcel)
                if receipt is None and kept:  # it had gone away while idle: nothing was said yet
                    line = await self._connect()
                    receipt = await self._transmit(line, parcel)
            except BaseException:
                if line is not None:
                    line.conversation.close()
                raise
            finally:
                self._busy -= 1
            if line.is_fresh:
                self._idle.append(line)
            else:
                line.conversation.close()
            return receipt or failed(451, "4.4.2", "The server closed the connection.", host=self.hop.name)

    def _take(self) -> _Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_fresh:
                return line
            line.conversation.close()
        return None

    async def _connect(self) -> _Line:
        client, tls = await connect(self.hop)
        return _Line(Conversation(client), tls)

    async def _transmit(self, line: _Line, parcel: Parcel) -> Receipt | None:
        """One transaction. None when the connection was gone before the server had answered anything."""
        talk = line.conversation
        utf8 = _needs_utf8(parcel)
        refusal = _impossible(talk, parcel, utf8)
        if refusal is not None:
            return refusal
        line.messages += 1
        begun = False
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                options = _options(talk, parcel, utf8)
                command, reply = await talk.open_envelope(parcel.reverse_path, parcel.recipient, options)
                begun = True
                if command == "DATA" and reply[0] == 354:
                    reply = await talk.send(parcel.content, may_end=line.recorded)
                    line.recorded = parcel.recorded
                elif reply[0] == 421:
                    talk.close()
                else:
                    await talk.reset()
        except ValueError as error:
            return failed(553, "5.1.3", str(error))
        except (Closed, TimeoutError) as error:
            talk.close()
            if not begun and isinstance(error, Closed):
                return None
            words = str(error) or "The server did not answer in time."
            return failed(451, "4.4.2", words, host=self.hop.name)
        line.used_at = time.monotonic()
        return replied(*reply, host=self.hop.name, tls=line.tls)

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


def _impossible(talk: Conversation, parcel: Parcel, utf8: bool) -> Receipt | None:
    """What this server has told us it will not take."""
    if utf8 and not talk.supports("smtputf8"):
        return failed(550, "5.6.7", "The next server cannot take international addresses (SMTPUTF8).")
    if 0 < talk.size_limit < len(parcel.content):
        words = f"The next server takes messages of at most {talk.size_limit} octets."
        return failed(552, "5.3.4", words)
    return None
