"""The one place that knows what time it is; tests set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset = timedelta(0)
_fixed: datetime | None = None


def now() -> datetime:
    """The present moment, aware, UTC."""
    return _fixed if _fixed is not None else datetime.now(UTC) + _offset


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Stand still at `at` (aware) for the duration of the block."""
    global _fixed
    before, _fixed = _fixed, at
    try:
        yield
    finally:
        _fixed = before


@contextmanager
def ahead(by: timedelta) -> Iterator[None]:
    """Run on, but `by` later than the machine's clock."""
    global _offset
    before, _offset = _offset, _offset + by
    try:
        yield
    finally:
        _offset = before
