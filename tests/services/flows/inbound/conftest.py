"""Mail on its way in: a domain with two shared addresses, and a way to send to them and look at what became of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from itertools import count

import pytest
from sqlmodel import Session, col, select

from models import Alias, Domain, Message, Reception, Ticket
from services import clock, database, mailboxes, reception
from services.flows import inbound
from tests.conftest import People

_numbers = count(1)


def add_domain(session: Session, organisation_id: int, name: str) -> int:
    domain = Domain(
        organisation_id=organisation_id,
        name=name,
        verification_token="t",
        created_at=clock.now(),
    )
    session.add(domain)
    session.flush()
    return domain.id or 0


def add_alias(
    session: Session, organisation_id: int, domain_id: int, local: str, mailbox_id: int | None, **more: object
) -> int:
    alias = Alias(
        organisation_id=organisation_id,
        domain_id=domain_id,
        local_part=local,
        mailbox_id=mailbox_id,
        created_at=clock.now(),
        **more,
    )
    session.add(alias)
    session.flush()
    mailboxes.touch(session)
    return alias.id or 0


@pytest.fixture
def post(people: People) -> None:
    """acme.test takes mail for support@ and sales@, other.test for hello@."""
    with database.transaction() as session:
        acme = add_domain(session, people.alice.organisation_id, "acme.test")
        other = add_domain(session, people.charlie.organisation_id, "other.test")
        add_alias(session, people.alice.organisation_id, acme, "support", people.mailbox_id)
        add_alias(session, people.alice.organisation_id, acme, "sales", people.mailbox_id)
        add_alias(session, people.charlie.organisation_id, other, "hello", people.other_mailbox_id)


def letter(
    subject: str = "Hello", text: str = "A question.", author: str = "Carl <carl@customer.test>", **fields: str
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = author, "support@acme.test", subject
    message["Message-ID"] = fields.pop("message_id", f"<{next(_numbers)}@customer.test>")
    message["Date"] = "Fri, 20 Nov 2026 10:00:00 +0000"
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def send(raw: bytes, *recipients: str, reverse_path: str = "carl@customer.test") -> None:
    """Accept one message as the listener does."""
    envelope = reception.Envelope(
        reverse_path, recipients or ("support@acme.test",), raw, "mx.test", "192.0.2.1", "ESMTP"
    )
    with database.transaction() as session:
        reception.accept(session, envelope)


def in_threads(do: Callable[[], object], count: int = 4) -> None:
    """`do` in several threads at once, until all are through; what one raises is raised."""
    with ThreadPoolExecutor(count) as pool:
        for running in [pool.submit(do) for _ in range(count)]:
            running.result()


def file_all() -> None:
    while inbound.process_one():
        pass


def received(raw: bytes, *recipients: str, reverse_path: str = "carl@customer.test") -> Message | None:
    """Send, file, and give the message it became."""
    send(raw, *recipients, reverse_path=reverse_path)
    file_all()
    with database.reading() as session:
        last = session.exec(select(Reception).order_by(col(Reception.id).desc()).limit(1)).one()
        return session.get(Message, last.message_id) if last.message_id else None


def ticket_of(message: Message | None) -> Ticket:
    assert message is not None
    with database.reading() as session:
        ticket = session.get(Ticket, message.ticket_id)
        assert ticket is not None
        return ticket


def receptions() -> list[Reception]:
    with database.reading() as session:
        return list(session.exec(select(Reception).order_by(col(Reception.id))).all())


def tickets() -> list[Ticket]:
    with database.reading() as session:
        return list(session.exec(select(Ticket).order_by(col(Ticket.id))).all())
