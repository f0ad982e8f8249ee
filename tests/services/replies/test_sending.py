"""A draft becomes the mail the customer's client threads, and the ticket is where the team expects it."""

import json
from datetime import timedelta

import pytest
from sqlmodel import col, select

from models import (
    Attachment,
    Direction,
    Draft,
    DraftKind,
    IntegrationType,
    Message,
    Organisation,
    Outbound,
    RawMessage,
    Ticket,
    TicketEvent,
    TicketStatus,
    User,
    WebhookDelivery,
)
from services import clock, database, ids, integrations, outbound, replies, tickets
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from services.tickets.tokens import ticket_number
from tests.services.desk import Desk, body_of, mail_of


def send(desk: Desk, draft_id: int, **options: object) -> Message:
    with database.transaction() as session:
        return replies.send(session, draft_id, actor=desk.people.alice, **options)  # type: ignore[arg-type]


def ticket_of(desk: Desk) -> Ticket:
    with database.reading() as session:
        return session.get_one(Ticket, desk.ticket_id)


def queue() -> list[Outbound]:
    with database.reading() as session:
        return list(session.exec(select(Outbound).order_by(col(Outbound.id))).all())


def test_an_answer_threads_at_the_customer(desk: Desk) -> None:
    mail = mail_of(send(desk, desk.draft()).raw_id)
    assert str(mail["from"]) == "Acme Support <support@acme.test>"
    assert str(mail["to"]) == "Jürgen <juergen@customer.example>"
    assert mail["subject"] == "Re: Where is my order?"
    assert mail["in-reply-to"] == "<q2@customer.example>"
    assert mail["references"].split() == ["<q0@customer.example>", "<q1@customer.example>", "<q2@customer.example>"]
    assert mail["message-id"].endswith("@acme.test>")
    detail = mail["reply-to"].addresses[0].username.partition("+")[2]
    assert ticket_number(desk.people.alice.organisation_id, detail) == 1
    assert "> where is it?" in body_of(mail, "plain") and "Jürgen" in body_of(mail, "plain")
    assert "<b>on its way</b>" in body_of(mail, "html") and "where is it?" in body_of(mail, "html")


def test_the_members_own_address_never_leaves(desk: Desk) -> None:
    message = send(
        desk, desk.draft(cc=[{"name": "", "address": "x@y.example"}], bcc=[{"name": "", "address": "b@y.example"}])
    )
    with database.reading() as session:
        content = session.get_one(RawMessage, message.raw_id).content
    assert b"people.test" not in content
    assert b"b@y.example" not in content  # Bcc is envelope only
    assert {row.recipient for row in queue()} == {"x@y.example", "b@y.example"}
    assert {row.reverse_path for row in queue()} == {mail_of(message.raw_id)["reply-to"].addresses[0].addr_spec}


def test_what_becomes_of_the_ticket(desk: Desk) -> None:
    message = send(desk, desk.draft())
    ticket = ticket_of(desk)
    assert ticket.status is TicketStatus.WAITING
    assert ticket.assignee_id == desk.people.alice.user_id
    assert ticket.first_response_at is not None
    assert ticket.message_count == 2
    assert ticket.snippet == "It is on its way." == message.snippet
    first = ticket.first_response_at
    with clock.ahead(timedelta(hours=1)):
        send(desk, desk.draft(), then=TicketStatus.CLOSED)
    assert ticket_of(desk).status is TicketStatus.CLOSED
    assert ticket_of(desk).first_response_at == first


def test_send_and_snooze(desk: Desk) -> None:
    until = clock.now() + timedelta(days=1)
    send(desk, desk.draft(), then=until)
    assert (ticket_of(desk).status, ticket_of(desk).snoozed_until) == (TicketStatus.SNOOZED, until)


def test_it_waits_for_undo_or_its_time(desk: Desk) -> None:
    now = clock.now()
    with clock.stopped(now):
        send(desk, desk.draft())
        send(desk, desk.draft(), undo_seconds=0)
        send(desk, desk.draft(), at=now + timedelta(hours=3))
    assert [row.due_at - now for row in queue()] == [timedelta(seconds=10), timedelta(0), timedelta(hours=3)]


def test_everybody_chooses_how_long_to_think_again(desk: Desk) -> None:
    alice = desk.people.alice
    with database.transaction() as session:
        assert replies.undo_window(session, actor=alice) == 10
        organisation = session.get_one(Organisation, alice.organisation_id)
        organisation.settings = {"undo_seconds": 20}
        session.add(organisation)
        assert replies.undo_window(session, actor=alice) == 20
        user = session.get_one(User, alice.user_id)
        user.preferences = {"undo_seconds": 0}
        session.add(user)
        assert replies.undo_window(session, actor=alice) == 0


def test_mail_is_not_taken_back_by_the_tickets_own_undo(desk: Desk) -> None:
    send(desk, desk.draft())
    with pytest.raises(Conflict), database.transaction() as session:
        event = session.exec(select(TicketEvent).where(TicketEvent.kind == "replied")).one()
        tickets.undo(session, event.id or 0, actor=desk.people.alice)


def test_undo_brings_everything_back(desk: Desk) -> None:
    draft_id = desk.draft(subject="My own", to=[{"name": "J", "address": "j@customer.example"}])
    with database.transaction() as session:
        organisation_id = desk.people.alice.organisation_id
        session.add(
            Attachment(organisation_id=organisation_id, draft_id=draft_id, filename="a.txt", content=b"abc", size=3,
                       created_at=clock.now())
        )  # fmt: skip
    with database.reading() as session:
        before = session.get_one(Draft, draft_id).model_dump()
    ticket = ticket_of(desk).model_dump()
    message = send(desk, draft_id)
    with database.transaction() as session:
        draft = replies.cancel(session, message.id or 0, actor=desk.people.alice)
    assert draft.model_dump() == before
    assert ticket_of(desk).model_dump() == ticket
    assert queue() == []
    with database.reading() as session:
        assert session.get(Message, message.id) is None
        assert session.exec(select(Attachment)).one().draft_id == draft.id
    send(desk, draft.id or 0)


def test_undo_comes_too_late(desk: Desk) -> None:
    message = send(desk, desk.draft())
    with database.transaction() as session:
        row = session.exec(select(Outbound)).one()
        row.attempts = 1
        session.add(row)
    with pytest.raises(Conflict, match="already left"), database.transaction() as session:
        replies.cancel(session, message.id or 0, actor=desk.people.alice)
    assert len(queue()) == 1


def test_what_is_held_has_not_left(desk: Desk) -> None:
    message = send(desk, desk.draft())
    with database.transaction() as session:
        outbound.hold(session, session.exec(select(Outbound)).one().id or 0, actor=desk.people.alice)
    with database.transaction() as session:
        replies.cancel(session, message.id or 0, actor=desk.people.alice)
    assert queue() == []


def test_what_has_moved_with_its_conversation_can_be_taken_back(desk: Desk) -> None:
    alice, later = desk.people.alice, clock.now() + timedelta(days=3)
    message = send(desk, desk.draft(), at=later)
    with database.transaction() as session:
        target = Ticket(
            organisation_id=alice.organisation_id,
            number=77,
            status=TicketStatus.OPEN,
            active_at=clock.now(),
            created_at=clock.now(),
        )
        session.add(target)
        session.flush()
        tickets.merge(session, target.id or 0, [desk.ticket_id], actor=alice)
    with database.transaction() as session:
        draft = replies.cancel(session, message.id or 0, actor=alice)
    with database.reading() as session:
        found = session.get_one(Ticket, target.id)
        assert (draft.ticket_id, found.message_count, found.status) == (target.id, 1, TicketStatus.OPEN)
    assert queue() == []
    send(desk, draft.id or 0, confirm=True)


def test_what_was_split_off_can_be_taken_back(desk: Desk) -> None:
    message = send(desk, desk.draft(), at=clock.now() + timedelta(days=3))
    with database.transaction() as session:
        made = tickets.split(session, desk.ticket_id, [message.id or 0], actor=desk.people.alice).ticket.id
    with database.transaction() as session:
        assert replies.cancel(session, message.id or 0, actor=desk.people.alice).ticket_id == made
    assert queue() == []


def test_a_draft_is_sent_once(desk: Desk) -> None:
    draft_id = desk.draft()
    send(desk, draft_id)
    with pytest.raises(NotFound):
        send(desk, draft_id)


def test_somebody_else_answered_meanwhile(desk: Desk) -> None:
    drafts = [desk.draft(seen_message_id=desk.question_id), desk.draft()]
    other = desk.draft()
    with database.transaction() as session:
        replies.send(session, other, actor=desk.people.bob)
    for stale in drafts:
        with pytest.raises(Conflict, match="Acme Support wrote") as refused:
            send(desk, stale)
        assert refused.value.code == "newer_message"
        send(desk, stale, confirm=True)


def test_reply_to_all_leaves_ourselves_out(desk: Desk) -> None:
    mail = mail_of(send(desk, desk.draft(DraftKind.REPLY_ALL)).raw_id)
    assert [each.addr_spec for each in mail["cc"].addresses] == ["colleague@customer.example", "boss@customer.example"]
    assert "support@acme.test" not in str(mail["to"])


def test_forward_carries_text_and_files(desk: Desk) -> None:
    with database.transaction() as session:
        session.add(
            Attachment(organisation_id=desk.people.alice.organisation_id, message_id=desk.question_id, size=3,
                       filename="photo.jpg", content_type="image/jpeg", content=b"jpg", created_at=clock.now())
        )  # fmt: skip
    to = [{"name": "", "address": "carrier@ship.example"}]
    mail = mail_of(send(desk, desk.draft(DraftKind.FORWARD, to=to)).raw_id)
    assert mail["subject"] == "Fwd: Where is my order?"
    assert "From: Jürgen <juergen@customer.example>" in body_of(mail, "plain")
    assert [part.get_filename() for part in mail.iter_attachments()] == ["photo.jpg"]
    assert mail["in-reply-to"] is None


def test_a_new_conversation(desk: Desk) -> None:
    to = [{"name": "Nina", "address": "nina@new.example"}]
    message = send(desk, desk.draft(DraftKind.NEW, subject="Welcome", to=to, alias_id=desk.alias_id))
    with database.reading() as session:
        ticket = session.get_one(Ticket, message.ticket_id)
    assert (ticket.number, ticket.correspondent, ticket.subject) == (2, "nina@new.example", "Welcome")
    assert ticket.status is TicketStatus.WAITING and ticket.first_response_at is None
    with database.transaction() as session:
        draft = replies.cancel(session, message.id or 0, actor=desk.people.alice)
        assert draft.ticket_id is None
    with database.reading() as session:
        assert session.get(Ticket, ticket.id) is None


def test_plain_only_and_signature(desk: Desk) -> None:
    with database.transaction() as session:
        user = session.get_one(User, desk.people.alice.user_id)
        user.signature_html = "<p>Alice<br>Acme</p>"
        session.add(user)
    mail = mail_of(send(desk, desk.draft(plain=True)).raw_id)
    assert mail.get_content_type() == "text/plain"
    assert body_of(mail, "plain").startswith("It is on its way.\n\n-- \nAlice\nAcme\n")


def test_pasted_pictures_travel_inside(desk: Desk) -> None:
    draft_id = desk.draft()
    with database.transaction() as session:
        row = Attachment(
            organisation_id=desk.people.alice.organisation_id, draft_id=draft_id, size=3, filename="p.png",
            content_type="image/png", content=b"png", created_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        draft = session.get_one(Draft, draft_id)
        draft.html = f'<p>Look: <img src="/files/{ids.encode("att", row.id or 0)}"></p>'
        session.add(draft)
    mail = mail_of(send(desk, draft_id).raw_id)
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert f'src="cid:{picture["content-id"].strip("<>")}"' in body_of(mail, "html")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": [{"name": "", "address": "no address"}]}, "invalid_address"),
        ({"kind": DraftKind.NEW, "subject": "x"}, "no_recipients"),
        ({"kind": DraftKind.NOTE}, "note"),
        ({"text": " ", "html": "<p><br></p>"}, "empty_message"),
        ({"to": [{"name": "", "address": f"a{n}@x.example"} for n in range(201)]}, "too_many_recipients"),
    ],
)
def test_what_cannot_be_sent(desk: Desk, fields: dict[str, object], code: str) -> None:
    draft_id = desk.draft(**fields)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        send(desk, draft_id)
    assert refused.value.code == code
    assert queue() == []


def test_too_large(desk: Desk) -> None:
    draft_id = desk.draft()
    with database.transaction() as session:
        content = bytes(20 << 20)
        session.add(
            Attachment(organisation_id=desk.people.alice.organisation_id, draft_id=draft_id, size=len(content),
                       content=content, created_at=clock.now())
        )  # fmt: skip
    with pytest.raises(Invalid, match="at most 25 MB"):
        send(desk, draft_id)


def test_others_may_not(desk: Desk) -> None:
    draft_id = desk.draft()
    with pytest.raises(NotPermitted), database.transaction() as session:
        replies.send(session, draft_id, actor=desk.people.olga)
    with pytest.raises(NotFound), database.transaction() as session:
        replies.send(session, draft_id, actor=desk.people.charlie)
    message = send(desk, draft_id)
    with pytest.raises(NotFound), database.transaction() as session:
        replies.cancel(session, message.id or 0, actor=desk.people.charlie)


def test_our_message_is_found_by_search_and_in_the_ticket(desk: Desk) -> None:
    message = send(desk, desk.draft())
    assert message.search_id and message.direction is Direction.OUT and message.ticket_id == desk.ticket_id


def test_integrations_hear_of_an_answer_when_it_leaves_and_never_of_one_taken_back(desk: Desk) -> None:
    alice = desk.people.alice
    with database.transaction() as session:
        integrations.add(session, IntegrationType.WEBHOOK, "CRM", "https://hooks.example.com/x", actor=alice)
    draft_id = desk.draft()
    message = send(desk, draft_id, undo_seconds=30)
    with database.reading() as session:
        [waiting] = session.exec(select(WebhookDelivery))
        assert waiting.event_type == "message.sent" and waiting.due_at == message.sent_at
        told = json.loads(waiting.payload)["data"]
        assert told["message"]["messageId"] == message.message_id and told["actor"]["name"] == "Alice"
    with database.transaction() as session:
        replies.cancel(session, message.id or 0, actor=alice)
        assert session.exec(select(WebhookDelivery)).all() == []
