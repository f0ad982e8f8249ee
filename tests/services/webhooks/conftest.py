"""An HTTP server of ours that integrations may post to, and a ticket to tell of."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from models import Direction, Message, Ticket
from services import clock
from services import settings as configuration
from services.access import Actor
from services.settings import Settings
from tests import http_target
from tests.http_target import Target


@pytest.fixture
def target(settings: Settings, db: None) -> Iterator[Target]:
    configuration.use(settings.model_copy(update={"allow_private_targets": True}))
    with http_target.serving() as served:
        yield served


def a_ticket(session: Session, actor: Actor, *, alias_id: int | None = None, number: int = 1042) -> Ticket:
    ticket = Ticket(
        organisation_id=actor.organisation_id,
        number=number,
        subject="Broken lamp",
        correspondent="ann@customer.example",
        correspondent_name="Ann <Lee>",
        alias_id=alias_id,
        active_at=clock.now(),
        created_at=clock.now(),
    )
    session.add(ticket)
    session.flush()
    return ticket


def a_message(ticket: Ticket) -> Message:
    return Message(
        id=7,
        organisation_id=ticket.organisation_id,
        direction=Direction.IN,
        author_address=ticket.correspondent,
        author_name=ticket.correspondent_name,
        subject=ticket.subject,
        snippet="It <b>flickers</b> & hums <!channel> @everyone [x](http://evil.example)",
        to=[{"name": "", "address": "support@acme.example"}],
        received_at=clock.now(),
    )
