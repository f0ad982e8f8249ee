"""Accounts."""

import pytest
from sqlmodel import Session

from models import MemberStatus, Role, User
from services import accounts, passwords, sessions
from services.access import system
from services.errors import Conflict, Invalid, NotAuthenticated, NotFound
from services.passwords import Hashed
from tests.conftest import People, cheap_hash

HASHED = Hashed("$argon2id$hash")


def _found(session: Session, email: str = "Ann@Example.com") -> User:
    return accounts.sign_up(session, organisation="Acme", name="Ann", email=email, password=HASHED)


def test_set_up_works_once(session: Session) -> None:
    user = accounts.set_up(session, organisation="Acme", name="Ann", email="ann@example.com", password=HASHED)
    assert user.role == Role.OWNER
    with pytest.raises(Conflict):
        accounts.set_up(session, organisation="Two", name="Eve", email="eve@example.com", password=HASHED)


def test_an_address_has_one_account_however_it_is_written(session: Session) -> None:
    assert _found(session).email == "ann@example.com"
    with pytest.raises(Conflict) as refused:
        _found(session, " ANN@example.COM")
    assert refused.value.field == "email"


@pytest.mark.parametrize("email", ["", "ann", "@x", "ann@", "a b@x.y", "a@x,y", "a\n@x.y", "x" * 251 + "@y.z"])
def test_refuses_what_is_no_address(session: Session, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        _found(session, email)
    assert refused.value.code == "invalid_email"


def test_a_plain_password_cannot_be_stored(session: Session) -> None:
    with pytest.raises(AttributeError):
        accounts.sign_up(session, organisation="A", name="A", email="a@b.c", password="secret")  # type: ignore[arg-type]


def test_profile_and_preferences_are_ones_own(people: People, session: Session) -> None:
    changed = accounts.update(session, name="Robert", timezone="Europe/Berlin", actor=people.bob)
    assert (changed.name, changed.timezone) == ("Robert", "Europe/Berlin")
    accounts.prefer(session, theme="dark", actor=people.bob)
    assert accounts.prefer(session, undo_seconds=20, actor=people.bob) == {"theme": "dark", "undo_seconds": 20}
    signed = accounts.update(session, signature_html="<b onclick=x()>Bob</b><script>x()</script>", actor=people.bob)
    assert signed.signature_html == "<b>Bob</b>"
    assert accounts.get(session, actor=people.alice).name == "Alice"
    with pytest.raises(NotFound):
        accounts.get(session, actor=system(people.alice.organisation_id))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"timezone": "Mars/Base"}, "timezone"), ({"name": " "}, "name")],
)
def test_refuses_a_profile_that_cannot_be(people: People, session: Session, change: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.update(session, actor=people.bob, **change)
    assert refused.value.field == field


def test_refuses_preferences_that_cannot_be(people: People, session: Session) -> None:
    with pytest.raises(Invalid):
        accounts.prefer(session, theme="pink", actor=people.bob)
    with pytest.raises(Invalid):
        accounts.prefer(session, undo_seconds=61, actor=people.bob)


def test_new_password_ends_every_other_session(people: People, session: Session) -> None:
    bob = session.get_one(User, people.bob.user_id)
    kept, gone = sessions.create(session, bob), sessions.create(session, bob)
    found = sessions.find(session, kept)
    accounts.set_password(session, bob, passwords.Hashed(cheap_hash() + "x"), keep_session=found and found[1].id)
    assert sessions.find(session, kept) and not sessions.find(session, gone)


def test_password_that_changed_while_it_was_verified_lets_nobody_in(people: People, session: Session) -> None:
    account = accounts.with_email(session, people.bob.email.upper())
    assert account and accounts.confirmed(session, account).id == people.bob.user_id
    bob = session.get_one(User, people.bob.user_id)
    bob.password_hash = "other"
    with pytest.raises(NotAuthenticated):
        accounts.confirmed(session, account)
    bob.status = MemberStatus.REMOVED
    session.flush()
    assert accounts.with_email(session, people.bob.email) is None
