"""What is handed to a relay, what comes back, and what a relay is."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session

from models import OutboundStatus

MAX_WORDS = 2000
_ENHANCED = re.compile(r"([245])\.\d{1,3}\.\d{1,3}(?=[\s-]|$)[\s-]*")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message for one recipient; `content` is signed, ends its lines with CRLF and is never changed again.

    `needs_tls`: it leaves encrypted or not at all. `is_backup`: we hold it for a better server of that domain.
    `is_ours`: the domain is kept here, if not proved yet, so its mail server may be this one.
    `recorded` is set once it is on disk how it ended: until then the connection it went over takes no further message,
    so that a crash leaves at most one a connection in doubt (RFC 1047). `unwanted` says, at the last moment, why it may
    not leave after all, or nothing.
    """

    outbound_id: int
    organisation_id: int
    reverse_path: str
    recipient: str
    destination: str
    content: bytes
    needs_tls: bool = False
    is_backup: bool = False
    recorded: asyncio.Event | None = None
    is_ours: bool = False
    unwanted: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Receipt:
    """How an attempt ended: the server's reply, or ours in its place. `keep` is stored with it, in one transaction."""

    status: OutboundStatus
    code: int | None = None
    enhanced: str = ""
    words: str = ""
    host: str = ""
    tls: str = ""
    keep: Callable[[Session], None] | None = None


class Relay(Protocol):
    """`per_destination`: how many deliveries to one domain may be under way at once; None = the relay sees to it."""

    per_destination: int | None

    async def transmit(self, parcel: Parcel) -> Receipt: ...

    async def close(self) -> None: ...


def replied(code: int, text: str, *, host: str = "", tls: str = "") -> Receipt:
    """The receipt for what a server says to a whole message: 2xx delivered, 5xx final, all else to be tried again
    (RFC 5321 4.2.1). The code decides; an enhanced one of another class is no more than words (RFC 3463 3.1)."""
    words = " ".join(_UNPRINTABLE.sub(" ", text).split())
    match = _ENHANCED.match(words)
    if match is not None and int(match[1]) != code // 100:
        match = None
    status = {2: OutboundStatus.DELIVERED, 5: OutboundStatus.FAILED}.get(code // 100, OutboundStatus.DELAYED)
    enhanced = match[0].rstrip(" -") if match else ""
    return Receipt(status, code, enhanced, words[match.end() if match else 0 :][:MAX_WORDS], host, tls)


def refused(code: int, text: str, *, host: str = "", tls: str = "") -> Receipt:
    """The receipt for a reply before a server had the message: never delivered, whatever it says."""
    if code // 100 in (4, 5):
        return replied(code, text, host=host, tls=tls)
    words = " ".join(_UNPRINTABLE.sub(" ", text).split())
    said = f"{code} {words}" if code > 0 else words
    return failed(451, "4.5.0", f"The server spoke out of turn: {said}"[:MAX_WORDS], host=host)


def failed(code: int, enhanced: str, words: str, *, host: str = "") -> Receipt:
    """A receipt in our own words; a code of 4xx means later."""
    status = OutboundStatus.FAILED if code >= 500 else OutboundStatus.DELAYED
    return Receipt(status, code, enhanced, words, host)
