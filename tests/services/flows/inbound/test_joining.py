"""Which ticket a message joins, and why."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models import Direction, Message, ThreadMark, TicketStatus
from services import clock, database, replies, tickets
from services.flows.inbound import marks
from services.tickets.tokens import reply_token
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, received, receptions, ticket_of

pytestmark = pytest.mark.usefixtures("post")


def reasons(message: Message | None) -> str:
    assert message is not None
    return " ".join(f"{line['step']}:{line['outcome']}" for line in message.trace)


def test_the_reply_address_wins_over_everything_else(people: People) -> None:
    first = ticket_of(received(letter("One", message_id="<one@customer.test>")))
    second = ticket_of(received(letter("Two", message_id="<two@customer.test>")))
    token = reply_token(people.alice.organisation_id, second.number)
    answer = received(letter("Re: One", In_Reply_To="<one@customer.test>"), f"support+{token.upper()}@acme.test")
    assert ticket_of(answer).id == second.id != first.id
    assert "match_reply_token:joined" in reasons(answer)


def test_a_forged_reply_address_is_only_an_address() -> None:
    first = ticket_of(received(letter("One")))
    forged = received(letter("Unrelated", author="mallory@evil.test"), "support+t1.aaaaaaaaaaaa@acme.test")
    assert ticket_of(forged).id != first.id


def test_references_join_whoever_writes() -> None:
    first = ticket_of(received(letter("Quote", message_id="<q@customer.test>")))
    colleague = letter("Re: Quote", author="dora@customer.test", References="<x@y.test> <q@customer.test>")
    answer = received(colleague, reverse_path="dora@customer.test")
    assert ticket_of(answer).id == first.id and ticket_of(answer).message_count == 2
    assert "match_references:joined" in reasons(answer)


def test_references_with_a_new_subject_suggest_a_split(people: People) -> None:
    first = ticket_of(received(letter("Quote", message_id="<q@customer.test>")))
    received(letter("Something else entirely", In_Reply_To="<q@customer.test>"))
    with database.reading() as session:
        suggestion = tickets.get(session, first.id or 0, actor=people.bob).split_suggestion
    assert suggestion is not None and suggestion.subject == "Something else entirely"


def test_the_same_subject_joins_within_a_week_only() -> None:
    first = ticket_of(received(letter("Printer")))
    assert ticket_of(received(letter("Re: Printer"))).id == first.id
    assert ticket_of(received(letter("Re: Printer", author="dora@customer.test"))).id != first.id
    with clock.ahead(timedelta(days=8)):
        assert ticket_of(received(letter("Re: Printer"))).id not in (None, first.id)


def test_machines_with_the_same_subject_do_not_join() -> None:
    shop = {"author": "shop@orders.test", "Auto-Submitted": "auto-generated"}
    first = ticket_of(received(letter("New order", **shop)))
    assert ticket_of(received(letter("New order", **shop))).id != first.id


@pytest.mark.parametrize("status", ["waiting", "resolved", "closed"])
def test_a_person_reopens_and_the_owner_stays(people: People, status: str) -> None:
    ticket = ticket_of(received(letter("Hi", message_id="<hi@customer.test>")))
    with database.transaction() as session:
        tickets.claim(session, ticket.id or 0, actor=people.bob)
        tickets.set_status(session, ticket.id or 0, status, actor=people.bob)
    after = ticket_of(received(letter("Re: Hi", In_Reply_To="<hi@customer.test>")))
    assert (after.id, after.status, after.assignee_id) == (ticket.id, TicketStatus.OPEN, people.bob.user_id)
    assert after.resolved_at is None


def test_a_machine_changes_neither_status_nor_owner_nor_clocks(people: People) -> None:
    ticket = ticket_of(received(letter("Hi", message_id="<hi@customer.test>")))
    with database.transaction() as session:
        tickets.claim(session, ticket.id or 0, actor=people.bob)
        before = tickets.set_status(session, ticket.id or 0, "resolved", actor=people.bob).ticket
    away = letter("Out of office", In_Reply_To="<hi@customer.test>", Auto_Submitted="auto-replied")
    after = ticket_of(received(away, reverse_path=""))
    kept = ("id", "status", "assignee_id", "resolved_at", "claimed_at", "active_at", "last_inbound_at")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert after.message_count == 2


def test_closed_too_long_ago_begins_a_ticket_that_follows(people: People) -> None:
    old = ticket_of(received(letter("Hi", message_id="<hi@customer.test>")))
    with database.transaction() as session:
        tickets.set_status(session, old.id or 0, "closed", actor=people.bob)
    with clock.ahead(timedelta(days=31)):
        new = ticket_of(received(letter("Re: Hi", In_Reply_To="<hi@customer.test>")))
    assert new.id != old.id and new.follows_id == old.id
    with database.reading() as session:
        assert [link.id for link in tickets.get(session, old.id or 0, actor=people.bob).followed_by] == [new.id]


@pytest.mark.parametrize(("keeps", "expected"), [(True, TicketStatus.SNOOZED), (False, TicketStatus.OPEN)])
def test_a_sleeping_ticket_wakes_unless_told_to_stay(people: People, keeps: bool, expected: TicketStatus) -> None:
    ticket = ticket_of(received(letter("Hi", message_id="<hi@customer.test>")))
    with database.transaction() as session:
        until = clock.now() + timedelta(days=1)
        tickets.snooze(session, ticket.id or 0, until, keeps=keeps, actor=people.bob)
    assert ticket_of(received(letter("Re: Hi", In_Reply_To="<hi@customer.test>"))).status is expected


def test_a_reply_to_a_merged_ticket_reaches_the_one_that_lives(people: People) -> None:
    one = ticket_of(received(letter("One", message_id="<one@customer.test>")))
    two = ticket_of(received(letter("Two", message_id="<two@customer.test>")))
    with database.transaction() as session:
        tickets.merge(session, one.id or 0, [two.id or 0], actor=people.bob)
    token = reply_token(people.alice.organisation_id, two.number)
    assert ticket_of(received(letter("Re: Two"), f"support+{token}@acme.test")).id == one.id
    assert ticket_of(received(letter("Re: Two", In_Reply_To="<two@customer.test>"))).id == one.id


def test_another_organisation_never_joins() -> None:
    first = ticket_of(received(letter("Hi", message_id="<hi@customer.test>")))
    other = ticket_of(received(letter("Re: Hi", In_Reply_To="<hi@customer.test>"), "hello@other.test"))
    assert other.organisation_id != first.organisation_id and other.message_count == 1


def test_one_mail_to_two_shared_addresses_is_one_message() -> None:
    raw = letter("Both", message_id="<both@customer.test>")
    together = received(raw, "support@acme.test", "sales@acme.test")
    alone = received(b"Received: by elsewhere\r\n" + raw, "sales@acme.test")
    assert together is not None and alone is not None and together.id == alone.id
    assert [each.message_id for each in receptions()] == [together.id] * 3
    assert ticket_of(together).message_count == 1


def test_the_same_message_id_with_other_words_is_another_message() -> None:
    first = received(letter("Hi", message_id="<same@customer.test>"))
    second = received(letter("Hi", "Other words.", message_id="<same@customer.test>"))
    assert first is not None and second is not None and first.id != second.id


def test_recipients_of_two_organisations_make_a_message_each() -> None:
    received(letter("Everybody"), "support@acme.test", "hello@other.test")
    with database.reading() as session:
        found = [session.get(Message, each.message_id) for each in receptions()]
    assert sorted(each.organisation_id for each in found if each) == [1, 2]
    assert all(each.direction is Direction.IN for each in found if each)


def test_a_bounce_comes_to_the_top_but_changes_no_state(people: People) -> None:
    ticket = ticket_of(received(letter("Hi", message_id="<hi@customer.test>")))
    with database.transaction() as session:
        tickets.set_status(session, ticket.id or 0, "waiting", actor=people.bob)
        tickets.mark_read(session, ticket.id or 0, actor=people.bob)
    daemon = letter("Undelivered", author="MAILER-DAEMON@customer.test", In_Reply_To="<hi@customer.test>")
    after = ticket_of(received(daemon, reverse_path=""))
    assert (after.id, after.status) == (ticket.id, TicketStatus.WAITING)
    with database.reading() as session:
        [row] = tickets.listed(session, view=tickets.View.parse("waiting"), actor=people.bob)
    assert row.unread and row.active_at > ticket.active_at


def test_what_went_round_too_often_is_filed_as_a_machines() -> None:
    round_trips = b"Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0000\r\n" * 60
    message = received(round_trips + letter("Round and round"))
    assert message is not None and message.automatic.startswith("loop") and "refuse_loop:loop" in reasons(message)


def test_an_answer_goes_under_the_subject_the_customer_wrote_last(people: People) -> None:
    first = ticket_of(received(letter("Quote", message_id="<q@customer.test>")))
    received(letter("Something else entirely", In_Reply_To="<q@customer.test>"))
    with database.transaction() as session:
        sent = replies.answer(session, first.id or 0, text="Yes.", actor=people.bob)
        assert sent.subject == "Re: Something else entirely"


def test_devices_that_give_all_mail_one_id_are_kept_apart() -> None:
    pages = [letter("Scan", f"Page {each}", "scanner@customer.test", message_id="<0@device.test>") for each in range(2)]
    first, second = (ticket_of(received(page, reverse_path="scanner@customer.test")) for page in pages)
    assert first.id != second.id


def test_mail_changed_by_a_list_joins_the_copy_that_came_straight() -> None:
    first = ticket_of(received(letter("Hello", message_id="<one@customer.test>")))
    second = received(letter("[all] Hello", "A question.\n-- \nThe list", message_id="<one@customer.test>"))
    assert ticket_of(second).id == first.id and "match_references:joined" in reasons(second)


def test_marks_are_forgotten_after_a_year() -> None:
    received(letter("Re: Hello", In_Reply_To="<unseen@customer.test>"))
    with clock.ahead(timedelta(days=364)), database.transaction() as session:
        assert not marks.forget_old(session) and session.exec(select(ThreadMark)).all()
    with clock.ahead(timedelta(days=366)), database.transaction() as session:
        assert not marks.forget_old(session) and not session.exec(select(ThreadMark)).all()
