"""Telling the sender: a failure report to the reverse-path; for an answer from the inbox that is its own ticket."""

from sqlmodel import Session, col, select

from models import BounceKind, Message, Ticket, TicketStatus
from services import access, forwarding, webhooks
from services.flows import undelivered
from services.flows.delivery.claiming import Flight
from services.flows.relay import Receipt
from services.mail import bounces
from services.mail.dsn import Failure
from services.suppressions import Finding
from services.tickets import recording


def report(session: Session, flight: Flight, receipt: Receipt) -> None:
    """Learn from it, reopen the ticket an answer belongs to, say so where an alias could not forward, and tell the
    sender."""
    _learn(session, flight, receipt)
    _reopen(session, flight, receipt)
    if flight.alias_id:
        forwarding.warn(session, flight.alias_id, recipient=flight.recipient, words=receipt.words)
    forwarding.report(
        session,
        _failure(flight, receipt),
        to=flight.reverse_path,
        original=flight.signed or flight.mail.content,
        arrived_at=flight.mail.received_at,
        organisation_id=flight.organisation_id,
    )


def _learn(session: Session, flight: Flight, receipt: Receipt) -> None:
    """What a server says of an address counts as if it had reported it; what we say of our own addresses does not."""
    if receipt.host == "local":
        return
    words, code, reply = receipt.words, receipt.enhanced, receipt.code
    reason = bounces.reason_of(words, code, reply, about="in reply to RCPT TO")
    finding = Finding(
        organisation_id=flight.organisation_id,
        address=flight.recipient,
        kind=BounceKind(bounces.kind_of(reason, code, reply)),
        reason=reason,
        enhanced_code=code,
        reply_code=reply,
        diagnostic=f"{receipt.host} said: {words}" if receipt.host else words,
        outbound_id=flight.id,
        is_forward=bool(flight.forwarded_for),
    )
    undelivered.settle(session, [finding])


def _failure(flight: Flight, receipt: Receipt) -> Failure:
    """Of mail that was forwarded it names the address written to, never the one behind it (RFC 3464 4.2)."""
    words = f"{receipt.code or 554} {receipt.enhanced or '5.0.0'} {receipt.words}"
    if not flight.forwarded_for:
        return Failure(flight.recipient, receipt.enhanced, words, receipt.host)
    words = words.replace(flight.recipient, flight.forwarded_for).replace(flight.destination, "the next server")
    return Failure(flight.forwarded_for, receipt.enhanced, words)


def _reopen(session: Session, flight: Flight, receipt: Receipt) -> None:
    """Whoever waits for a customer's answer must know that the customer never got the question."""
    if flight.message_id is None:
        return
    theirs = select(Ticket).join(Message, col(Message.ticket_id) == col(Ticket.id))
    ticket = session.exec(theirs.where(col(Message.id) == flight.message_id).with_for_update(of=Ticket)).first()
    if ticket is None:
        return
    delivery = {"recipient": flight.recipient, "reply": receipt.words[:500]}
    webhooks.announce_ticket(session, "message.failed", ticket, delivery=delivery)
    if ticket.status is TicketStatus.WAITING:
        values = recording.with_status(TicketStatus.OPEN, ticket)
        actor = access.system(flight.organisation_id)
        recording.change(session, ticket, "undelivered", values, actor=actor, **delivery)
