"""Filters by what is not one's own."""

import pytest
from sqlmodel import Session

from models import Mailbox, User
from services import filters
from services.errors import NotFound
from tests.conftest import People


def test_one_s_own_and_nothing_pass(people: People, session: Session) -> None:
    filters.require_own(session, Mailbox, people.mailbox_id, actor=people.bob)
    filters.require_own(session, User, people.alice.user_id, actor=people.bob)
    filters.require_own(session, User, None, actor=people.bob)


def test_foreign_is_as_absent(people: People, session: Session) -> None:
    said = []
    for number in (people.other_mailbox_id, 987_654):
        with pytest.raises(NotFound) as refused:
            filters.require_own(session, Mailbox, number, actor=people.bob)
        said.append(refused.value.message)
    assert len(set(said)) == 1
