"""What happens to one claimed row, in order, until a step ends it with a receipt. No transaction is open meanwhile."""

import asyncio
import logging
import re
import secrets as random
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from sqlmodel import Session

from models import OutboundStatus
from services import clock, mailboxes, reception, secrets, settings
from services.errors import NotFound
from services.flows.delivery.claiming import Flight
from services.flows.relay import Parcel, Receipt, Relay
from services.flows.relay.receipt import failed
from services.mail import address, dkim
from services.mail.dkim import Signer
from services.outbound.steering import HELD_BY_PAUSE
from services.reception import Envelope

log = logging.getLogger("mailroom.delivery")
ATTEMPT_SECONDS = 600
MAX_HOPS = 30
_LINE_END = re.compile(rb"\r\n|\r|\n")
_OUR_SECRETS = re.compile(rb"^(?:bcc|return-path):.*(?:\r\n[ \t].*)*\r\n", re.IGNORECASE | re.MULTILINE)
_signers = ThreadPoolExecutor(2, thread_name_prefix="sign")

Step = Callable[[Flight, Relay], Awaitable[Receipt | None]]


async def skip_if_suppressed(flight: Flight, relay: Relay) -> Receipt | None:
    """The list was asked in the transaction that claimed the row."""
    return Receipt(OutboundStatus.SUPPRESSED, words=f"Not sent. {flight.suppressed}") if flight.suppressed else None


async def hold_if_paused(flight: Flight, relay: Relay) -> Receipt | None:
    return Receipt(OutboundStatus.HELD, words=HELD_BY_PAUSE) if flight.is_paused else None


async def refuse_loop(flight: Flight, relay: Relay) -> Receipt | None:
    """RFC 5321 6.3: mail that has come by too often goes round in circles."""
    head = flight.mail.content.partition(b"\r\n\r\n")[0].lower()
    hops = head.count(b"\nreceived:") + head.startswith(b"received:")
    return failed(554, "5.4.6", "This message goes round in circles.") if hops > MAX_HOPS else None


async def sign(flight: Flight, relay: Relay) -> Receipt | None:
    """Line ends made right and the DKIM field put on, once for all recipients of a message, in a thread."""
    mail, loop = flight.mail, asyncio.get_running_loop()
    if flight.forwarded_for:
        flight.signed = await loop.run_in_executor(_signers, _traced, flight)
        return None
    if mail.signing is None:
        mail.signing = loop.run_in_executor(_signers, _prepared, flight)
    flight.signed = await asyncio.shield(mail.signing)
    return None


async def deliver_here(flight: Flight, relay: Relay) -> Receipt | None:
    """Mail for a verified domain of ours never leaves: it is accepted as the listener would, in the transaction
    that records the delivery."""
    if not flight.is_local:
        return None

    def keep(session: Session) -> None:
        if mailboxes.resolve(session, flight.recipient) is None:
            raise NotFound("There is no such address here.", code="unknown_address")
        ours = settings.current().mail_host
        reception.accept(
            session, Envelope(_reverse_path(flight), (flight.recipient,), flight.signed, ours, "", "LOCAL")
        )

    return Receipt(OutboundStatus.DELIVERED, 250, "2.0.0", "Delivered in this Mailroom.", "local", keep=keep)


async def transmit(flight: Flight, relay: Relay) -> Receipt | None:
    """Hand it to the relay, within a time that is shorter than the lease."""
    parcel = Parcel(
        flight.id,
        flight.organisation_id,
        _reverse_path(flight),
        flight.recipient,
        flight.destination,
        flight.signed,
        flight.needs_tls,
        flight.is_backup,
    )
    try:
        async with asyncio.timeout(ATTEMPT_SECONDS):
            return await relay.transmit(parcel)
    except TimeoutError:
        return failed(451, "4.4.7", f"Not done after {ATTEMPT_SECONDS // 60} minutes.")


STEPS: tuple[Step, ...] = (skip_if_suppressed, hold_if_paused, refuse_loop, sign, deliver_here, transmit)


async def carry(flight: Flight, relay: Relay) -> Receipt:
    """Run the steps. A step that breaks puts the row off, with a reference to the log, and never stops the worker."""
    try:
        for step in STEPS:
            receipt = await step(flight, relay)
            if receipt is not None:
                return receipt
    except Exception:
        reference = random.token_hex(4)
        log.exception("delivery %d failed, reference %s", flight.id, reference)
        return failed(451, "4.3.0", f"A fault of ours; it is in the log under {reference}.")
    raise AssertionError("transmit always ends a flight")


def _reverse_path(flight: Flight) -> str:
    """Of mail composed here one that names the delivery (VERP), so that whatever comes back is known for what it is;
    null stays null, and what a member's program or a forward chose stays too."""
    domain = address.domain_of(flight.reverse_path)
    if flight.message_id is None or flight.forwarded_for or not domain or domain != flight.signing_domain:
        return flight.reverse_path
    return mailboxes.reverse_path_of(flight.organisation_id, flight.id, domain)


def _prepared(flight: Flight) -> bytes:
    """What leaves: every line ends with CRLF, so that no second message hides in this one (RFC 5321 2.3.8), blind
    copies and our trace fields are off, and the author's domain has signed it with each of its keys."""
    content = _wire_form(flight.mail.content)
    if not flight.keys:
        return content
    signers = [Signer(key.selector, _unsealed(key.sealed)) for key in flight.keys]
    at = int(clock.now().timestamp())
    return dkim.sign(content, domain=flight.signing_domain, signers=signers, at=at) + content


def _traced(flight: Flight) -> bytes:
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
