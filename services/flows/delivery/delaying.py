"""Telling a person, once, that what they wrote is still on its way hours later (RFC 5321 4.5.4.1, RFC 3464 2.3.3)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate

from sqlmodel import Session

from services import clock, forwarding, outbound
from services.flows.delivery.claiming import Flight
from services.flows.relay import Receipt
from services.mail import automatic, message
from services.mail.dsn import Failure

PATIENCE = timedelta(hours=4)


def report(session: Session, flight: Flight, receipt: Receipt, schedule: Sequence[timedelta]) -> None:
    """Nothing but for the first attempt past PATIENCE at what a person wrote; programs and lists are never told."""
    ends = list(accumulate(schedule, initial=timedelta()))
    telling = next(attempt for attempt, since in enumerate(ends, 1) if since >= PATIENCE)
    if flight.attempts != telling or flight.forwarded_for or flight.priority != outbound.PRIORITY_PERSON:
        return
    content = flight.signed or flight.mail.content
    if automatic.kind(message.parse(content), flight.reverse_path):
        return
    words = f"{receipt.code or 451} {receipt.enhanced or '4.0.0'} {receipt.words}"
    forwarding.report(
        session,
        Failure(flight.recipient, receipt.enhanced, words, receipt.host),
        to=flight.reverse_path,
        original=content,
        arrived_at=flight.mail.received_at,
        organisation_id=flight.organisation_id,
        retried_until=clock.now() + ends[-1] - ends[telling - 1],
    )
