"""The whole way round: an answer leaves into capture, the customer answers there, and the ticket has it."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from models import CapturedMessage, Direction, DraftKind, Message, Outbound, OutboundStatus, Ticket, TicketStatus
from services import capture, clock, database, replies
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from services.flows import inbound
from services.flows.delivery import Worker
from services.flows.relay import Capture
from tests.services.desk import Desk


async def send_and_capture(desk: Desk) -> int:
    draft_id = desk.draft(DraftKind.REPLY)
    with database.transaction() as session:
        replies.send(session, draft_id, undo_seconds=0, actor=desk.people.alice)
    worker = Worker(Capture())
    while await worker.process_one():
        pass
    await worker.settle()
    with database.reading() as session:
        [captured] = capture.all(session, actor=desk.people.alice)
    assert captured.subject == "Re: Where is my order?"
    return captured.kept.id or 0


def answer(desk: Desk, captured_id: int, kind: str, text: str = "") -> list[Message]:
    """Answer, let the way in do its work, and give back what the ticket has now."""
    with clock.ahead(timedelta(seconds=5)):
        with database.transaction() as session:
            capture.answer(session, captured_id, kind=kind, text=text, actor=desk.people.alice)
        while inbound.process_one():
            pass
    with database.reading() as session:
        assert session.get_one(CapturedMessage, captured_id).answered == kind
        mine = select(Message).where(col(Message.ticket_id) == desk.ticket_id).order_by(col(Message.id))
        return list(session.exec(mine).all())


async def test_the_customers_answer_reopens_the_ticket(desk: Desk) -> None:
    captured_id = await send_and_capture(desk)
    messages = answer(desk, captured_id, "reply", "Thank you!")
    assert [each.direction for each in messages] == [Direction.IN, Direction.OUT, Direction.IN]
    last = messages[-1]
    assert last.in_reply_to == messages[1].message_id
    assert last.references == [*messages[1].references, messages[1].message_id]
    assert (last.author_address, last.snippet[:10]) == ("juergen@customer.example", "Thank you!")
    with database.reading() as session:
        ticket = session.get_one(Ticket, desk.ticket_id)
    assert ticket.status is TicketStatus.OPEN and ticket.assignee_id == desk.people.alice.user_id


@pytest.mark.parametrize("kind", ["bounce", "out_of_office"])
async def test_automatic_answers_come_to_the_ticket_and_do_not_reopen_it(desk: Desk, kind: str) -> None:
    messages = answer(desk, await send_and_capture(desk), kind)
    assert len(messages) == 3 and messages[-1].automatic
    if kind == "out_of_office":
        with database.reading() as session:
            assert session.get_one(Ticket, desk.ticket_id).status is TicketStatus.WAITING


async def test_what_cannot_be_answered(desk: Desk) -> None:
    captured_id = await send_and_capture(desk)
    with pytest.raises(Invalid), database.transaction() as session:
        capture.answer(session, captured_id, kind="sing", actor=desk.people.alice)
    with pytest.raises(Invalid), database.transaction() as session:
        capture.answer(session, captured_id, kind="reply", text=" ", actor=desk.people.alice)
    with pytest.raises(NotFound), database.transaction() as session:
        capture.answer(session, captured_id, kind="reply", text="x", actor=desk.people.charlie)
    with pytest.raises(NotPermitted), database.transaction() as session:
        capture.answer(session, captured_id, kind="reply", text="x", actor=desk.people.olga)


async def test_nobody_is_there_to_hear(desk: Desk) -> None:
    """A notice of our own: its author takes no mail and its reverse-path is null."""
    with database.transaction() as session:
        organisation_id = desk.people.alice.organisation_id
        row_id = replies.system_mail(
            session, organisation_id=organisation_id, to="n@x.example", subject="Hi", text="Hi"
        )
        session.add(
            CapturedMessage(organisation_id=organisation_id, outbound_id=row_id, recipient="n@x.example",
                            content=b"From: no-reply@acme.test\r\n\r\nHi", captured_at=clock.now())
        )  # fmt: skip
    for kind in ("reply", "bounce", "out_of_office"):
        with pytest.raises(Conflict), database.transaction() as session:
            capture.answer(session, 1, kind=kind, text="x", actor=desk.people.alice)
    with database.reading() as session:
        assert session.exec(select(Outbound)).one().status is OutboundStatus.QUEUED
