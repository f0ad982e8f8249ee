"""Limits: N and never N + 1, whatever happens at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from services import clock, database, limits
from services import settings as configuration
from services.errors import TooMany
from services.settings import Settings


def _hit(_: int = 0) -> bool:
    with database.counting() as session:
        return limits.hit(session, "key", limit=25, period=limits.HOUR).allowed


def test_exactly_n_of_fifty_parallel_hits(db: None) -> None:
    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(_hit, range(100))) == 25


def test_two_processes_share_one_count(db: None, fresh_engine: sa.Engine) -> None:
    def other(_: int) -> bool:
        with Session(fresh_engine) as session:
            allowed = limits.hit(session, "key", limit=25, period=limits.HOUR).allowed
            session.commit()
            return allowed

    with ThreadPoolExecutor(20) as pool:
        here, there = pool.map(_hit, range(40)), pool.map(other, range(40))
        assert sum(here) + sum(there) == 25


def test_a_restart_forgets_nothing(settings: Settings, db: None) -> None:
    assert sum(_hit() for _ in range(20)) == 20
    database.disconnect()
    database.connect(settings.database)
    assert sum(_hit() for _ in range(20)) == 5


def test_window_tells_what_is_left_and_when_it_ends(session: Session) -> None:
    begun = clock.now().replace(microsecond=0)
    with clock.stopped(begun):
        first = limits.hit(session, "k", limit=2, period=60)
        assert (first.remaining, first.allowed, first.retry_after) == (1, True, 60)
    with clock.stopped(begun + timedelta(seconds=30)):
        limits.hit(session, "k", limit=2, period=60)
        refused = limits.hit(session, "k", limit=2, period=60)
        assert not refused.allowed and (refused.remaining, refused.retry_after) == (0, 30)
    with clock.stopped(begun + timedelta(seconds=61)):
        assert limits.hit(session, "k", limit=2, period=60).remaining == 1
    with clock.stopped(begun + timedelta(seconds=200)):
        assert limits.forget_expired(session) == 1


def test_the_tighter_window_is_told(settings: Settings, session: Session) -> None:
    chosen = settings.model_copy(update={"rate_limit_per_minute": 3, "rate_limit_per_day": 4})
    configuration.use(chosen)
    minute = [limits.request(session, credential="key:1", organisation_id=1) for _ in range(4)]
    assert [window.allowed for window in minute] == [True, True, True, False]
    assert minute[0].limit == 3
    other = [limits.request(session, credential="key:2", organisation_id=1) for _ in range(2)]
    assert [window.allowed for window in other] == [True, False]
    assert other[1].limit == 4 and other[1].retry_after > 86_000


def test_failed_logins_are_counted_by_account_and_by_address(session: Session) -> None:
    for turn in range(limits.FAILURES_AN_ACCOUNT):
        limits.attempt(session, "Ann@x.test", f"192.0.2.{turn}")
    with pytest.raises(TooMany):
        limits.attempt(session, "ann@x.test", "192.0.2.99")
    for turn in range(limits.FAILURES_AN_ADDRESS):
        limits.attempt(session, f"user{turn}@x.test", "198.51.100.1")
    with pytest.raises(TooMany) as refused:
        limits.attempt(session, "fresh@x.test", "198.51.100.1")
    assert 0 < refused.value.retry_after <= limits.QUARTER


def test_who_gets_in_is_forgiven(session: Session) -> None:
    for _ in range(4 * limits.FAILURES_AN_ADDRESS):
        limits.attempt(session, "ann@x.test", "192.0.2.1")
        limits.forgive(session, "ann@x.test", "192.0.2.1")
