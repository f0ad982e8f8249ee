"""A condition made ready to be asked, and the clues without which it cannot hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from services.rules import patterns, values, words
from services.rules.drafts import Condition
from services.rules.fields import FIELDS, Kind
from services.rules.operators import OPERATORS
from services.rules.reading import Place, Reading

Holds = Callable[[Reading], bool | None]


class How(IntEnum):
    """Where a clue's text must be, the most telling first: a value of its own, behind the @, anywhere, a choice of
    few."""

    EXACT = 0
    DOMAIN = 1
    PART = 2
    CHOICE = 3


@dataclass(frozen=True, slots=True)
class Clue:
    """A text that stands in a place of every message its condition holds for."""

    how: How
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """`ask(reading)` gives the answer with negation; None as "could not be looked at" never holds. `clues` None: none
    can be told, the condition must always be asked."""

    condition: Condition
    place: Place
    ask: Holds
    clues: tuple[Clue, ...] | None
    sentence: str = ""

    def holds(self, reading: Reading) -> bool:
        answer = self.ask(reading)
        return answer is not None and answer is not self.condition.negate

    def found(self, reading: Reading) -> str:
        """What the message says there, for people."""
        kind = FIELDS[self.condition.field].kind
        if kind is Kind.SIZE:
            return words.size(reading.subject.size)
        if kind is Kind.TIME:
            return f"{reading.subject.at:%H:%M}"
        if kind is Kind.FLAG:
            return "yes" if reading.values(*self.place[:2])[0] else "no"
        shown = [" ".join(each[:400].split())[: words.SHOWN] for each in reading.plain(self.place)[:5]]
        return ", ".join(filter(None, shown))


def question(condition: Condition) -> Question:
    """Raises Invalid for an expression that can no longer be read."""
    return replace(_question(condition), sentence=words.condition(condition))


def _question(condition: Condition) -> Question:
    kind, operator = FIELDS[condition.field].kind, condition.operator
    place = (condition.field, condition.name, OPERATORS[operator].whole and kind is Kind.ADDRESS)
    if kind in (Kind.SIZE, Kind.TIME):
        return Question(condition, place, _numeric(condition, place), None)
    if kind in (Kind.FLAG, Kind.DAY, Kind.RESULT):
        wanted = condition.value if isinstance(condition.value, list) else [condition.value]
        return _exact(condition, place, [str(each) for each in wanted], How.CHOICE)
    if operator == "exists":
        return Question(condition, place, lambda reading: any(reading.texts(place)), None)
    if operator == "matches":
        return _matching(condition, place)
    if operator in ("is", "in"):
        wanted = condition.value if isinstance(condition.value, list) else [condition.value]
        return _exact(condition, place, [str(each) for each in wanted], How.EXACT)
    return _partial(condition, place, str(condition.value).casefold())


def _numeric(condition: Condition, place: Place) -> Holds:
    is_time = FIELDS[condition.field].kind is Kind.TIME
    limit = values.minutes(str(condition.value)) if is_time else int(str(condition.value))
    compare: dict[str, Callable[[Any], bool]] = {
        "greater": lambda number: number > limit,
        "less": lambda number: number < limit,
        "before": lambda number: number < limit,
        "after": lambda number: number >= limit,
    }
    holds = compare[condition.operator]
    return lambda reading: any(map(holds, reading.values(*place[:2])))


def _exact(condition: Condition, place: Place, wanted: Sequence[str], how: How) -> Question:
    """One of several texts; among addresses `@example.com` stands for everybody there."""
    folded = [each.casefold() for each in wanted]
    at_domain = FIELDS[condition.field].kind is Kind.ADDRESS
    domains = frozenset(each[1:] for each in folded if at_domain and each.startswith("@"))
    exact = frozenset(each for each in folded if each[1:] not in domains or not each.startswith("@"))

    def ask(reading: Reading) -> bool:
        if not exact.isdisjoint(reading.texts(place)):
            return True
        return bool(domains) and not domains.isdisjoint(reading.domains(place))

    clues = [Clue(how, place, each) for each in sorted(exact)]
    clues += [Clue(How.DOMAIN, place, each) for each in sorted(domains)]
    return Question(condition, place, ask, _unless_negated(condition, clues))


def _partial(condition: Condition, place: Place, text: str) -> Question:
    tests: dict[str, Callable[[str], bool]] = {
        "contains": lambda said: text in said,
        "starts": lambda said: said.startswith(text),
        "ends": lambda said: said.endswith(text),
    }
    holds = tests[condition.operator]
    clue = Clue(How.PART, place, text)
    is_address = FIELDS[condition.field].kind is Kind.ADDRESS
    if condition.operator == "ends" and is_address and text.startswith("@") and "@" not in text[1:]:
        clue = Clue(How.DOMAIN, place, text[1:])
    return Question(condition, place, lambda r: any(map(holds, r.texts(place))), _unless_negated(condition, [clue]))


def _matching(condition: Condition, place: Place) -> Question:
    pattern = str(condition.value)
    expression, literal = patterns.compiled(pattern), patterns.literal(pattern)
    clues = _unless_negated(condition, [Clue(How.PART, place, literal)]) if literal else None
    return Question(condition, place, lambda reading: reading.search(expression, place), clues)


def _unless_negated(condition: Condition, clues: Sequence[Clue]) -> tuple[Clue, ...] | None:
    return None if condition.negate else tuple(clues)
