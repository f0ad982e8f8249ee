"""Times as people say them."""

from datetime import datetime, timedelta

from nicegui import ui

from components.words import text
from services import clock


def ago(at: datetime | None, *, never: str = "never") -> str:
    """How long since, or until, in the largest unit that says it."""
    if at is None:
        return never
    gap = clock.now() - at
    words = _span(abs(gap))
    if words == "now":
        return "just now"
    return f"{words} ago" if gap > timedelta(0) else f"in {words}"


def _span(gap: timedelta) -> str:
    seconds = gap.total_seconds()
    for size, unit in ((86_400 * 365, "year"), (86_400 * 30, "month"), (86_400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}" + ("s" if count > 1 else "")
    return "now"


def moment(at: datetime | None, *, before: str = "", never: str = "never") -> ui.element:
    """`before` and how long ago, with the exact time (UTC) on pointing at it."""
    element = text((before + " " if before else "") + ago(at, never=never)).classes("muted tabular")
    if at is not None:
        element.props["title"] = at.strftime("%Y-%m-%d %H:%M:%S UTC")
    return element
