"""Connections to one server, kept open between messages, and one message handed over on one of them."""

import asyncio
import contextlib
import time

import aiosmtplib

from services.flows.relay.hop import Hop, connect
from services.flows.relay.receipt import Parcel, Receipt, failed, replied

IDLE_SECONDS = 30
MAX_MESSAGES = 1000


class _Line:
    """One connection with what it has done."""

    def __init__(self, client: aiosmtplib.SMTP, tls: str) -> None:
        self.client = client
        self.tls = tls
        self.messages = 0
        self.used_at = time.monotonic()

    @property
    def is_fresh(self) -> bool:
        young = time.monotonic() - self.used_at < IDLE_SECONDS
        return young and self.client.is_connected and self.messages < MAX_MESSAGES


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
                    line.client.close()
                raise
            finally:
                self._busy -= 1
            if line.is_fresh:
                self._idle.append(line)
            return receipt or failed(451, "4.4.2", "The server closed the connection.", host=self.hop.name)

    def _take(self) -> _Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_fresh:
                return line
            line.client.close()
        return None

    async def _connect(self) -> _Line:
        return _Line(*await connect(self.hop))

    async def _transmit(self, line: _Line, parcel: Parcel) -> Receipt | None:
        """One transaction. None when the connection was gone before the server had answered anything."""
        client = line.client
        line.messages += 1
        begun = False
        try:
            refusal = _impossible(client, parcel)
            if refusal is not None:
                return refusal
            utf8 = _needs_utf8(parcel)
            encoding = "utf-8" if utf8 else "ascii"
            await client.mail(parcel.reverse_path, options=_options(client, parcel, utf8), encoding=encoding)
            begun = True
            await client.rcpt(parcel.recipient, encoding=encoding)
            response = await client.data(parcel.content)
            line.used_at = time.monotonic()
            return replied(response.code, response.message, host=self.hop.name, tls=line.tls)
        except aiosmtplib.SMTPResponseException as error:
            return await self._refused(line, error)
        except (aiosmtplib.SMTPServerDisconnected, ConnectionError) as error:
            client.close()
            if not begun:
                return None
            return failed(451, "4.4.2", f"The connection broke: {error}", host=self.hop.name)
        except (aiosmtplib.SMTPTimeoutError, TimeoutError):
            client.close()
            return failed(451, "4.4.2", "The server did not answer in time.", host=self.hop.name)

    async def _refused(self, line: _Line, error: aiosmtplib.SMTPResponseException) -> Receipt:
        """The server said no; the connection is made ready for the next message, or closed after 421."""
        line.used_at = time.monotonic()
        if error.code in (421, -1) or not line.client.is_connected:
            line.client.close()
        else:
            try:
                await line.client.rset()
            except aiosmtplib.SMTPException:
                line.client.close()
        return replied(error.code, error.message, host=self.hop.name, tls=line.tls)

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        lines, self._idle = self._idle, []
        for line in lines:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await asyncio.wait_for(line.client.quit(), 2)
            line.client.close()


def _needs_utf8(parcel: Parcel) -> bool:
    """RFC 6531 3.1: an address or a header field that is not ASCII."""
    if not (parcel.reverse_path.isascii() and parcel.recipient.isascii()):
        return True
    return not parcel.content.isascii() and not parcel.content[: parcel.content.find(b"\r\n\r\n")].isascii()


def _options(client: aiosmtplib.SMTP, parcel: Parcel, utf8: bool) -> list[str]:
    options = [f"SIZE={len(parcel.content)}"] if client.supports_extension("size") else []
    if not parcel.content.isascii() and client.supports_extension("8bitmime"):
        options.append("BODY=8BITMIME")  # RFC 6152; without it eight bits are sent unannounced, as everybody does
    return [*options, "SMTPUTF8"] if utf8 else options


def _impossible(client: aiosmtplib.SMTP, parcel: Parcel) -> Receipt | None:
    """What this server has told us it will not take."""
    if _needs_utf8(parcel) and not client.supports_extension("smtputf8"):
        words = "The next server cannot take international addresses (SMTPUTF8)."
        return failed(550, "5.6.7", words)
    limit = client.esmtp_extensions.get("size", "").strip()
    if limit.isdecimal() and 0 < int(limit) < len(parcel.content):  # RFC 1870
        return failed(552, "5.3.4", f"The next server takes messages of at most {limit} octets.")
    return None
