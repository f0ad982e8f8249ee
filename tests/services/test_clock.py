"""The clock tells aware UTC and can be set."""

from datetime import UTC, datetime, timedelta

from services import clock


def test_now_is_aware_and_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_a_stopped_clock_stands_and_then_goes_on() -> None:
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    with clock.stopped(moment):
        assert clock.now() == clock.now() == moment
    assert clock.now() > moment


def test_an_advanced_clock_runs() -> None:
    before = clock.now()
    with clock.ahead(timedelta(days=2)):
        assert clock.now() - before >= timedelta(days=2)
