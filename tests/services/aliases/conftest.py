"""A domain of Acme's and one of the others'."""

from dataclasses import dataclass

import pytest

from services import database, domains
from tests.conftest import People


@dataclass(frozen=True)
class Places:
    ours: int
    theirs: int


@pytest.fixture
def places(people: People) -> Places:
    with database.transaction() as session:
        ours = domains.add(session, "acme.example", actor=people.alice)
        theirs = domains.add(session, "other.example", actor=people.charlie)
        return Places(ours.id or 0, theirs.id or 0)
