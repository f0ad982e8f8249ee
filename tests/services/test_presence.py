"""Heartbeats: what pages hear of them, and what not."""

from datetime import timedelta

import pytest

from models import PresenceState
from services import clock, database, events, presence
from services.errors import NotFound
from tests.conftest import People
from tests.services.flows.inbound.conftest import post
from tests.services.tickets.made import ticket

__all__ = ["post"]
pytestmark = pytest.mark.usefixtures("post")


def test_only_differences_are_news(people: People) -> None:
    ticket_id = ticket()
    heard: list[events.Fact] = []
    stop = events.subscribe(heard.append)
    begun = clock.now()
    for seconds, state in ((0, "viewing"), (5, "viewing"), (10, "typing"), (15, "typing"), (40, "typing")):
        with clock.stopped(begun + timedelta(seconds=seconds)), database.transaction() as session:
            presence.heartbeat(session, ticket_id, state=PresenceState(state), actor=people.bob)
    with database.transaction() as session:
        presence.leave(session, ticket_id, actor=people.bob)
        presence.leave(session, ticket_id, actor=people.bob)
    stop()
    assert len(heard) >= 1 and set(heard) == {events.PresenceChanged(people.bob.organisation_id, ticket_id)}
    assert len(heard) == 4  # came, began to type, came back, left


def test_a_foreign_ticket_cannot_be_watched(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session, pytest.raises(NotFound):
        presence.heartbeat(session, ticket_id, state=PresenceState.VIEWING, actor=people.charlie)
    with database.reading() as session:
        assert presence.of(session, ticket_id, actor=people.charlie) == ()
