"""Two conversations made one, one made two, and back; nothing is lost on the way."""

import pytest

from models import DraftKind, TicketStatus
from services import database, drafts, tickets
from services.errors import Conflict, Invalid
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, received
from tests.services.tickets.made import now, ticket

pytestmark = pytest.mark.usefixtures("post")


def texts(ticket_id: int, people: People) -> list[str]:
    with database.reading() as session:
        return [entry.text.strip() for entry in tickets.get(session, ticket_id, actor=people.bob).entries]


def test_merge_moves_everything_and_undo_brings_it_back(people: People) -> None:
    one, two = ticket("One", "first"), ticket("Two", "second")
    with database.transaction() as session:
        tickets.tag(session, two, "billing", actor=people.bob)
        tickets.note(session, two, "a note for @alice", actor=people.bob)
        draft = drafts.start(session, DraftKind.REPLY, ticket_id=two, actor=people.bob)
        tickets.set_status(session, one, "resolved", actor=people.bob)
        merged = tickets.merge(session, one, [two, one], actor=people.bob)
    with database.reading() as session:
        whole = tickets.get(session, one, actor=people.bob)
        assert [link.id for link in whole.merged] == [two]
        assert [label.name for label in whole.tags] == ["billing"] and [each.id for each in whole.drafts] == [draft.id]
        assert [person.name for person in whole.followers] == ["Alice"]
        assert whole.ticket.message_count == 2 and whole.ticket.status is TicketStatus.OPEN
        assert tickets.get(session, two, actor=people.bob).merged_into is not None
    assert texts(one, people) == ["first", "second", "a note for @alice"] and texts(two, people) == []
    with database.transaction() as session:
        tickets.undo(session, merged.event_id, actor=people.bob)
    assert texts(one, people) == ["first"] and texts(two, people) == ["second", "a note for @alice"]
    assert now(one, people.bob).status is TicketStatus.RESOLVED and now(two, people.bob).deleted_at is None
    with database.reading() as session:
        apart = tickets.get(session, one, actor=people.bob)
        assert (apart.tags, apart.followers, apart.drafts, apart.ticket.message_count) == ((), (), (), 1)


def test_what_arrived_after_the_merge_stays_when_it_is_undone(people: People) -> None:
    one, two = ticket("One", message_id="<one@customer.test>"), ticket("Two")
    with database.transaction() as session:
        merged = tickets.merge(session, one, [two], actor=people.bob)
    received(letter("Re: One", "later", In_Reply_To="<one@customer.test>"))
    with database.transaction() as session:
        tickets.undo(session, merged.event_id, actor=people.bob)
    assert texts(one, people)[-1] == "later" and now(one, people.bob).message_count == 2


def test_split_and_undo(people: People) -> None:
    one = ticket("One", "first", message_id="<one@customer.test>")
    other = received(letter("Another matter", "second", In_Reply_To="<one@customer.test>"))
    assert other is not None
    with database.transaction() as session:
        split = tickets.split(session, one, [other.id or 0], actor=people.bob)
        with pytest.raises(Invalid):
            tickets.split(session, one, [1], actor=people.bob)
    made = split.ticket
    assert (made.subject, made.number, made.message_count) == ("Another matter", 2, 1)
    assert texts(one, people) == ["first"] and texts(made.id or 0, people) == ["second"]
    with database.transaction() as session:
        tickets.undo(session, split.event_id, actor=people.bob)
    assert texts(one, people) == ["first", "second"]


def test_nothing_is_merged_twice(people: People) -> None:
    one, two, three = ticket(), ticket(), ticket()
    with database.transaction() as session:
        tickets.merge(session, one, [two], actor=people.bob)
    with database.transaction() as session, pytest.raises(Conflict):
        tickets.merge(session, three, [two], actor=people.bob)
