"""Real mail for the API's tests: accepted and filed as the listener and its runner do."""

from collections.abc import Sequence
from email.message import EmailMessage
from itertools import count

from sqlmodel import select

from models import Outbound, RawMessage
from services import aliases, database, domains, reception
from services.flows import inbound
from tests.conftest import People

_numbers = count(1)


def open_address(people: People) -> str:
    """support@acme.example, Acme's; the alias's id is not needed to write to it."""
    with database.transaction() as session:
        domain = domains.add(session, "acme.example", actor=people.alice)
        return aliases.add(session, domain.id or 0, "support", actor=people.alice).address


def arrive(
    *recipients: str, subject: str = "Lamp", text: str = "It flickers.", author: str = "Ann Lee <ann@customer.example>"
) -> str:
    """One mail, filed; its Message-ID."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = author, ", ".join(recipients), subject
    message["Message-ID"] = f"<{next(_numbers)}@customer.example>"
    message.set_content(text)
    envelope = reception.Envelope("ann@customer.example", recipients, message.as_bytes(), "mx", "192.0.2.1", "ESMTP")
    with database.transaction() as session:
        reception.accept(session, envelope)
    while inbound.process_one():
        pass
    return str(message["Message-ID"])


def queued() -> Sequence[tuple[str, bytes]]:
    """(recipient, message) of everything on its way out."""
    with database.reading() as session:
        rows = session.exec(
            select(Outbound.recipient, RawMessage.content)
            .join(RawMessage, RawMessage.id == Outbound.raw_id)  # type: ignore[arg-type]
            .order_by(Outbound.id)  # type: ignore[arg-type]
        )
        return list(rows)
