"""Two machines never talk to each other for long: at most one automatic answer, no ticket storm, no clock touched."""

from collections import Counter

import pytest
from sqlmodel import col, select

from models import Message, Outbound, RawMessage, Reception, Ticket, TicketStatus
from services import clock, database, replies, rules, templates
from services.access import Actor
from services.flows import rules as flow
from services.mail import message as mail_message
from services.rules import Act, Draft
from tests.conftest import People
from tests.figures import Figures
from tests.services.flows.inbound.conftest import file_all, letter, post, send
from tests.services.flows.rules.machines import MACHINES, Machine

__all__ = ["post"]
pytestmark = pytest.mark.usefixtures("post")
ROUNDS = 3


def answer_everything(actor: Actor) -> None:
    with database.transaction() as session:
        made = templates.create(session, name="Thanks", subject="We got it", text="Thank you.", actor=actor)
        rules.add(session, Draft("Everything", (), (Act("reply", {"template_id": made.id}),)), actor=actor)


def work() -> None:
    file_all()
    while flow.act():
        pass


def person(number: int) -> str:
    return f"person{number}@house{number}.test"


def newest_tickets(count: int) -> list[Ticket]:
    with database.reading() as session:
        filed = select(Ticket).join(Message, col(Message.ticket_id) == Ticket.id)
        filed = filed.join(Reception, col(Reception.message_id) == Message.id)
        return list(session.exec(filed.order_by(col(Reception.id).desc()).limit(count)).all())[::-1]


def state_of(ticket: Ticket) -> tuple[object, ...]:
    return ticket.status, ticket.assignee_id, ticket.first_response_at, ticket.last_inbound_at, ticket.resolved_at


def automatic_answers() -> Counter[str]:
    """By recipient; automatic mail leaves with the null reverse-path (RFC 3834 3.3)."""
    with database.reading() as session:
        return Counter(session.exec(select(Outbound.recipient).where(Outbound.reverse_path == "")).all())


@pytest.mark.figures
@pytest.mark.timeout(400)
def test_no_machine_is_answered_twice(people: People, figures: Figures) -> None:
    assert len(MACHINES) >= 100
    answer_everything(people.alice)
    for number, _ in enumerate(MACHINES):
        send(letter(f"Matter {number}", author=person(number)), reverse_path=person(number))
    work()
    begun = newest_tickets(len(MACHINES))
    assert len({ticket.id for ticket in begun}) == len(MACHINES)
    assert set(automatic_answers().values()) == {1}
    sent = []
    with database.transaction() as session:
        for ticket in begun:
            answer = replies.answer(session, ticket.id or 0, text="Done.", then=TicketStatus.WAITING, actor=people.bob)
            sent.append((answer.message_id, answer.subject))
    with database.reading() as session:
        before = [state_of(session.get_one(Ticket, ticket.id)) for ticket in begun]
    for _ in range(ROUNDS):
        for number, machine in enumerate(MACHINES):
            identifier, subject = sent[number]
            author = f"{machine.local}@house{number}.test" if machine.local else person(number)
            send(answer_of(machine, author, identifier, subject), reverse_path=machine.reverse_path.format(author))
        work()
        assert set(automatic_answers().values()) == {1}
        for machine, ticket, kept, joined in zip(MACHINES, begun, before, newest_tickets(len(MACHINES)), strict=True):
            if machine.silent:
                continue
            assert joined.id == ticket.id, machine.name
            with database.reading() as session:
                assert state_of(session.get_one(Ticket, ticket.id))[:3] == kept[:3], machine.name
    with database.reading() as session:
        every = len(session.exec(select(Ticket.id)).all())
    area, sent_back = f"Automatic mail, {len(MACHINES)} machines", ROUNDS * len(MACHINES)
    figures.most(area, "answered again", automatic_answers().total() - len(MACHINES), sent_back, most=0)
    figures.most(area, "tickets beyond their own", every - len(MACHINES), sent_back, most=0)


def answer_of(machine: Machine, author: str, identifier: str, subject: str) -> bytes:
    head = {"From": author, "To": "support@acme.test", "Subject": machine.subject.format(subject)}
    head |= {"In-Reply-To": identifier, "Message-ID": f"<{clock.now().timestamp()}.{author}>"}
    head |= {name: value.replace("{}", author) for name, value in machine.fields.items()}
    text = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"{text}\r\nI am away.\r\n".encode()


def carry(seen: set[int]) -> int:
    """What the queue holds and has not been carried yet goes straight to the other house."""
    with database.reading() as session:
        waiting = select(Outbound, RawMessage.content).join(RawMessage, col(RawMessage.id) == Outbound.raw_id)
        found = [pair for pair in session.exec(waiting.order_by(col(Outbound.id))).all() if pair[0].id not in seen]
    for row, content in found:
        seen.add(row.id or 0)
        send(content, row.recipient, reverse_path=row.reverse_path)
    work()
    return len(found)


def test_two_mailrooms_stop_after_one_answer_each(people: People) -> None:
    answer_everything(people.alice)
    answer_everything(people.charlie)
    seen: set[int] = set()
    with database.transaction() as session:
        replies.compose_new(
            session, sender="support@acme.test", to=("hello@other.test",), subject="Hello", text="Hi", actor=people.bob
        )
    rounds = 0
    while carry(seen):
        rounds += 1
        assert rounds < 5
    assert automatic_answers().total() == 1
    with database.reading() as session:
        tickets = session.exec(select(Ticket)).all()
        assert sorted(ticket.organisation_id for ticket in tickets) == sorted(
            [people.alice.organisation_id, people.charlie.organisation_id]
        )
        raw = session.exec(select(RawMessage.content).join(Outbound).where(Outbound.reverse_path == "")).one()
    assert mail_message.parse(raw).header("auto-submitted") == "auto-replied"
