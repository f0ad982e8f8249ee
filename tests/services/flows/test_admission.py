"""The ways in."""

import contextlib
import time

import pytest
from sqlmodel import select

from models import Outbound, User
from services import accounts, api_keys, database, limits, passwords, sessions
from services.access import Actor
from services.errors import Conflict, NotAuthenticated, TooMany
from services.flows import admission
from services.flows.admission import Visitor
from tests.conftest import PASSWORD, People

GUEST = Visitor("192.0.2.1", "Firefox")


def _who(token: str) -> Actor | None:
    with database.reading() as session:
        found = sessions.find(session, token)
        return found[0] if found else None


def test_set_up_then_log_in(db: None) -> None:
    founded = admission.set_up(organisation="Acme", name="Ann", email="Ann@x.test", password=PASSWORD, visitor=GUEST)
    entered = admission.log_in(" ANN@x.test", PASSWORD, visitor=GUEST)
    assert entered.organisation == "Acme"
    assert _who(founded.token) == _who(entered.token) == entered.actor
    assert founded.token != entered.token
    with pytest.raises(Conflict):
        admission.set_up(organisation="B", name="B", email="b@x.test", password=PASSWORD, visitor=GUEST)


def test_wrong_password_and_unknown_account_are_answered_alike(people: People) -> None:
    refusals = []
    for email in (people.bob.email, "stranger@people.test"):
        with pytest.raises(NotAuthenticated) as refused:
            admission.log_in(email, "wrong password", visitor=GUEST)
        refusals.append((refused.value.code, refused.value.message, refused.value.field))
    assert refusals[0] == refusals[1]


def test_unknown_account_takes_as_long(people: People) -> None:
    with database.transaction() as session:
        bob = session.get_one(User, people.bob.user_id)
        accounts.set_password(session, bob, passwords.hashed(PASSWORD))

    def seconds(email: str, turn: int) -> float:
        """Of work, whatever else the machine does; nothing else of what is done waits."""
        start = time.thread_time()
        with pytest.raises(NotAuthenticated):
            admission.log_in(email, "wrong password", visitor=Visitor(f"192.0.2.{turn}"))
        return time.thread_time() - start

    turns = [(seconds(people.bob.email, n), seconds("stranger@people.test", n)) for n in range(9)]
    known, unknown = (min(times) for times in zip(*turns, strict=True))
    assert 0.6 < known / unknown < 1.67


def test_guessing_is_stopped_even_with_the_right_password(people: People) -> None:
    for turn in range(limits.FAILURES_AN_ACCOUNT):
        with pytest.raises(NotAuthenticated):
            admission.log_in(people.bob.email, "wrong password", visitor=Visitor(f"192.0.2.{turn}"))
    with pytest.raises(TooMany):
        admission.log_in(people.bob.email, PASSWORD, visitor=Visitor("192.0.2.99"))
    assert admission.log_in(people.alice.email, PASSWORD, visitor=GUEST)


SPELLINGS = ["{}@people.test", "{}@people.test.", "{}@people.test...", " {}@ People.Test", "{}@people\u3002test",
             "{}@\uff50eople.test", "\t{}@people.test"]  # fmt: skip


def test_other_spellings_of_an_account_are_no_further_guesses(people: People) -> None:
    local = people.bob.email.partition("@")[0]
    for turn in range(limits.FAILURES_AN_ACCOUNT):
        with pytest.raises(NotAuthenticated):
            spelling = SPELLINGS[turn % len(SPELLINGS)].format(local)
            admission.log_in(spelling, "wrong password", visitor=Visitor(f"192.0.2.{turn}"))
    for spelling in SPELLINGS:
        with pytest.raises(TooMany):
            admission.log_in(spelling.format(local), PASSWORD, visitor=Visitor("192.0.2.99"))


def test_other_spellings_of_a_mailbox_are_no_further_guesses(people: People) -> None:
    with pytest.raises(TooMany):
        for number in range(2 * limits.FAILURES_AN_ACCOUNT):
            name = ["support", '"support"', '"s\\upport"', '"support'][number % 4]
            with contextlib.suppress(NotAuthenticated):
                admission.identify(f"{name}@acme.test", "wrong password", address=f"192.0.2.{number}")


def test_forgotten_password_is_answered_alike_and_mailed_to_members_only(people: People) -> None:
    started = time.perf_counter()
    admission.forgot_password("stranger@people.test", visitor=GUEST)
    assert time.perf_counter() - started >= admission.FORGOT_SECONDS
    for dots in range(5):
        admission.forgot_password(people.bob.email + "." * dots, visitor=GUEST)
    with database.reading() as session:
        assert [row.recipient for row in session.exec(select(Outbound))] == [people.bob.email] * 3


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(people: People) -> None:
    here, elsewhere = (admission.log_in(people.bob.email, PASSWORD, visitor=GUEST) for _ in range(2))
    with database.reading() as session:
        found = sessions.find(session, here.token)
    assert found
    with pytest.raises(NotAuthenticated):
        admission.change_password("wrong", "another password", session_id=found[1].id, actor=people.bob)
    admission.change_password(PASSWORD, "another password", session_id=found[1].id, actor=people.bob)
    assert _who(here.token) and _who(elsewhere.token) is None
    assert admission.log_in(people.bob.email, "another password", visitor=GUEST)


def test_mail_programs_sign_in_by_password_or_key_and_are_throttled(people: People) -> None:
    with database.transaction() as session:
        key = api_keys.create(session, "Mail", scopes=["emails:send"], actor=people.bob).plain
    by_password = admission.identify("BOB@people.test", PASSWORD, address="192.0.2.1")
    by_key = admission.identify(people.bob.email, key, address="192.0.2.1")
    assert by_password == people.bob and by_key.scopes == {"emails:send"}
    with pytest.raises(NotAuthenticated):
        admission.identify(people.alice.email, key, address="192.0.2.1")
    with pytest.raises(TooMany):
        for _ in range(limits.FAILURES_AN_ACCOUNT + 1):
            with contextlib.suppress(NotAuthenticated):
                admission.identify(people.bob.email, "wrong password", address="192.0.2.1")


def test_one_address_cannot_found_without_end(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "ATTEMPTS_AN_HOUR", 2)

    def found(number: int, address: str) -> None:
        founder = {"organisation": "A", "name": "A", "email": f"a{number}@x.test", "password": PASSWORD}
        admission.sign_up(**founder, visitor=Visitor(address))

    found(1, "192.0.2.1")
    found(2, "192.0.2.1")
    with pytest.raises(TooMany):
        found(3, "192.0.2.1")
    found(4, "192.0.2.2")
