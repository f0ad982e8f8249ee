"""Business hours: nights, weekends, holidays and summer time, against counting the minutes one by one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import hours
from services.errors import Invalid

OFFICE: dict[str, object] = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in hours.DAYS[:5]}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-20 10:00", 60, "2026-11-20 11:00"),  # a Friday morning
        ("2026-11-20 11:30", 60, "2026-11-20 13:30"),  # lunch does not count
        ("2026-11-20 16:30", 60, "2026-11-23 09:30"),  # nor does the weekend
        ("2026-11-21 03:00", 15, "2026-11-23 09:15"),
        ("2026-12-24 16:00", 120, "2026-12-28 10:00"),  # Christmas Day is a holiday
        ("2026-11-20 16:00", 60, "2026-11-20 17:00"),  # up to the last minute
    ],
)
def test_promises_run_while_the_place_is_open(start: str, minutes: int, due: str) -> None:
    assert hours.read("UTC", OFFICE, ["2026-12-25"]).due(at(start), timedelta(minutes=minutes)) == at(due)


def test_without_hours_it_is_always_open() -> None:
    calendar = hours.read("UTC", {}, [])
    assert calendar.due(at("2026-11-21 23:50"), timedelta(minutes=30)) == at("2026-11-22 00:20")
    assert calendar.is_open(at("2026-11-22 04:00"))


def test_local_time_and_its_change() -> None:
    """Berlin leaves summer time on 25 October 2026: nine o'clock is 07:00 UTC before, 08:00 after."""
    calendar = hours.read("Europe/Berlin", {day: [["09:00", "10:00"]] for day in hours.DAYS}, [])
    assert calendar.due(at("2026-10-24 08:00"), timedelta(minutes=30)) == at("2026-10-25 08:30")
    assert calendar.between(at("2026-10-24 00:00"), at("2026-10-26 00:00")) == timedelta(hours=2)
    assert not calendar.is_open(at("2026-10-25 07:30"))


def test_a_span_in_the_hour_that_is_skipped_is_none() -> None:
    calendar = hours.read("Europe/Berlin", {"sun": [["02:10", "03:00"], ["09:00", "10:00"]]}, [])
    assert calendar.due(at("2026-03-29 00:00"), timedelta(minutes=30)) == at("2026-03-29 07:30")


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 235 * 24 * 60),
    st.integers(0, 600),
    st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu"]),
)
def test_what_is_due_lies_that_much_open_time_ahead(start: int, minutes: int, zone: str) -> None:
    calendar = hours.read(zone, OFFICE, ["2026-05-01"])
    begin = at("2026-03-20 00:00") + timedelta(minutes=start)
    due = calendar.due(begin, timedelta(minutes=minutes))
    assert calendar.between(begin, due) == timedelta(minutes=minutes)
    local = (due - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    assert minutes == 0 or (local.weekday() < 5 and 9 <= local.hour < 17 and local.hour != 12)


@pytest.mark.parametrize(
    ("zone", "week", "holidays", "field"),
    [
        ("Mars/Olympus", OFFICE, [], "timezone"),
        ("../etc/passwd", OFFICE, [], "timezone"),
        ("UTC", {"monday": []}, [], "hours"),
        ("UTC", {"mon": []}, [], "hours"),
        ("UTC", {"mon": [["17:00", "09:00"]]}, [], "hours"),
        ("UTC", {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}, [], "hours"),
        ("UTC", {"mon": [["9", "12:00"]]}, [], "hours"),
        ("UTC", {"mon": [["09:00", "24:30"]]}, [], "hours"),
        ("UTC", {"mon": "09:00-17:00"}, [], "hours"),
        ("UTC", OFFICE, ["Christmas"], "holidays"),
    ],
)
def test_what_cannot_be_is_refused_by_name(zone: str, week: dict[str, object], holidays: list[str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        hours.read(zone, week, holidays)
    assert refused.value.field == field
