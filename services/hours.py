"""Business hours: when a mailbox is open, in its own time zone, and how far a promise reaches on that clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models import Mailbox
from services.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FARTHEST_DAYS = 3660  # a calendar with no open hour in ten years has none
_WHOLE_DAY = [("00:00", "24:00")]


@dataclass(frozen=True)
class Calendar:
    """Open spans by weekday as ("09:00", "17:00"), and days that are closed whatever the weekday.

    No span at all means: always open.
    """

    zone: ZoneInfo
    spans: dict[str, list[tuple[str, str]]]
    holidays: frozenset[date]

    def due(self, start: datetime, rest: timedelta) -> datetime:
        """The moment when `rest` of open time has passed since `start`. Raises Invalid where that is past the farthest
        day."""
        for begins, ends in self._open_from(start):
            if ends - begins >= rest:
                return begins + rest
            rest -= ends - begins
        raise Invalid("That is more time than these business hours have in ten years.", field="targets")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` is open."""
        total = timedelta(0)
        for begins, ends in self._open_from(start):
            if begins >= end:
                break
            total += min(ends, end) - begins
        return total

    def is_open(self, at: datetime) -> bool:
        return self.between(at, at + timedelta(microseconds=1)) > timedelta(0)

    def _open_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans after `start`, in UTC, in order; the first is cut to begin at it."""
        today = start.astimezone(self.zone).date() - timedelta(days=1)
        for day in (today + timedelta(days=count) for count in range(FARTHEST_DAYS)):
            for begins, ends in self._spans_of(day):
                if ends > max(begins, start):  # a span within the hour that summer time skips ends before it begins
                    yield max(begins, start), ends

    def _spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if day in self.holidays:
            return
        for begins, ends in self.spans.get(DAYS[day.weekday()], []) if self.spans else _WHOLE_DAY:
            yield self._moment(day, begins), self._moment(day, ends)

    def _moment(self, day: date, clock: str) -> datetime:
        """A local wall-clock time in UTC: arithmetic over a change to summer time is done there."""
        if clock == "24:00":
            day, clock = day + timedelta(days=1), "00:00"
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)


def calendar_of(mailbox: Mailbox) -> Calendar:
    return read(mailbox.timezone, mailbox.hours, mailbox.holidays)


def read(timezone: str, hours: dict[str, object], holidays: list[str]) -> Calendar:
    """Check and read what was typed. Raises Invalid naming the field."""
    try:
        zone = ZoneInfo(timezone)
    except (ValueError, OSError, KeyError):
        raise Invalid(f"There is no time zone called {timezone!r}.", field="timezone") from None
    try:
        days_off = frozenset(date.fromisoformat(each) for each in holidays)
    except (ValueError, TypeError):
        raise Invalid("Give holidays as dates like 2026-12-25.", field="holidays") from None
    unknown = set(hours) - set(DAYS)
    if unknown:
        raise Invalid(f"There is no weekday called {min(unknown)!r}; use {', '.join(DAYS)}.", field="hours")
    spans = {day: _read_spans(day, hours[day]) for day in DAYS if day in hours}
    if spans and not any(spans.values()):
        raise Invalid("These business hours are never open.", field="hours")
    return Calendar(zone, spans, days_off)


def _read_spans(day: str, spans: object) -> list[tuple[str, str]]:
    if not isinstance(spans, list):
        raise Invalid(f"Give the hours of {day} as a list of beginnings and ends.", field="hours")
    last = "00:00"
    found: list[tuple[str, str]] = []
    for span in spans:
        begins, ends = _pair(day, span)
        if not last <= begins < ends:
            raise Invalid(f"The hours of {day} must follow each other and end after they begin.", field="hours")
        found.append((begins, ends))
        last = ends
    return found


def _pair(day: str, span: object) -> tuple[str, str]:
    if isinstance(span, list | tuple) and len(span) == 2 and all(_is_clock(each) for each in span):
        return str(span[0]), str(span[1])
    raise Invalid(f"Give the hours of {day} as times like 09:00 and 17:30.", field="hours")


def _is_clock(text: object) -> bool:
    if not isinstance(text, str) or len(text) != 5 or text[2] != ":":
        return False
    hour, minute = text[:2], text[3:]
    return hour.isdecimal() and minute.isdecimal() and (text == "24:00" or (int(hour) < 24 and int(minute) < 60))
