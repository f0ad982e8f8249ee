"""Deleting what is over."""

from datetime import timedelta

from sqlmodel import func, select

from models import IdempotentAnswer, LoginSession, PasswordReset, RateWindow, User
from services import clock, database, idempotency, limits, password_resets, sessions
from services.flows import sweeping
from tests.conftest import People

KINDS = (IdempotentAnswer, LoginSession, PasswordReset, RateWindow)


def _counts() -> list[int]:
    with database.reading() as session:
        return [session.exec(select(func.count()).select_from(kind)).one() for kind in KINDS]


def test_what_is_over_goes_and_the_rest_stays(people: People) -> None:
    with database.transaction() as session:
        sessions.create(session, session.get_one(User, people.bob.user_id))
        password_resets.request(session, people.bob.email)
        limits.hit(session, "k", limit=1, period=60)
        idempotency.begin(session, "f", "body")
    sweeping.sweep()
    assert _counts() == [1, 1, 1, 1]
    with clock.ahead(timedelta(days=100)):
        sweeping.sweep()
    assert _counts() == [0, 0, 0, 0]
