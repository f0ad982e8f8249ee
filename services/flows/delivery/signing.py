"""What leaves: the bytes of a message made right and signed, on threads, many messages a turn."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial

from services import clock, secrets
from services.flows.delivery.claiming import Flight
from services.mail import dkim
from services.mail.dkim import Signer

TOGETHER = 8  # messages; handed over one by one, the way to a thread and back costs a third of what signing does
_LINE_END = re.compile(rb"\r\n|\r|\n")
_OUR_SECRETS = re.compile(rb"^(?:bcc|return-path):.*(?:\r\n[ \t].*)*\r\n", re.IGNORECASE | re.MULTILINE)
_threads = ThreadPoolExecutor(2, thread_name_prefix="sign")


def begin(flights: Iterable[Flight]) -> None:
    """Start on the messages of these flights, each once for all its recipients; `Mail.signing` will have its bytes."""
    loop = asyncio.get_running_loop()
    waiting = list({id(flight.mail): flight for flight in flights if flight.mail.signing is None}.values())
    for start in range(0, len(waiting), TOGETHER):
        some = waiting[start : start + TOGETHER]
        for flight in some:
            flight.mail.signing = loop.create_future()
        loop.run_in_executor(_threads, _all_prepared, some).add_done_callback(partial(_hand_out, some))


def begun(flight: Flight) -> "asyncio.Future[bytes]":
    """What `begin` started for the flight's message, or starts now."""
    if flight.mail.signing is None:
        begin([flight])
    assert flight.mail.signing is not None
    return flight.mail.signing


def _hand_out(flights: Sequence[Flight], done: "asyncio.Future[list[bytes | Exception]]") -> None:
    for flight, result in zip(flights, done.result(), strict=True):
        future = flight.mail.signing
        if future is None or future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)


def _all_prepared(flights: Sequence[Flight]) -> list[bytes | Exception]:
    """One that cannot be signed is nothing to the others."""
    results: list[bytes | Exception] = []
    for flight in flights:
        try:
            results.append(_prepared(flight))
        except Exception as error:
            results.append(error)
    return results


def _prepared(flight: Flight) -> bytes:
    """What leaves: every line ends with CRLF, so that no second message hides in this one (RFC 5321 2.3.8), blind
    copies and our trace fields are off, and the author's domain has signed it with each of its keys."""
    content = _wire_form(flight.mail.content)
    if not flight.keys:
        return content
    signers = [Signer(key.selector, _unsealed(key.sealed)) for key in flight.keys]
    at = int(clock.now().timestamp())
    return dkim.sign(content, domain=flight.signing_domain, signers=signers, at=at) + content


def traced(flight: Flight) -> bytes:
    """What is forwarded stays as it came, with its own signatures and none of ours; on top of it the address that it
    was for, by which we know it should it come round again (RFC 9228 1)."""
    return f"Delivered-To: {flight.forwarded_for}\r\n".encode() + _with_line_ends(flight.mail.content)


def _with_line_ends(content: bytes) -> bytes:
    if content.count(b"\r\n") != content.count(b"\n") or content.count(b"\r\n") != content.count(b"\r"):
        return _LINE_END.sub(b"\r\n", content)
    return content


def _wire_form(content: bytes) -> bytes:
    content = _with_line_ends(content)
    head, separator, body = content.partition(b"\r\n\r\n")
    lowered = head.lower()
    if b"bcc:" in lowered or b"return-path:" in lowered:
        content = _OUR_SECRETS.sub(b"", head + b"\r\n") + separator[2:] + body
    return content if content.endswith(b"\r\n") else content + b"\r\n"


@lru_cache(maxsize=1024)
def _unsealed(sealed: str) -> str:
    return secrets.unseal(sealed)
