"""What happens to one claimed row, in order, until a step ends it with a receipt. No transaction is open meanwhile."""

import asyncio
import logging
import secrets as random
from collections.abc import Awaitable, Callable
from functools import partial

from sqlmodel import Session

from models import OutboundStatus
from services import mailboxes, reception, settings
from services.errors import NotFound
from services.flows.delivery import signing
from services.flows.delivery.claiming import Flight
from services.flows.relay import Parcel, Receipt, Relay
from services.flows.relay.receipt import failed
from services.mail import address
from services.outbound.steering import HELD_BY_PAUSE
from services.reception import Envelope

log = logging.getLogger("mailroom.delivery")
ATTEMPT_SECONDS = 840
MAX_HOPS = 30

Step = Callable[[Flight, Relay], Awaitable[Receipt | None]]


async def skip_if_suppressed(flight: Flight, relay: Relay) -> Receipt | None:
    """The list was asked in the transaction that claimed the row."""
    why = _why_suppressed(flight)
    return Receipt(OutboundStatus.SUPPRESSED, words=why) if why else None


def _why_suppressed(flight: Flight) -> str:
    return f"Not sent. {flight.suppressed}" if flight.suppressed else ""


async def hold_if_paused(flight: Flight, relay: Relay) -> Receipt | None:
    return Receipt(OutboundStatus.HELD, words=HELD_BY_PAUSE) if flight.is_paused else None


async def refuse_loop(flight: Flight, relay: Relay) -> Receipt | None:
    """RFC 5321 6.3: mail that has come by too often goes round in circles."""
    head = flight.mail.content.partition(b"\r\n\r\n")[0].lower()
    hops = head.count(b"\nreceived:") + head.startswith(b"received:")
    return failed(554, "5.4.6", "This message goes round in circles.") if hops > MAX_HOPS else None


async def sign(flight: Flight, relay: Relay) -> Receipt | None:
    """Line ends made right and the DKIM fields put on, once for all recipients of a message, on a thread."""
    if flight.forwarded_for:
        flight.signed = await asyncio.to_thread(signing.traced, flight)
        return None
    flight.signed = await asyncio.shield(signing.begun(flight))
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
        flight.recorded,
        flight.is_ours,
        partial(_why_not_now, flight),
    )
    try:
        async with asyncio.timeout(ATTEMPT_SECONDS):
            return await relay.transmit(parcel)
    except TimeoutError:
        return failed(451, "4.4.7", f"Not done after {ATTEMPT_SECONDS // 60} minutes.")


def _why_not_now(flight: Flight) -> str:
    """Asked when a connection is there."""
    why = _why_suppressed(flight)
    flight.is_leaving = not why
    return why


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
