"""Whom a batch of letters comes from: people are remembered, machines and whatever rules discard are not."""

from services import contacts
from services.contacts import Met, person_name
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Letter


def learn(desk: Desk, letters: list[Letter]) -> None:
    """After the messages are written, since each is the evidence."""
    contacts.learn(
        desk.session, [_met(letter, letter.row_id) for letter in letters if letter.row_id and _tells(letter)]
    )


def _tells(letter: Letter) -> bool:
    is_new = letter.disposition is not None and letter.disposition.outcome == "filed"
    return is_new and not letter.automatic and not letter.set_apart and bool(letter.parsed.author.address)


def _met(letter: Letter, message_id: int) -> Met:
    name = person_name(letter.parsed.author.name)
    return Met(letter.organisation_id, letter.author, name, message_id, letter.received_at)
