"""What becomes of a member's aliases when the member goes."""

import pytest
from sqlmodel import Session

from services import aliases, notices, team
from services.errors import NotFound
from tests.conftest import People
from tests.services.aliases.conftest import Places


def made(session: Session, people: People, places: Places, *members: int | None) -> int:
    chosen = [each or 0 for each in members]
    return aliases.add(session, places.ours, "support", member_ids=chosen, actor=people.alice).alias.id or 0


def titles(session: Session, people: People) -> list[str]:
    return [each.title for each in notices.current(session, actor=people.alice)]


def test_the_chosen_one_takes_the_place(people: People, places: Places, session: Session) -> None:
    number = made(session, people, places, people.bob.user_id, people.alice.user_id)
    team.remove(session, people.bob.user_id or 0, heir_id=people.alice.user_id, actor=people.alice)
    assert aliases.get(session, number, actor=people.alice).member_ids == (people.alice.user_id,)
    assert titles(session, people) == []


def test_where_nobody_is_left_a_notice_says_so(people: People, places: Places, session: Session) -> None:
    number = made(session, people, places, people.bob.user_id)
    team.remove(session, people.bob.user_id or 0, actor=people.alice)
    left = aliases.get(session, number, actor=people.alice)
    assert left.member_ids == () and left.alias.mailbox_id == people.mailbox_id
    assert titles(session, people) == ["Conversations of support@acme.example are handed to nobody now"]


def test_heirs_are_colleagues(people: People, places: Places, session: Session) -> None:
    for heir in (people.charlie.user_id, people.bob.user_id, 999):
        with pytest.raises(NotFound):
            team.remove(session, people.bob.user_id or 0, heir_id=heir, actor=people.alice)
