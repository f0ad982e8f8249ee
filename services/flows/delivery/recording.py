"""Writing down how attempts ended, many in one transaction: what comes next, history, facts, and who is told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import Session, SQLModel

from models import Outbound, OutboundAttempt, OutboundStatus
from services import clock, events
from services.database import bulk
from services.errors import Error
from services.flows.delivery import delaying, failing
from services.flows.delivery.claiming import Flight
from services.flows.relay import Receipt
from services.flows.relay.receipt import failed

SCHEDULE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 99))  # 48 h in all
_table = SQLModel.metadata.tables[str(Outbound.__tablename__)]
_attempts = SQLModel.metadata.tables[str(OutboundAttempt.__tablename__)]


def record(session: Session, landed: Sequence[tuple[Flight, Receipt]]) -> None:
    """Store the receipts and whatever belongs in the same transaction with them."""
    landed = [(flight, _final(flight, _kept(session, receipt))) for flight, receipt in landed]
    connection = session.connection()
    rows = [_row(flight, receipt) for flight, receipt in landed]
    bulk.update(connection, _table, rows, only={"status": OutboundStatus.SENDING})
    bulk.insert(connection, _attempts, [_attempt(flight, receipt) for flight, receipt in landed])
    for flight, receipt in landed:
        if receipt.status is OutboundStatus.FAILED:
            failing.report(session, flight, receipt)
        elif receipt.status is OutboundStatus.DELAYED:
            delaying.report(session, flight, receipt, SCHEDULE)
        events.record(session, events.OutboundChanged(flight.organisation_id, flight.id))


def _kept(session: Session, receipt: Receipt) -> Receipt:
    """Store what the relay gave us to keep; when that is refused, so is the delivery."""
    if receipt.keep is None:
        return receipt
    try:
        receipt.keep(session)
    except Error as error:
        return failed(550, "5.1.1", error.message, host=receipt.host)
    return receipt


def _final(flight: Flight, receipt: Receipt) -> Receipt:
    """A delay past the end of the schedule is a failure, in the last server's words."""
    if receipt.status is not OutboundStatus.DELAYED or flight.attempts <= len(SCHEDULE):
        return receipt
    enhanced = "5" + receipt.enhanced[1:] if receipt.enhanced else "5.4.7"
    words = f"Given up after 48 hours. {receipt.words}"
    return Receipt(OutboundStatus.FAILED, receipt.code, enhanced, words, receipt.host, receipt.tls)


def _row(flight: Flight, receipt: Receipt) -> dict[str, Any]:
    now = clock.now()
    delayed = receipt.status is OutboundStatus.DELAYED
    held = receipt.status is OutboundStatus.HELD
    return {
        "id": flight.id,
        "status": receipt.status,
        "attempts": flight.attempts - held,
        "due_at": now + SCHEDULE[flight.attempts - 1] if delayed else now,
        "lease_until": None,
        "claimed_by": None,
        "reply_code": receipt.code,
        "enhanced_code": receipt.enhanced,
        "reply": receipt.words,
        "host": receipt.host[:255],
        "delivered_at": now if receipt.status is OutboundStatus.DELIVERED else None,
    }


def _attempt(flight: Flight, receipt: Receipt) -> dict[str, Any]:
    return {
        "outbound_id": flight.id,
        "status": receipt.status,
        "at": clock.now(),
        "host": receipt.host[:255],
        "tls": receipt.tls[:32],
        "reply_code": receipt.code,
        "enhanced_code": receipt.enhanced,
        "reply": receipt.words,
        "actor_id": None,
    }
