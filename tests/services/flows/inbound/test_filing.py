"""From an accepted message to a ticket."""

from datetime import timedelta

import pytest
from sqlmodel import col, delete, select

from models import Alias, AliasMember, AliasStatus, Assignment, DisabledPolicy, Domain, ReceptionState, TicketStatus
from services import clock, database, events, messages
from services import tickets as tickets_service
from services.flows import inbound
from services.mail import message as mail_message
from services.mail.message import Parsed
from services.tickets import View
from tests.conftest import People
from tests.services.flows.inbound.conftest import (
    file_all,
    in_threads,
    letter,
    received,
    receptions,
    send,
    ticket_of,
    tickets,
)

pytestmark = pytest.mark.usefixtures("post")


def test_a_message_opens_a_ticket_in_the_inbox(people: People) -> None:
    message = received(letter("Printer on fire", "Smoke everywhere."))
    ticket = ticket_of(message)
    assert (ticket.number, ticket.subject, ticket.status) == (1, "Printer on fire", TicketStatus.OPEN)
    assert ticket.assignee_id is None and ticket.correspondent == "carl@customer.test"
    with database.reading() as session:
        rows = tickets_service.listed(session, view=View.parse("inbox"), actor=people.bob)
        assert [(row.subject, row.unread, row.snippet) for row in rows] == [
            ("Printer on fire", True, "Smoke everywhere.")
        ]
        assert tickets_service.listed(session, view=View.parse("inbox"), actor=people.charlie) == []
        conversation = tickets_service.get(session, ticket.id or 0, actor=people.bob)
    assert [entry.text.strip() for entry in conversation.entries] == ["Smoke everywhere."]
    assert "Addressed to support@acme.test." in [line["reason"] for line in conversation.entries[0].trace]
    [reception] = receptions()
    assert (reception.state, reception.step, reception.reason) == (ReceptionState.FILED, "notify", "It opened #1.")


def test_numbers_count_up_within_each_organisation() -> None:
    for number in range(3):
        send(letter(f"Acme {number}"))
    send(letter("Other"), "hello@other.test")
    file_all()
    assert sorted((each.organisation_id, each.number) for each in tickets()) == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_mail_for_a_deleted_alias_goes_to_the_default_mailbox(people: People) -> None:
    send(letter("Late"))
    with database.transaction() as session:
        session.exec(delete(Alias).where(col(Alias.local_part) == "support"))
    file_all()
    [ticket], [reception] = tickets(), receptions()
    assert ticket.mailbox_id == people.mailbox_id and reception.message_id
    with database.reading() as session:
        trace = tickets_service.get(session, ticket.id or 0, actor=people.bob).entries[0].trace
    assert any("no longer exists" in line["reason"] for line in trace)


def test_a_silent_alias_drops_and_says_so() -> None:
    with database.transaction() as session:
        alias = session.exec(select(Alias).where(Alias.local_part == "sales")).one()
        alias.status, alias.disabled_policy = AliasStatus.DISABLED, DisabledPolicy.DROP
        session.add(alias)
    assert received(letter(), "sales@acme.test") is None
    assert tickets() == []
    assert [(each.state, each.step) for each in receptions()] == [(ReceptionState.FILED, "expand_alias")]
    assert "drop" in receptions()[0].reason


def test_members_of_an_alias_are_handed_tickets_in_turn(people: People) -> None:
    with database.transaction() as session:
        alias = session.exec(select(Alias).where(Alias.local_part == "sales")).one()
        alias.assignment = Assignment.ROUND_ROBIN
        members = (people.alice.user_id or 0, people.bob.user_id or 0)
        session.add_all(AliasMember(alias_id=alias.id or 0, user_id=member) for member in members)
    for number in range(4):
        send(letter(f"Lead {number}"), "sales@acme.test")
    file_all()
    assert sorted(each.assignee_id or 0 for each in tickets()) == sorted(members * 2)


def test_the_alias_counts_what_it_received() -> None:
    for number in range(3):
        send(letter(f"Mail {number}"))
    file_all()
    with database.reading() as session:
        alias = session.exec(select(Alias).where(Alias.local_part == "support")).one()
    assert alias.received_count == 3 and alias.last_received_at is not None


def test_what_cannot_be_read_is_kept_raw(people: People) -> None:
    raw = b"\x00\xff\xfe garbage without any field\r\n\r\n\x80"
    message = received(raw)
    assert message is not None
    with database.reading() as session:
        assert messages.raw(session, message.id or 0, actor=people.bob).endswith(raw)


def test_a_message_that_crashes_its_step_waits_alone_and_is_kept_in_the_end(
    monkeypatch: pytest.MonkeyPatch, people: People
) -> None:
    understood = mail_message.parse

    def parse(raw: bytes) -> Parsed:
        if b"poison" in raw:
            raise RuntimeError("bitten")
        return understood(raw)

    monkeypatch.setattr(mail_message, "parse", parse)
    for subject in ("good one", "poison", "good two"):
        send(letter(subject))
    with clock.stopped(clock.now()):
        file_all()
    assert [ticket.subject for ticket in tickets()] == ["good one", "good two"]
    assert sorted(each.attempts for each in receptions()) == [0, 0, 1]
    for hours in range(1, inbound.ATTEMPTS):
        with clock.ahead(timedelta(hours=hours)):
            file_all()
    kept = tickets()[-1]
    assert kept.subject == "(This message could not be read)"
    with database.reading() as session:
        entry = tickets_service.get(session, kept.id or 0, actor=people.bob).entries[0]
        assert b"poison" in messages.raw(session, entry.id, actor=people.bob)
    assert "bitten" in entry.parse_error
    assert {each.state for each in receptions()} == {ReceptionState.FILED}


def test_two_runners_file_each_message_once() -> None:
    for number in range(60):
        send(letter(f"Mail {number}"))
    in_threads(file_all)
    assert sorted(ticket.number for ticket in tickets()) == list(range(1, 61))


def test_open_pages_hear_of_it_once_a_ticket() -> None:
    heard: list[events.Fact] = []
    stop = events.subscribe(heard.append)
    send(letter("One", message_id="<one@customer.test>"))
    send(letter("Re: One", In_Reply_To="<one@customer.test>"))
    file_all()
    stop()
    assert len([fact for fact in heard if isinstance(fact, events.TicketChanged)]) == 1
    assert len([fact for fact in heard if isinstance(fact, events.MessageFiled)]) == 2


def test_mail_for_a_removed_domain_is_shown_to_nobody_else() -> None:
    send(letter("Private"), "hello@other.test")
    with database.transaction() as session:
        session.exec(delete(Alias).where(col(Alias.local_part) == "hello"))
        session.exec(delete(Domain).where(col(Domain.name) == "other.test"))
    file_all()
    assert tickets() == []
    [reception] = receptions()
    assert reception.message_id is None and "removed" in reception.reason
