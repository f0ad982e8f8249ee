"""Sign-in sessions."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models import LoginSession, Role, User
from services import clock, database, events, sessions
from services.access import Actor
from services.errors import NotFound
from tests.conftest import People


def _user(session: Session, actor: Actor) -> User:
    return session.get_one(User, actor.user_id)


@pytest.fixture
def ended(db: None) -> list[int]:
    """The sessions that were reported as ended."""
    seen: list[int] = []

    def note(fact: events.Fact) -> None:
        if isinstance(fact, events.SessionEnded):
            seen.append(fact.session_id)

    stop: Callable[[], None] = events.subscribe(note)
    yield seen  # type: ignore[misc]
    stop()


def test_token_finds_its_owner_and_is_not_kept(people: People, session: Session) -> None:
    token = sessions.create(session, _user(session, people.bob), address="192.0.2.1", user_agent="Firefox")
    found = sessions.find(session, token)
    assert found and found[0] == people.bob and found[1].address == "192.0.2.1"
    assert token not in str(session.exec(select(LoginSession)).one().model_dump())
    assert sessions.find(session, token + "x") is None


def test_many_are_found_at_once_as_each_alone(people: People, session: Session) -> None:
    bobs, alices, ended = (
        sessions.create(session, _user(session, who)) for who in (people.bob, people.alice, people.bob)
    )
    sessions.end(session, ended)
    old = sessions.create(session, _user(session, people.olga), lifetime=timedelta(0))
    assert sessions.find_all(session, [bobs, ended, old, "made up", alices]) == {bobs: people.bob, alices: people.alice}


def test_a_new_role_counts_at_once(people: People, session: Session) -> None:
    token = sessions.create(session, _user(session, people.bob))
    _user(session, people.bob).role = Role.OBSERVER
    session.flush()
    found = sessions.find(session, token)
    assert found and found[0].role == Role.OBSERVER


def test_ends_when_idle_and_in_any_case_after_its_lifetime(people: People, session: Session) -> None:
    token = sessions.create(session, _user(session, people.bob))
    login = session.exec(select(LoginSession)).one()
    for day in (13, 26, 39, 52, 65, 78, 89):
        with clock.ahead(timedelta(days=day)):
            assert sessions.find(session, token)
            assert sessions.is_stale(login)
            sessions.touch(session, login.id or 0)
            assert not sessions.is_stale(login)
    with clock.ahead(timedelta(days=91)):
        assert sessions.find(session, token) is None
        assert sessions.forget_expired(session) == 1


def test_idle_session_is_over(people: People, session: Session) -> None:
    token = sessions.create(session, _user(session, people.bob))
    with clock.ahead(timedelta(days=15)):
        assert sessions.find(session, token) is None
        assert sessions.listed(session, actor=people.bob) == []


def test_sign_out_is_reported_to_open_tabs(people: People, ended: list[int]) -> None:
    with database.transaction() as session:
        token = sessions.create(session, _user(session, people.bob))
        login = session.exec(select(LoginSession)).one()
    with database.transaction() as session:
        sessions.end(session, token)
        sessions.end(session, "unknown")
    assert ended == [login.id]
    with database.reading() as session:
        assert sessions.find(session, token) is None


def test_one_revokes_only_ones_own(people: People, session: Session) -> None:
    sessions.create(session, _user(session, people.bob))
    login = sessions.listed(session, actor=people.bob)[0]
    with pytest.raises(NotFound):
        sessions.revoke(session, login.id or 0, actor=people.alice)
    sessions.revoke(session, login.id or 0, actor=people.bob)
    assert sessions.listed(session, actor=people.bob) == []


def test_all_but_the_present_one_can_be_ended(people: People, session: Session) -> None:
    kept = sessions.create(session, _user(session, people.bob))
    gone = sessions.create(session, _user(session, people.bob))
    found = sessions.find(session, kept)
    assert found and sessions.end_all(session, _user(session, people.bob), but=found[1].id) == 1
    assert sessions.find(session, kept) and not sessions.find(session, gone)
