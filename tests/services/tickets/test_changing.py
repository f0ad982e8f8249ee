"""Status, priority, tags, trash; each of them undone."""

from datetime import timedelta

import pytest

from models import TicketStatus
from services import clock, database, tickets
from services.errors import Conflict, Invalid, NotFound
from services.tickets import View
from tests.conftest import People
from tests.services.tickets.made import now, ticket

pytestmark = pytest.mark.usefixtures("post")


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_resolved_at_belongs_to_the_final_states(people: People, status: str) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        done = tickets.set_status(session, ticket_id, status, actor=people.bob).ticket
        assert done.resolved_at is not None
        assert tickets.set_status(session, ticket_id, "waiting", actor=people.bob).ticket.resolved_at is None


@pytest.mark.parametrize("status", ["snoozed", "done", "", "OPEN"])
def test_a_status_that_is_none_is_refused(people: People, status: str) -> None:
    ticket_id = ticket()
    with database.transaction() as session, pytest.raises(Invalid) as refused:
        tickets.set_status(session, ticket_id, status, actor=people.bob)
    assert (refused.value.code, refused.value.field) == ("invalid_status", "status")


def test_a_foreign_ticket_is_an_absent_one(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        for verb in (tickets.delete, tickets.release, tickets.mark_read, tickets.star, tickets.follow, tickets.get):
            with pytest.raises(NotFound):
                verb(session, ticket_id, actor=people.charlie)
        with pytest.raises(NotFound):
            tickets.tag(session, ticket_id, "mine", actor=people.charlie)


def test_every_change_can_be_undone(people: People) -> None:
    ticket_id = ticket()
    before = now(ticket_id, people.bob)
    with database.transaction() as session:
        changes = [
            tickets.claim(session, ticket_id, actor=people.bob),
            tickets.set_priority(session, ticket_id, "urgent", actor=people.bob),
            tickets.tag(session, ticket_id, "  Billing  2 ", actor=people.bob),
            tickets.untag(session, ticket_id, "billing 2", actor=people.bob),
            tickets.note(session, ticket_id, "Look at this", actor=people.bob),
            tickets.snooze(session, ticket_id, clock.now() + timedelta(hours=1), actor=people.bob),
            tickets.delete(session, ticket_id, actor=people.bob),
        ]
    assert all(change.event_id for change in changes)
    for change in reversed(changes):
        with database.transaction() as session:
            tickets.undo(session, change.event_id, actor=people.bob)
    with database.reading() as session:
        after = tickets.get(session, ticket_id, actor=people.bob)
    assert after.ticket.model_dump() == before.model_dump()
    assert after.tags == () and len(after.entries) == 1


def test_undo_refuses_where_somebody_went_on(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        change = tickets.set_status(session, ticket_id, "waiting", actor=people.bob)
        tickets.set_status(session, ticket_id, "closed", actor=people.alice)
    with database.transaction() as session, pytest.raises(Conflict):
        tickets.undo(session, change.event_id, actor=people.bob)
    with database.transaction() as session, pytest.raises(NotFound):
        tickets.undo(session, change.event_id, actor=people.charlie)


def test_bulk_changes_what_it_can_and_is_undone_at_once(people: People) -> None:
    one, two, three = ticket(), ticket(), ticket()
    with database.transaction() as session:
        tickets.claim(session, two, actor=people.alice)
    with database.transaction() as session:
        done = tickets.bulk(session, [one, two, three, 10_000], "claim", actor=people.bob)
    assert done.changed == (one, three)
    assert done.failed == {two: "Alice has already claimed this.", 10_000: "There is no such ticket."}
    with database.transaction() as session:
        tickets.undo(session, done.event_id, actor=people.bob)
    assert [now(each, people.bob).assignee_id for each in (one, two, three)] == [None, people.alice.user_id, None]


def test_trash_and_back(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        tickets.delete(session, ticket_id, actor=people.bob)
    with database.reading() as session:
        trash = tickets.listed(session, view=View.parse("trash"), actor=people.bob)
        assert [row.id for row in trash] == [ticket_id] and trash[0].deleted
        assert tickets.listed(session, view=View.parse("inbox"), actor=people.bob) == []
    with database.transaction() as session:
        assert tickets.restore(session, ticket_id, actor=people.bob).ticket.status is TicketStatus.OPEN
