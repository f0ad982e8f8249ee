"""Notes with mentions, snooze, marks, presence."""

from datetime import UTC, datetime, timedelta

import pytest

from models import PresenceState, TicketRead, TicketStatus, User
from services import clock, database, events, presence, search, tickets
from services.errors import Invalid, NotFound
from services.tickets import View
from tests.conftest import People
from tests.services.tickets.made import now, ticket

pytestmark = pytest.mark.usefixtures("post")


def test_a_mention_is_noticed_followed_and_found(people: People) -> None:
    ticket_id = ticket()
    heard: list[events.Fact] = []
    stop = events.subscribe(heard.append)
    with database.transaction() as session:
        tickets.note(session, ticket_id, "@Alice, mail bob@people.test or x@charlie", actor=people.bob)
    stop()
    assert events.Mentioned(people.bob.organisation_id, people.alice.user_id or 0, ticket_id) in heard
    with database.reading() as session:
        for_alice = tickets.listed(session, view=View.parse("mentions"), actor=people.alice)
        assert [row.id for row in for_alice] == [ticket_id]
        assert tickets.listed(session, view=View.parse("mentions"), actor=people.bob) == []
        assert tickets.counts(session, actor=people.alice)["mentions"] == 1
        assert [row.id for row in search.find(session, "is:note charlie", actor=people.bob)] == [ticket_id]
    with database.transaction() as session:
        tickets.mark_read(session, ticket_id, actor=people.alice)
        assert tickets.counts(session, actor=people.alice)["mentions"] == 0


def test_presets_are_in_the_members_timezone(people: People) -> None:
    with database.transaction() as session:
        user = session.get(User, people.bob.user_id)
        assert user is not None
        user.timezone = "America/New_York"
        session.add(user)
    with clock.stopped(datetime(2026, 3, 6, 20, 0, tzinfo=UTC)), database.reading() as session:
        named = {preset.name: preset.at for preset in tickets.presets(session, actor=people.bob)}
    assert named["Tomorrow"] == datetime(2026, 3, 7, 14, 0, tzinfo=UTC)
    assert named["Monday"] == datetime(2026, 3, 9, 13, 0, tzinfo=UTC)  # summer time began on Sunday


def test_what_sleeps_wakes_on_top_and_unread(people: People) -> None:
    sleeper, other = ticket(), ticket()
    with database.transaction() as session:
        tickets.mark_read(session, sleeper, actor=people.bob)
        tickets.snooze(session, sleeper, clock.now() + timedelta(hours=3), actor=people.bob)
        with pytest.raises(Invalid):
            tickets.snooze(session, other, clock.now() - timedelta(hours=3), actor=people.bob)
    tickets.wake_due()
    assert now(sleeper, people.bob).status is TicketStatus.SNOOZED
    with clock.ahead(timedelta(hours=3, seconds=1)):
        tickets.wake_due()
    with database.reading() as session:
        rows = tickets.listed(session, view=View.parse("inbox"), actor=people.bob)
    assert [row.id for row in rows] == [sleeper, other] and rows[0].unread


def test_marks_are_ones_own(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        tickets.mark_read(session, ticket_id, actor=people.bob)
        tickets.star(session, ticket_id, actor=people.bob)
        tickets.follow(session, ticket_id, actor=people.olga)
    with database.reading() as session:
        [mine] = tickets.listed(session, view=View.parse("starred"), actor=people.bob)
        [theirs] = tickets.listed(session, view=View.parse("inbox"), actor=people.alice)
        assert (mine.unread, mine.starred, theirs.unread, theirs.starred) == (False, True, True, False)
    with database.transaction() as session:
        tickets.mark_unread(session, ticket_id, actor=people.bob)
        tickets.star(session, ticket_id, starred=False, actor=people.bob)
        assert tickets.listed(session, view=View.parse("inbox"), actor=people.bob)[0].unread


def test_marks_are_put_back_as_they_were(people: People) -> None:
    """Also the moment until which it was read, so that mail that came between is unread again."""
    first, second = ticket(), ticket()
    with clock.ahead(-timedelta(hours=1)), database.transaction() as session:
        tickets.mark_read(session, first, actor=people.bob)
        tickets.star(session, second, actor=people.bob)
    read_at = clock.now() - timedelta(hours=1)
    with database.transaction() as session:
        read = tickets.bulk(session, [first, second], "mark_read", actor=people.bob)
        starred = tickets.bulk(session, [first, second], "star", actor=people.bob)
        assert [mark.ticket_id for mark in starred.marks] == [first] and not starred.event_id
        tickets.put_back(session, (*read.marks, *starred.marks), actor=people.bob)
    with database.reading() as session:
        rows = {row.id: row for row in tickets.listed(session, view=View.parse("inbox"), actor=people.bob)}
        known = session.get(TicketRead, {"user_id": people.bob.user_id, "ticket_id": first})
        assert known and abs(known.read_at - read_at) < timedelta(minutes=5)
        assert not rows[first].starred and rows[second].starred and rows[second].unread


def test_unread_and_following_are_put_back(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        tickets.mark_read(session, ticket_id, actor=people.bob)
        unread = tickets.bulk(session, [ticket_id], "mark_unread", actor=people.bob)
        followed = tickets.bulk(session, [ticket_id], "follow", actor=people.bob)
        with pytest.raises(NotFound):
            tickets.put_back(session, unread.marks, actor=people.charlie)
        tickets.put_back(session, (*unread.marks, *followed.marks), actor=people.bob)
    with database.reading() as session:
        shown = tickets.get(session, ticket_id, actor=people.bob)
        assert not shown.unread and not shown.followers


def test_a_mention_is_unread_again(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        tickets.note(session, ticket_id, "Alice?", mentions=[people.alice.user_id or 0], actor=people.bob)
        done = tickets.bulk(session, [ticket_id], "mark_read", actor=people.alice)
        assert not tickets.unread_mentions(session, actor=people.alice)
        tickets.put_back(session, done.marks, actor=people.alice)
        assert tickets.unread_mentions(session, actor=people.alice) == [ticket_id]


def test_presence_ends_by_itself(people: People) -> None:
    ticket_id, begun = ticket(), clock.now()
    with clock.stopped(begun), database.transaction() as session:
        presence.heartbeat(session, ticket_id, state=PresenceState.TYPING, actor=people.bob)
    with clock.stopped(begun), database.reading() as session:
        [row] = tickets.listed(session, view=View.parse("inbox"), actor=people.alice)
        assert [(each.name, each.state) for each in row.presence] == [("Bob", PresenceState.TYPING)]
        assert presence.of(session, ticket_id, actor=people.bob) == ()
    heard: list[events.Fact] = []
    stop = events.subscribe(heard.append)
    with clock.stopped(begun + timedelta(seconds=16)):
        presence.expire()
        with database.reading() as session:
            assert presence.of(session, ticket_id, actor=people.alice) == ()
    stop()
    assert heard == [events.PresenceChanged(people.bob.organisation_id, ticket_id)]
