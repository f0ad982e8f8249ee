"""Organisations."""

import pytest
from sqlmodel import Session, select

from models import Mailbox
from services import organisations
from services.errors import Invalid, NotPermitted
from tests.conftest import People


def test_a_new_one_can_receive(session: Session) -> None:
    assert not organisations.any_exists(session)
    founded = organisations.found(session, "  Acme   Ltd ")
    assert founded.name == "Acme Ltd"
    assert [box.name for box in session.exec(select(Mailbox)) if box.organisation_id == founded.id] == ["Support"]
    assert organisations.any_exists(session)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x07b"])
def test_a_name_must_be_readable(session: Session, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        organisations.found(session, name)
    assert refused.value.field == "organisation"


def test_settings_are_merged_by_who_may(people: People, session: Session) -> None:
    organisations.update(session, settings={"a": 1}, actor=people.alice)
    updated = organisations.update(session, name="Acme 2", settings={"b": 2}, actor=people.alice)
    assert (updated.name, updated.settings) == ("Acme 2", {"a": 1, "b": 2})
    with pytest.raises(NotPermitted):
        organisations.update(session, name="Bobs", actor=people.bob)
    assert organisations.get(session, actor=people.charlie).name == "Other Ltd"
