"""Forgotten passwords."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models import Outbound, PasswordReset, RawMessage, User
from services import clock, password_resets, sessions
from services.errors import Invalid
from services.mail import message
from services.passwords import Hashed
from tests.conftest import People

NEW = Hashed("$argon2id$new")


def _mailed_token(session: Session) -> str:
    """What the newest e-mail's link carries."""
    row = session.exec(select(Outbound).order_by(Outbound.id.desc())).first()  # type: ignore[union-attr]
    assert row
    text = message.parse(session.get_one(RawMessage, row.raw_id).content).text
    return text.split("reset?token=")[1].split()[0]


def test_link_sets_a_new_password_once(people: People, session: Session) -> None:
    bob = session.get_one(User, people.bob.user_id)
    open_session = sessions.create(session, bob)
    password_resets.request(session, "BOB@people.test")
    token = _mailed_token(session)
    assert session.exec(select(PasswordReset)).one().token_hash != token
    password_resets.check(session, token)
    assert password_resets.use(session, token, NEW).id == bob.id
    assert bob.password_hash == NEW.text and sessions.find(session, open_session) is None
    with pytest.raises(Invalid):
        password_resets.use(session, token, NEW)


def test_an_older_link_dies_with_the_newer(people: People, session: Session) -> None:
    password_resets.request(session, people.bob.email)
    older = _mailed_token(session)
    password_resets.request(session, people.bob.email)
    password_resets.use(session, _mailed_token(session), NEW)
    with pytest.raises(Invalid):
        password_resets.use(session, older, NEW)


def test_link_lives_an_hour(people: People, session: Session) -> None:
    password_resets.request(session, people.bob.email)
    token = _mailed_token(session)
    with clock.ahead(timedelta(minutes=61)), pytest.raises(Invalid):
        password_resets.check(session, token)
    with pytest.raises(Invalid):
        password_resets.check(session, token[:-1])


def test_nobody_is_written_to_who_has_no_account(people: People, session: Session) -> None:
    password_resets.request(session, "stranger@people.test")
    assert session.exec(select(Outbound)).all() == []
