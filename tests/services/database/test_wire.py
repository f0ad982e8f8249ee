"""Facts between processes: what another one says is heard, whatever else is said and however often the line is cut."""

import json
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from services import events
from services.database import wire
from services.events import Fact, TicketChanged
from tests.conftest import POSTGRES

pytestmark = pytest.mark.skipif(not POSTGRES, reason="SQLite is for one process; MAILROOM_TEST_DATABASE_URL is not set")


@pytest.fixture
def heard() -> Iterator[list[Fact]]:
    facts: list[Fact] = []
    stop = events.subscribe(facts.append)
    yield facts
    stop()


def say(engine: sa.Engine, payload: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.text("SELECT pg_notify(:channel, :payload)"), {"channel": wire.CHANNEL, "payload": payload}
        )


def is_heard(engine: sa.Engine, heard: list[Fact], fact: Fact) -> bool:
    """Said again and again by another process until it is heard: who begins to listen hears nothing from before."""
    deadline = time.monotonic() + 90
    while fact not in heard and time.monotonic() < deadline:
        say(engine, json.dumps(["another", events.to_wire(fact)]))
        time.sleep(0.05)
    return fact in heard


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "nonsense",
        "[1]",
        "7",
        '["another", "{"]',
        '["another", "[\\"TicketChanged\\", {\\"of_another_version\\": 1}]"]',
    ],
)
def test_what_cannot_be_understood_is_lost_alone(
    db: None, fresh_engine: sa.Engine, heard: list[Fact], payload: str
) -> None:
    assert is_heard(fresh_engine, heard, TicketChanged(1, 2))
    say(fresh_engine, payload)
    assert is_heard(fresh_engine, heard, TicketChanged(1, 3))


def test_a_line_that_was_cut_is_taken_up_again(db: None, fresh_engine: sa.Engine, heard: list[Fact]) -> None:
    assert is_heard(fresh_engine, heard, TicketChanged(1, 2))
    with fresh_engine.begin() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
        )
    assert is_heard(fresh_engine, heard, TicketChanged(1, 3))
