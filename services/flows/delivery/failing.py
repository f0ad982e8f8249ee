"""Telling the sender: a failure report to the reverse-path; for an answer from the inbox that is its own ticket."""

from sqlmodel import Session

from services import clock, mailboxes, outbound, reception, settings
from services.flows.delivery.claiming import Flight
from services.flows.relay import Receipt
from services.mail import address
from services.mail.dsn import Failure, compose_dsn
from services.reception import Envelope


def report(session: Session, flight: Flight, receipt: Receipt) -> None:
    """Nobody is told about mail that itself has the null reverse-path (RFC 5321 6.1)."""
    if not flight.reverse_path:
        return
    host = settings.current().mail_host
    words = f"{receipt.code or 554} {receipt.enhanced or '5.0.0'} {receipt.words}"
    failure = Failure(flight.recipient, receipt.enhanced, words, receipt.host)
    notice = compose_dsn(
        reporting_mta=host,
        to=flight.reverse_path,
        sent_at=clock.now(),
        arrived_at=flight.mail.received_at,
        failures=[failure],
        original=flight.signed or flight.mail.content,
    )
    if mailboxes.resolve(session, flight.reverse_path) is not None:
        reception.accept(session, Envelope("", (flight.reverse_path,), notice, host, "", "LOCAL"))
        return
    outbound.enqueue(
        session,
        raw=notice,
        reverse_path="",
        recipients=[flight.reverse_path],
        organisation_id=flight.organisation_id,
        priority=outbound.PRIORITY_AUTOMATIC,
        subject="Undelivered mail returned to sender",
        signing_domain=address.domain_of(host),
    )
