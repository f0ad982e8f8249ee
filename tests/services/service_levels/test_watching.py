"""Promises follow their tickets: made, reminded of, missed, paused while the customer is to answer, and kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from models import Mailbox, Priority, TargetKind, Ticket, TicketStatus
from services import clock, database, notices, search, service_levels, tickets
from services.service_levels import Level, Promise, watching
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, post, received

__all__ = ["post"]

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OFFICE: dict[str, object] = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
TARGETS = {Priority.NORMAL: {TargetKind.FIRST: 60, TargetKind.RESOLVE: 480}}


@pytest.fixture
def at_nine(people: People) -> Iterator[People]:
    """Monday morning in a mailbox that answers within an hour and resolves within a working day."""
    level = Level("UTC", OFFICE, [], TARGETS, remind_minutes=15, remind_days=3)
    with clock.stopped(MONDAY):
        with database.transaction() as session:
            service_levels.update(session, people.mailbox_id, level, actor=people.alice)
        yield people


def write_in(people: People, **values: object) -> int:
    with database.transaction() as session:
        ticket = Ticket(
            organisation_id=people.alice.organisation_id,
            number=tickets_so_far(people) + 1,
            mailbox_id=people.mailbox_id,
            subject="Where is it?",
            active_at=clock.now(),
            last_inbound_at=clock.now(),
            created_at=clock.now(),
            **values,
        )
        session.add(ticket)
        session.flush()
        return ticket.id or 0


def tickets_so_far(people: People) -> int:
    with database.reading() as session:
        return len(session.exec(select(Ticket.id).where(Ticket.organisation_id == people.alice.organisation_id)).all())


def look(people: People, ticket_id: int, **later: float) -> dict[TargetKind, Promise]:
    """How the promises stand once that much time has passed and somebody has looked."""
    with clock.stopped(clock.now() + timedelta(**later)):
        service_levels.watch()
        with database.reading() as session:
            return {each.kind: each for each in service_levels.promised(session, ticket_id, actor=people.alice)}


def told(people: People) -> list[str]:
    with database.reading() as session:
        everybody = (people.alice, people.bob)
        return [notice.title for who in everybody for notice in notices.current(session, actor=who)]


def set_status(people: People, ticket_id: int, status: TicketStatus, **later: float) -> None:
    with clock.stopped(clock.now() + timedelta(**later)), database.transaction() as session:
        tickets.set_status(session, ticket_id, status, actor=people.alice)


def test_a_new_ticket_is_promised_an_answer_in_open_hours(at_nine: People) -> None:
    ticket = write_in(at_nine)
    promises = look(at_nine, ticket)
    assert promises[TargetKind.FIRST].due_at == MONDAY + timedelta(hours=1)
    assert promises[TargetKind.RESOLVE].due_at == MONDAY + timedelta(hours=8)
    assert not promises[TargetKind.FIRST].is_missed


def test_its_owner_is_reminded_and_then_told_that_it_is_late(at_nine: People) -> None:
    ticket = write_in(at_nine, assignee_id=at_nine.bob.user_id)
    look(at_nine, ticket)
    look(at_nine, ticket, minutes=50)
    assert told(at_nine) == ["#1: first answer is due soon"]
    assert look(at_nine, ticket, minutes=61)[TargetKind.FIRST].is_missed
    assert told(at_nine) == ["#1: first answer is late"]
    with clock.stopped(MONDAY + timedelta(minutes=70)), database.transaction() as session:
        session.get_one(Ticket, ticket).first_response_at = clock.now()
    first = look(at_nine, ticket, minutes=71)[TargetKind.FIRST]
    assert first.met_at == MONDAY + timedelta(minutes=70)
    assert first.is_missed
    assert told(at_nine) == []


def test_the_clock_stands_still_while_the_customer_is_to_answer(at_nine: People) -> None:
    ticket = write_in(at_nine)
    look(at_nine, ticket)
    set_status(at_nine, ticket, TicketStatus.WAITING, hours=2)
    assert look(at_nine, ticket, hours=2)[TargetKind.RESOLVE].is_paused
    assert not look(at_nine, ticket, days=2)[TargetKind.RESOLVE].is_missed
    set_status(at_nine, ticket, TicketStatus.OPEN, days=2)
    resumed = look(at_nine, ticket, days=2)[TargetKind.RESOLVE]
    assert not resumed.is_paused
    assert resumed.due_at == MONDAY + timedelta(days=2, hours=6)


def pressing(people: People, **later: float) -> list[service_levels.Pressing]:
    with clock.stopped(clock.now() + timedelta(**later)), database.reading() as session:
        everything = session.exec(select(Ticket.id)).all()
        return list(service_levels.pressing(session, everything, actor=people.bob).values())


def late(people: People) -> list[str]:
    with database.reading() as session:
        return [row.subject for row in search.find(session, "is:late", actor=people.bob)]


def test_what_presses_is_what_is_due_first(at_nine: People, post: None) -> None:
    received(letter("Where is it?"))
    ticket = tickets_so_far(at_nine)
    look(at_nine, ticket)
    due = MONDAY + timedelta(hours=1)
    assert pressing(at_nine) == [service_levels.Pressing(due, due - timedelta(minutes=15))]
    look(at_nine, ticket, minutes=59)
    assert late(at_nine) == []
    look(at_nine, ticket, minutes=61)
    assert late(at_nine) == ["Where is it?"]
    with database.transaction() as session:
        session.exec(select(Ticket)).one().first_response_at = MONDAY + timedelta(minutes=70)
    look(at_nine, ticket, minutes=71)
    assert late(at_nine) == []
    assert [each.due_at for each in pressing(at_nine)] == [MONDAY + timedelta(hours=8)]
    set_status(at_nine, ticket, TicketStatus.WAITING, hours=2)
    look(at_nine, ticket, hours=2)
    assert pressing(at_nine) == []


def test_a_promise_kept_is_told_of_no_more(at_nine: People) -> None:
    ticket = write_in(at_nine)
    look(at_nine, ticket)
    set_status(at_nine, ticket, TicketStatus.RESOLVED, hours=1)
    promises = look(at_nine, ticket, days=5)
    assert promises[TargetKind.RESOLVE].met_at == MONDAY + timedelta(hours=1)
    assert not promises[TargetKind.RESOLVE].is_missed
    assert told(at_nine) == []


def test_who_waits_too_long_for_a_customer_is_asked_to_look_again(at_nine: People) -> None:
    ticket = write_in(at_nine, status=TicketStatus.WAITING)
    look(at_nine, ticket, days=2)
    with database.reading() as session:
        assert session.get_one(Ticket, ticket).status is TicketStatus.WAITING
    look(at_nine, ticket, days=4)
    with database.reading() as session:
        assert session.get_one(Ticket, ticket).status is TicketStatus.OPEN


def test_tickets_from_before_the_promise_and_of_others_have_none(people: People) -> None:
    with clock.stopped(MONDAY - timedelta(hours=1)):
        old = write_in(people)
    with clock.stopped(MONDAY):
        with database.transaction() as session:
            level = Level("UTC", OFFICE, [], TARGETS)
            service_levels.update(session, people.mailbox_id, level, actor=people.alice)
        assert look(people, old) == {}
        new = write_in(people)
        look(people, new)
        with database.reading() as session:
            assert service_levels.promised(session, new, actor=people.charlie) == []


def test_who_is_promised_nothing_keeps_nobody_waiting(at_nine: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "BATCH", 3)
    for _ in range(4):
        write_in(at_nine, priority=Priority.LOW)
    ticket = write_in(at_nine)
    assert look(at_nine, ticket), "the fifth is promised what the four before it were not"


def test_no_mailbox_keeps_others_from_being_watched(at_nine: People) -> None:
    """Its days off were added to after it had promised what takes longer than they leave."""
    far = Level("UTC", {"mon": [["09:00", "10:00"]]}, [], {Priority.NORMAL: {TargetKind.FIRST: 30_000}})
    with database.transaction() as session:
        service_levels.update(session, at_nine.other_mailbox_id, far, actor=at_nine.charlie)
        session.get_one(Mailbox, at_nine.other_mailbox_id).holidays = [
            str(MONDAY.date() + timedelta(weeks=count)) for count in range(600)
        ]
    with database.transaction() as session:
        theirs = Ticket(
            organisation_id=at_nine.charlie.organisation_id,
            number=1,
            mailbox_id=at_nine.other_mailbox_id,
            active_at=clock.now(),
            last_inbound_at=clock.now(),
            created_at=clock.now(),
        )
        session.add(theirs)
    assert look(at_nine, write_in(at_nine))


def test_the_clock_stood_still_while_nobody_looked(at_nine: People) -> None:
    """The program was down from before the answer until long after it."""
    ticket = write_in(at_nine)
    look(at_nine, ticket)
    set_status(at_nine, ticket, TicketStatus.WAITING, minutes=30)
    assert not look(at_nine, ticket, hours=5)[TargetKind.FIRST].is_missed
    set_status(at_nine, ticket, TicketStatus.OPEN, hours=6)
    resumed = look(at_nine, ticket, hours=7)[TargetKind.FIRST]
    assert not resumed.is_missed or resumed.due_at > MONDAY + timedelta(hours=6)
    assert resumed.due_at == MONDAY + timedelta(hours=6, minutes=30), "half of its hour was left"


def test_time_that_was_left_is_not_lost_to_new_hours(at_nine: People) -> None:
    ticket = write_in(at_nine)
    look(at_nine, ticket)
    set_status(at_nine, ticket, TicketStatus.WAITING, minutes=20)
    look(at_nine, ticket, minutes=20)
    with database.transaction() as session:
        afternoons = Level("UTC", {"mon": [["13:00", "17:00"]]}, [], TARGETS)
        service_levels.update(session, at_nine.mailbox_id, afternoons, actor=at_nine.alice)
    set_status(at_nine, ticket, TicketStatus.OPEN, hours=5)
    resumed = look(at_nine, ticket, hours=5)[TargetKind.FIRST]
    assert not resumed.is_missed and resumed.due_at == MONDAY + timedelta(hours=5, minutes=40)


def test_its_owner_is_reminded_of_the_new_time_too(at_nine: People) -> None:
    ticket = write_in(at_nine, assignee_id=at_nine.bob.user_id)
    look(at_nine, ticket)
    look(at_nine, ticket, minutes=50)
    set_status(at_nine, ticket, TicketStatus.WAITING, minutes=51)
    look(at_nine, ticket, minutes=51)
    assert told(at_nine) == []
    set_status(at_nine, ticket, TicketStatus.OPEN, hours=4)
    look(at_nine, ticket, hours=4)
    assert told(at_nine) == ["#1: first answer is due soon"]


def test_who_decides_to_wait_longer_may(at_nine: People) -> None:
    ticket = write_in(at_nine, status=TicketStatus.WAITING)
    look(at_nine, ticket, days=4)
    set_status(at_nine, ticket, TicketStatus.WAITING, days=4, hours=1)
    look(at_nine, ticket, days=4, hours=2)
    with database.reading() as session:
        assert session.get_one(Ticket, ticket).status is TicketStatus.WAITING
    look(at_nine, ticket, days=7, hours=2)
    with database.reading() as session:
        assert session.get_one(Ticket, ticket).status is TicketStatus.OPEN


def test_the_clock_stood_still_while_it_was_part_of_another(at_nine: People) -> None:
    ticket, other = write_in(at_nine), write_in(at_nine)
    look(at_nine, ticket)
    set_status(at_nine, ticket, TicketStatus.OPEN)
    with clock.stopped(MONDAY + timedelta(minutes=15)), database.transaction() as session:
        merged = tickets.merge(session, other, [ticket], actor=at_nine.alice)
    assert look(at_nine, ticket, minutes=40)[TargetKind.FIRST].is_paused
    with clock.stopped(MONDAY + timedelta(hours=3)), database.transaction() as session:
        tickets.undo(session, merged.event_id, actor=at_nine.alice)
    assert look(at_nine, ticket, hours=3)[TargetKind.FIRST].due_at == MONDAY + timedelta(hours=3, minutes=45)
