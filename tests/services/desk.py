"""Acme's support@acme.test with one open conversation: Jürgen asks, and a draft of an answer waits."""

import email
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default

import pytest

from models import Alias, Direction, Domain, DomainStatus, Draft, DraftKind, Message, Organisation, RawMessage, Ticket
from services import clock, database
from services.access import Actor
from tests.conftest import People

QUESTION = (
    b"From: =?utf-8?q?J=C3=BCrgen?= <juergen@customer.example>\r\nTo: support@acme.test, colleague@customer.example\r\n"
    b"Cc: boss@customer.example\r\nSubject: Where is my order?\r\nMessage-ID: <q2@customer.example>\r\n"
    b"In-Reply-To: <q1@customer.example>\r\nReferences: <q0@customer.example> <q1@customer.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\nwhere is it?\r\n"
)


@dataclass(frozen=True)
class Desk:
    alias_id: int
    ticket_id: int
    question_id: int
    people: People

    def draft(self, kind: DraftKind = DraftKind.REPLY, **fields: object) -> int:
        """A draft of alice's, stored."""
        values: dict[str, object] = {"text": "It is on its way.", "html": "<p>It is <b>on its way</b>.</p>"}
        values |= {"ticket_id": self.ticket_id, "in_reply_to_id": self.question_id} if kind != DraftKind.NEW else {}
        alice = self.people.alice
        with database.transaction() as session:
            draft = Draft(
                organisation_id=alice.organisation_id,
                author_id=alice.user_id or 0,
                kind=kind,
                created_at=clock.now(),
                updated_at=clock.now(),
                **(values | fields),
            )
            session.add(draft)
            session.flush()
            return draft.id or 0


def add_alias(actor: Actor, mailbox_id: int | None, name: str = "acme.test", local_part: str = "support") -> int:
    with database.transaction() as session:
        domain = Domain(
            organisation_id=actor.organisation_id,
            name=name,
            status=DomainStatus.PENDING,
            verification_token="x",
            created_at=clock.now(),
        )
        session.add(domain)
        session.flush()
        alias = Alias(
            organisation_id=actor.organisation_id,
            domain_id=domain.id or 0,
            local_part=local_part,
            mailbox_id=mailbox_id,
            display_name="Acme Support",
            created_at=clock.now(),
        )
        session.add(alias)
        session.flush()
        return alias.id or 0


@pytest.fixture
def desk(people: People) -> Desk:
    alias_id = add_alias(people.alice, people.mailbox_id)
    organisation_id = people.alice.organisation_id
    now = clock.now()
    with database.transaction() as session:
        number = session.get_one(Organisation, organisation_id)
        number.next_ticket_number = 2
        ticket = Ticket(
            organisation_id=organisation_id, number=1, mailbox_id=people.mailbox_id, alias_id=alias_id,
            subject="Where is my order?", correspondent="juergen@customer.example", correspondent_name="Jürgen",
            message_count=1, active_at=now, last_inbound_at=now, created_at=now,
        )  # fmt: skip
        raw = RawMessage(queue_id="Q1", received_at=now, size=len(QUESTION), content=QUESTION)
        session.add_all([number, ticket, raw])
        session.flush()
        question = Message(
            organisation_id=organisation_id, ticket_id=ticket.id, alias_id=alias_id, raw_id=raw.id,
            direction=Direction.IN, message_id="<q2@customer.example>", in_reply_to="<q1@customer.example>",
            references=["<q0@customer.example>", "<q1@customer.example>"], author_name="Jürgen",
            author_address="juergen@customer.example", subject="Where is my order?", received_at=now, size=raw.size,
            to=[{"name": "", "address": "support@acme.test"}, {"name": "", "address": "colleague@customer.example"}],
            cc=[{"name": "", "address": "boss@customer.example"}],
        )  # fmt: skip
        session.add(question)
        session.flush()
        return Desk(alias_id, ticket.id or 0, question.id or 0, people)


def mail_of(raw_id: int | None) -> EmailMessage:
    """The stored bytes of a message, read by the standard library."""
    with database.reading() as session:
        message = email.message_from_bytes(session.get_one(RawMessage, raw_id).content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")
