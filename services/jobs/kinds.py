"""What each kind of job does: the registry that flows fill when they are imported."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models import JobKind

Work = Callable[[int], Awaitable[None]]
Due = Callable[[Session], Collection[int]]
Stumbled = Callable[[Session, int, str, datetime | None], None]  # subject, why, when it is tried again if ever

WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200, 21_600, 86_400))


@dataclass(frozen=True)
class Kind:
    """`work(subject_id)`, `waits` between tries, how many run `at_once` in a process, who is `due` by their rows, and
    who is told when a try has `stumbled`."""

    work: Work
    waits: tuple[timedelta, ...]
    at_once: int
    due: Due | None
    stumbled: Stumbled | None = None


KINDS: dict[JobKind, Kind] = {}


def define(
    kind: JobKind,
    *,
    waits: tuple[timedelta, ...] = WAITS,
    at_once: int = 4,
    due: Due | None = None,
    stumbled: Stumbled | None = None,
) -> Callable[[Work], Work]:
    """Make the decorated function the work of `kind`."""

    def register(work: Work) -> Work:
        KINDS[kind] = Kind(work, waits, at_once, due, stumbled)
        return work

    return register
