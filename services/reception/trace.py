"""A message as it came, and what we put on it: a queue id, and the trace field that names it (RFC 5321 4.4)."""

import itertools
import os
import secrets as random
import time
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from services import clock, settings


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as the client handed it over: `content` is exactly what followed DATA, transparency removed."""

    reverse_path: str
    recipients: tuple[str, ...]
    content: bytes
    helo: str
    peer: str
    protocol: str
    user_id: int | None = None


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]
_process = random.randbits(18)
_turns = itertools.count(random.randbits(20))


def _be_another() -> None:
    global _process
    _process = random.randbits(18)


os.register_at_fork(after_in_child=_be_another)


def make_queue_id() -> str:
    """16 characters that sort by time and are unique over processes: 42 bits of milliseconds, 18 that tell this
    process from others, 20 of a counter."""
    number = int(time.time() * 1000) << 38 | _process << 20 | next(_turns) & 0xFFFFF
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(70, -1, -10)])


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, clock.now().tzinfo))


def received_field(envelope: Envelope, queue_id: str, at: datetime) -> bytes:
    """A Received field. The recipient is named only when it is alone: nobody learns of blind copies (RFC 5321 7.2)."""
    peer = envelope.peer
    literal = f"IPv6:{peer}" if ":" in peer else peer or "local"
    to = f"\r\n\tfor <{envelope.recipients[0]}>" if len(envelope.recipients) == 1 else ""
    return (
        f"Received: from {envelope.helo or 'localhost'} ([{literal}])\r\n"
        f"\tby {settings.current().mail_host} (Mailroom) with {envelope.protocol} id {queue_id}{to};\r\n"
        f"\t{_date(int(at.timestamp()))}\r\n"
    ).encode()


def submitted_field(envelope: Envelope, queue_id: str, at: datetime) -> bytes:
    """The same for what a member hands in: it says nothing of the machine or network they sit at (RFC 5321 7.6)."""
    host, moment = settings.current().mail_host, _date(int(at.timestamp()))
    return f"Received: by {host} (Mailroom) with {envelope.protocol} id {queue_id};\r\n\t{moment}\r\n".encode()
