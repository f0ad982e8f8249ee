"""The Date field as a moment in UTC."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz


def parse_date(text: str) -> datetime | None:
    """RFC 5322 3.3 and what passes for it; None for what names no moment."""
    try:
        found = parsedate_tz(text[:200])
        if found is None:
            return None
        zone = timezone(timedelta(seconds=found[9] or 0))
        return datetime(*found[:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
