"""The usual form of a date takes a short way, and means there what it means everywhere."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from services.mail.message.dates import parse_date


@pytest.mark.parametrize("minutes", [0, 60, -60, 330, -210, 765, -720])
@pytest.mark.parametrize("day", [1, 9, 10, 28])
def test_the_usual_form(day: int, minutes: int) -> None:
    moment = datetime(2026, day % 12 + 1, day, 23, 5, 59, tzinfo=timezone(timedelta(minutes=minutes)))
    written = format_datetime(moment)
    assert parse_date(written) == moment == parsedate_to_datetime(written)
    assert parse_date(written.replace(f"{day:02d} ", f"{day} ", 1).split(", ")[1] + " (CEST)") == moment


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 20 Nov 2026 10:00 +0000",
        "fri,  20 NOV 2026 10:00:00 GMT",
        "Fri, 20 Nov 26 10:00:00 +0000",
        "20-Nov-2026 10:00:00 +0000",
        "Fri, 20 Nov 2026 10:00:00",
    ],
)
def test_what_passes_for_it(text: str) -> None:
    assert parse_date(text) == datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Fri, 32 Nov 2026 10:00:00 +0000",
        "Fri, 20 Foo 2026 10:00:00 +0000",
        "Fri, 20 Nov 2026 25:00:00 +0000",
        "Fri, 20 Nov 2026 10:00:00 +9900",
        "Fri, 01 Jan 0001 00:00:00 +1400",
    ],
)
def test_no_moment(text: str) -> None:
    assert parse_date(text) is None
