"""One message while rules are tried on it: each field is read and folded once, whoever asks; expressions are timed."""

import time
from collections.abc import Sequence
from typing import Any

from services.mail.address import Address
from services.rules import patterns
from services.rules.fields import FIELDS, Kind, Value
from services.rules.subject import Subject

BUDGET = 0.1  # seconds of work all expressions together may take on one message
Place = tuple[str, str, bool]  # field, name of the header field, whole: names beside addresses


class Reading:
    """`is_exhausted`: expressions took too long, so those still to come were not looked at."""

    __slots__ = ("_began", "_domains", "_folded", "_spent", "_values", "is_exhausted", "subject")

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.is_exhausted = False
        self._values: dict[tuple[str, str], Sequence[Value]] = {}
        self._folded: dict[Place, Sequence[str]] = {}
        self._domains: dict[Place, Sequence[str]] = {}
        self._spent = self._began = 0.0

    def values(self, field: str, name: str) -> Sequence[Value]:
        known = self._values.get((field, name))
        if known is None:
            known = self._values[field, name] = FIELDS[field].read(self.subject, name)
        return known

    def texts(self, place: Place) -> Sequence[str]:
        """The values as they are compared: case folded, addresses with or without the name before them."""
        known = self._folded.get(place)
        if known is None:
            known = self._folded[place] = [each.casefold() for each in self.plain(place)]
        return known

    def plain(self, place: Place) -> Sequence[str]:
        """The values as they are shown."""
        field, name, whole = place
        values: Sequence[Any] = self.values(field, name)
        if FIELDS[field].kind is Kind.ADDRESS:
            return [_whole(each) if whole else each.address for each in values]
        return [str(each) for each in values]

    def domains(self, place: Place) -> Sequence[str]:
        """What stands behind the @ of each address."""
        known = self._domains.get(place)
        if known is None:
            known = self._domains[place] = [each.rpartition("@")[2] for each in self.texts(place) if "@" in each]
        return known

    def search(self, expression: Any, place: Place) -> bool | None:
        """Whether a text matches; None for what was not looked at because the time for it is used up."""
        if self._spent > BUDGET and self._worked > BUDGET:
            self.is_exhausted = True
            return None
        started = time.perf_counter()
        if not self._spent:
            self._began = time.thread_time()
        try:
            return any(expression.search(text[: patterns.LOOKS_AT]) for text in self.plain(place))
        finally:
            self._spent += time.perf_counter() - started

    @property
    def _worked(self) -> float:
        """What this thread worked since the first expression: asked for only where it was long, because a busy
        machine's pauses are no fault of the expressions, and the question costs more than most of them."""
        return time.thread_time() - self._began


def _whole(person: Address) -> str:
    return f"{person.name} <{person.address}>" if person.name else person.address
