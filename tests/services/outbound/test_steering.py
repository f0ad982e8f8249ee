"""Retry, hold, release, cancel: each is one change of a row and one line of its history."""

from datetime import timedelta

import pytest

from models import Outbound, OutboundStatus
from services import clock, database, outbound
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from tests.conftest import People


@pytest.fixture
def row_id(people: People) -> int:
    return enqueue(people, "bob@example.org")


def enqueue(people: People, *recipients: str, subject: str = "Hello") -> int:
    with database.transaction() as session:
        return outbound.enqueue(
            session,
            raw=b"Subject: Hello\r\n\r\nHi\r\n",
            reverse_path="a@acme.test",
            recipients=recipients,
            organisation_id=people.alice.organisation_id,
            subject=subject,
        )[0]


def put(row_id: int, **values: object) -> None:
    with database.transaction() as session:
        row = session.get_one(Outbound, row_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def do(verb: str, row_id: int, people: People) -> Outbound:
    with database.transaction() as session:
        return getattr(outbound, verb)(session, row_id, actor=people.alice)  # type: ignore[no-any-return]


ALLOWED = {
    ("hold", "queued"): "held",
    ("hold", "delayed"): "held",
    ("release", "held"): "queued",
    ("retry", "failed"): "queued",
    ("retry", "delayed"): "queued",
    ("retry", "queued"): "queued",
    ("retry", "cancelled"): "queued",
    ("retry", "suppressed"): "queued",
    ("cancel", "queued"): "cancelled",
    ("cancel", "delayed"): "cancelled",
    ("cancel", "held"): "cancelled",
}


@pytest.mark.parametrize("verb", ["hold", "release", "retry", "cancel"])
@pytest.mark.parametrize("status", list(OutboundStatus))
def test_what_may_follow_what(people: People, row_id: int, verb: str, status: OutboundStatus) -> None:
    put(row_id, status=status)
    after = ALLOWED.get((verb, status.value))
    if after is None:
        with pytest.raises(Conflict):
            do(verb, row_id, people)
        return
    assert do(verb, row_id, people).status == after
    with database.reading() as session:
        [line] = outbound.history(session, row_id, actor=people.alice)
    assert (line.status, line.actor_id) == (after, people.alice.user_id)


def test_a_failure_sent_again_starts_afresh(people: People, row_id: int) -> None:
    put(row_id, status=OutboundStatus.FAILED, attempts=10, due_at=clock.now() + timedelta(days=1))
    row = do("retry", row_id, people)
    assert row.attempts == 0 and row.due_at <= clock.now()


def test_what_is_released_still_leaves_when_it_was_to(people: People, row_id: int) -> None:
    monday = clock.now() + timedelta(days=3)
    put(row_id, due_at=monday)
    do("hold", row_id, people)
    assert do("release", row_id, people).due_at == monday
    put(row_id, attempts=4, status=OutboundStatus.HELD)  # that of the next try
    released = do("release", row_id, people)
    assert released.attempts == 0 and timedelta() <= clock.now() - released.due_at < timedelta(minutes=10)


def test_who_may(people: People, row_id: int) -> None:
    with pytest.raises(NotPermitted), database.transaction() as session:
        outbound.hold(session, row_id, actor=people.bob)
    with pytest.raises(NotFound), database.transaction() as session:
        outbound.hold(session, row_id, actor=people.charlie)
    with pytest.raises(NotFound), database.reading() as session:
        outbound.history(session, row_id, actor=people.charlie)
    with pytest.raises(NotPermitted), database.reading() as session:
        outbound.queue(session, actor=people.olga)


def test_the_queue_by_page_status_and_words(people: People) -> None:
    enqueue(people, *(f"r{n}@example.org" for n in range(5)))
    enqueue(people, "100%_sure@example.org", subject="Invoice 42")
    with database.reading() as session:
        first = outbound.queue(session, limit=4, actor=people.alice)
        rest = outbound.queue(session, limit=4, before=first.before, actor=people.alice)
        assert len(first.rows) == 4 and len(rest.rows) == 2 and rest.before is None
        assert len({row.id for row in first.rows + rest.rows}) == 6
        found = [
            [row.recipient for row in outbound.queue(session, q=words, actor=people.alice).rows]
            for words in ("invoice", "%_", "R3@", "nothing")
        ]
        assert found == [["100%_sure@example.org"], ["100%_sure@example.org"], ["r3@example.org"], []]
        assert outbound.queue(session, status=OutboundStatus.FAILED, actor=people.alice).rows == []
        assert outbound.counts(session, actor=people.alice)[OutboundStatus.QUEUED] == 6
        assert outbound.queue(session, actor=people.charlie).rows == []


def test_addresses_are_checked_folded_and_never_doubled(people: People) -> None:
    with database.transaction() as session:
        ids = outbound.enqueue(
            session,
            raw=b"x",
            reverse_path="",
            recipients=["Bob@EXAMPLE.org", "Bob@example.org", "a@grüße.example"],
            organisation_id=people.alice.organisation_id,
        )
        rows = [session.get_one(Outbound, each) for each in ids]
        assert [(row.recipient, row.destination) for row in rows] == [
            ("Bob@example.org", "example.org"),
            ("a@xn--gre-6ka8l.example", "xn--gre-6ka8l.example"),
        ]
    for bad in ("nobody", "a b@c.d", "a@b.c\r\nRCPT TO:<x@y.z>", ""):
        with pytest.raises(Invalid):
            enqueue(people, bad)
