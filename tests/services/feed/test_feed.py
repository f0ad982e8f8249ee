"""The feed: what is in it, that a cursor misses nothing, how long it lasts, and who may read it."""

import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import FeedEvent
from services import clock, database, feed, tickets, webhooks
from services.access import Actor
from services.errors import Conflict, NotPermitted
from services.feed import LATEST, Page
from tests.conftest import People
from tests.services.webhooks.conftest import a_message, a_ticket


def happen(actor: Actor, *types: str) -> None:
    with database.transaction() as session:
        for each in types:
            webhooks.announce(session, actor.organisation_id, each, {"text": each})


def read(actor: Actor, after: int | None = None, *, types: tuple[str, ...] = (), limit: int = 100) -> Page:
    with database.reading() as session:
        return feed.page(session, after=after, types=types, limit=limit, actor=actor)


def named(page: Page) -> list[str]:
    return [each.event_type for each in page.events]


def test_what_happens_to_a_ticket_is_there_as_webhooks_tell_it(people: People) -> None:
    with database.transaction() as session:
        ticket = a_ticket(session, people.alice)
        webhooks.announce_ticket(session, "ticket.created", ticket, message=a_message(ticket))
    with database.transaction() as session:
        tickets.claim(session, ticket.id or 0, actor=people.bob)
    created, claimed = read(people.alice).events
    told = json.loads(claimed.payload)
    assert (created.event_type, claimed.event_type) == ("ticket.created", "ticket.claimed")
    assert told["type"] == "ticket.claimed" and told["data"]["actor"]["name"] == "Bob"
    assert claimed.event_id.startswith("evt_")


def test_a_cursor_leads_through_everything_once(people: People) -> None:
    happen(people.alice, "a", "b", "c")
    happen(people.charlie, "theirs")
    happen(people.alice, "d")
    first = read(people.alice, limit=3)
    assert named(first) == ["a", "b", "c"] and first.has_more
    second = read(people.alice, first.cursor, limit=3)
    assert named(second) == ["d"] and not second.has_more
    assert named(read(people.alice, second.cursor)) == []
    happen(people.alice, "e")
    assert named(read(people.alice, second.cursor)) == ["e"]
    assert named(read(people.charlie)) == ["theirs"]


def test_who_wants_some_types_passes_the_others_by(people: People) -> None:
    happen(people.alice, "a", "b", "a", "b", "b")
    page = read(people.alice, types=("a",))
    assert named(page) == ["a", "a"]
    assert named(read(people.alice, page.cursor)) == []  # the cursor is behind what was not wanted, too


def test_one_may_begin_with_what_comes_next(people: People) -> None:
    assert read(people.alice, LATEST).cursor is None
    happen(people.alice, "a")
    begun = read(people.alice, LATEST)
    happen(people.alice, "b")
    assert named(begun) == [] and named(read(people.alice, begun.cursor)) == ["b"]


def test_what_is_rolled_back_never_happened(people: People) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        webhooks.announce(session, people.alice.organisation_id, "a", {})
        raise RuntimeError
    happen(people.alice, "b")
    assert named(read(people.alice)) == ["b"]


def test_a_reader_between_commits_misses_nothing(people: People) -> None:
    """Transactions that announce early and commit late, in any order, beside one who always asks for what is next."""
    writers, rounds = 6, 12
    barrier = threading.Barrier(writers)

    def write(writer: int) -> None:
        for number in range(rounds):
            barrier.wait(60)
            with database.transaction() as session:
                webhooks.announce(session, people.alice.organisation_id, f"{writer}.{number}", {})

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    seen: list[str] = []
    cursor: int | None = None
    while True:
        is_over = not any(thread.is_alive() for thread in threads)
        page = read(people.alice, cursor, limit=5)
        seen += named(page)
        cursor = page.cursor
        if is_over and not page.events:
            break
    everything = named(read(people.alice, limit=1000))
    assert seen == everything and len(everything) == writers * rounds


def test_a_slow_commit_holds_back_what_comes_behind_it(people: People) -> None:
    """The one that writes first is not passed by: its id is lower, so a cursor beyond it would miss it."""
    if database.is_sqlite():
        pytest.skip("SQLite has one writer at a time")
    wrote, go = threading.Event(), threading.Event()

    def slow() -> None:
        with database.transaction() as session:
            webhooks.announce(session, people.alice.organisation_id, "slow", {})
            sa.event.listen(session, "before_commit", lambda _: (wrote.set(), go.wait(60)))

    first = threading.Thread(target=slow)
    first.start()
    assert wrote.wait(60)
    second = threading.Thread(target=happen, args=(people.alice, "quick"))
    second.start()
    second.join(0.5)
    assert named(read(people.alice)) == []  # not the quick one alone
    go.set()
    first.join()
    second.join()
    assert named(read(people.alice)) == ["slow", "quick"]


def test_what_is_announced_for_later_takes_its_place_then(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = clock.now() + timedelta(hours=1)
    with database.transaction() as session:
        kept = webhooks.announce(session, people.alice.organisation_id, "message.sent", {}, at=soon)
        taken_back = webhooks.announce(session, people.alice.organisation_id, "message.sent", {}, at=soon)
    happen(people.alice, "a")
    feed.publish_due()
    before = read(people.alice)
    assert named(before) == ["a"]
    with database.transaction() as session:
        webhooks.withdraw(session, people.alice.organisation_id, taken_back)
    monkeypatch.setattr(clock, "now", lambda: soon + timedelta(seconds=1))
    feed.publish_due()
    (sent,) = read(people.alice, before.cursor).events
    assert (sent.event_id, sent.at) == (kept, soon)


def test_the_old_is_forgotten_and_a_cursor_to_it_is_refused(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    happen(people.alice, "a", "b", "c")
    first = read(people.alice, limit=1).cursor
    last = read(people.alice).cursor
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    with database.transaction() as session:
        while feed.forget_old(session):
            pass
    with pytest.raises(Conflict) as caught:
        read(people.alice, first)
    assert caught.value.code == "cursor_expired"
    assert named(read(people.alice, last)) == [] and named(read(people.alice)) == ["c"]


def test_the_feed_is_for_who_may_set_up_a_webhook(people: People) -> None:
    for actor in (people.bob, people.olga):
        with pytest.raises(NotPermitted):
            read(actor)
    with database.reading() as session:
        for reader in (feed.latest, feed.event, feed.since):
            arguments = {feed.event: (1,), feed.since: (clock.now(),)}.get(reader, ())  # type: ignore[arg-type]
            with pytest.raises(NotPermitted):
                reader(session, *arguments, **({"limit": 1} if reader is feed.since else {}), actor=people.bob)  # type: ignore[operator]


def test_people_read_it_backward(people: People) -> None:
    happen(people.alice, "a", "b", "c")
    with database.reading() as session:
        newest = feed.latest(session, limit=2, actor=people.alice)
        assert [each.event_type for each in newest] == ["c", "b"]
        older = feed.latest(session, before=newest[-1].id, actor=people.alice)
        assert [each.event_type for each in older] == ["a"]
        assert isinstance(feed.event(session, newest[0].id or 0, actor=people.alice), FeedEvent)
