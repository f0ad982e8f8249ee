"""One key for one database: another is refused before it does any harm."""

from pathlib import Path

import pytest

from models import Setting
from services import database, domains, keymark, secrets
from services import settings as configuration
from services.errors import Conflict
from services.settings import Settings
from tests.conftest import People
from tests.program import Program

OTHER = "another key, thirty-two characters long"


def check() -> None:
    with database.transaction() as session:
        keymark.check(session)


def with_key(settings: Settings, key: str) -> None:
    configuration.use(settings.model_copy(update={"secret_key": key}))
    secrets.load()


def test_the_key_of_the_first_start_is_the_key(settings: Settings, db: None) -> None:
    check()
    check()
    with_key(settings, OTHER)
    with pytest.raises(Conflict) as refused:
        check()
    assert refused.value.code == "wrong_key"
    with_key(settings, settings.secret_key)
    check()


def test_a_database_without_a_mark_is_known_by_what_is_sealed_in_it(settings: Settings, people: People) -> None:
    with database.transaction() as session:
        domains.add(session, "acme.example", actor=people.alice)
    with_key(settings, OTHER)
    with pytest.raises(Conflict):
        check()
    with database.reading() as session:
        assert session.get(Setting, keymark.NAME) is None
    with_key(settings, settings.secret_key)
    check()


@pytest.mark.process
def test_the_program_says_so_and_does_not_start(settings: Settings, db: None, tmp_path: Path) -> None:
    check()
    refused = pytest.raises(RuntimeError, match="sealed with another key")
    with refused, Program(tmp_path, database_url=settings.database, secret_key=OTHER):
        pass
