"""A ticket by mail, in one line."""

from itertools import count
from typing import Any

from models import Ticket
from services import database
from services.access import Actor
from services.tickets import recording
from tests.services.flows.inbound.conftest import letter, received, ticket_of

_numbers = count(1)


def ticket(subject: str = "", text: str = "A question.", **fields: Any) -> int:
    """The id of a new ticket."""
    made = ticket_of(received(letter(subject or f"Question {next(_numbers)}", text, **fields)))
    assert made.id is not None
    return made.id


def now(ticket_id: int, actor: Actor) -> Ticket:
    """The ticket as the database has it."""
    with database.reading() as session:
        return recording.load(session, ticket_id, actor=actor)
