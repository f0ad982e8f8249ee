"""Facts are published once, after the commit, and never for what was rolled back."""

import pytest

from services import database, events
from services.events import Fact, TicketChanged


@pytest.fixture
def heard() -> list[Fact]:
    facts: list[Fact] = []
    stop = events.subscribe(facts.append)
    yield facts
    stop()


def test_facts_come_after_the_commit_and_once(db: None, heard: list[Fact]) -> None:
    with database.transaction() as session:
        events.record(session, TicketChanged(1, 2))
        events.record(session, TicketChanged(1, 2))
        assert heard == []
    assert heard == [TicketChanged(1, 2)]


def test_a_rollback_tells_nothing(db: None, heard: list[Fact]) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        events.record(session, TicketChanged(1, 2))
        raise RuntimeError
    assert heard == []


def test_a_failing_subscriber_does_not_hurt_the_others(db: None) -> None:
    def fail(fact: Fact) -> None:
        raise RuntimeError

    heard: list[Fact] = []
    stops = [events.subscribe(fail), events.subscribe(heard.append)]
    with database.transaction() as session:
        events.record(session, TicketChanged(1, 2))
    for stop in stops:
        stop()
    assert heard == [TicketChanged(1, 2)]


@pytest.mark.parametrize("kind", events.KINDS.values())
def test_every_fact_survives_the_wire(kind: type[Fact]) -> None:
    fields = {name: ("inbound" if kind.__annotations__.get(name) is str else 7) for name in kind.__dataclass_fields__}
    fact = kind(**fields)
    assert events.from_wire(events.to_wire(fact)) == fact


def test_an_unknown_fact_of_a_newer_process_is_ignored() -> None:
    assert events.from_wire('["FromTheFuture", {"organisation_id": 1}]') is None
