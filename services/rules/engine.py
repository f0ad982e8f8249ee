"""All rules of an organisation as one matcher, whose work does not grow with their number.

The clues of all rules go into dictionaries of whole values and of domains and into one Aho-Corasick automaton a field;
one look at a message names the few rules that can hold, and only those are asked, in order.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from models import Match
from services.rules.conditions import Clue, How, Question, question
from services.rules.drafts import Draft
from services.rules.reading import Place, Reading
from services.rules.subject import Subject


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with its questions; `id` 0 for a draft."""

    id: int
    draft: Draft
    questions: tuple[Question, ...]

    def holds(self, reading: Reading) -> bool:
        """No conditions: always."""
        quantify = any if self.draft.match == Match.ANY and self.questions else all
        return quantify(each.holds(reading) for each in self.questions)

    def clues(self) -> Sequence[Clue] | None:
        """Without one of these the rule cannot hold; None: it must always be asked."""
        known = [each.clues for each in self.questions if each.clues is not None]
        if self.draft.match == Match.ANY:
            return [clue for clues in known for clue in clues] if len(known) == len(self.questions) and known else None
        return min(known, key=_worth, default=None)


def _worth(clues: Sequence[Clue]) -> tuple[int, int]:
    """The most telling condition comes first: by its worst clue, then by the length of its shortest text."""
    return max(clue.how for clue in clues), -min(len(clue.text) for clue in clues)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that held, with a sentence for each condition that did."""

    rule: Ready
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say of one message, in their order. `is_exhausted`: expressions took too long, see Reading."""

    hits: tuple[Hit, ...] = ()
    is_exhausted: bool = False


NOTHING = Decision()


def ready(rule_id: int, draft: Draft) -> Ready:
    return Ready(rule_id, draft, tuple(map(question, draft.conditions)))


class Matcher:
    """Rules, in order of evaluation, compiled together."""

    def __init__(self, rules: Iterable[Ready]) -> None:
        self.rules = tuple(rules)
        self._always: list[int] = []
        exact: dict[Place, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        domains: dict[Place, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        parts: dict[Place, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        kinds = {How.EXACT: exact, How.CHOICE: exact, How.DOMAIN: domains, How.PART: parts}
        for number, rule in enumerate(self.rules):
            clues = rule.clues()
            if clues is None:
                self._always.append(number)
            for clue in clues or ():
                kinds[clue.how][clue.place][clue.text].append(number)
        self._exact = [(place, dict(texts)) for place, texts in exact.items()]
        self._domains = [(place, dict(texts)) for place, texts in domains.items()]
        self._parts = [(place, _automaton(texts)) for place, texts in parts.items()]

    def decide(self, subject: Subject) -> Decision:
        """Ask the candidates in order, up to the first that holds and stops."""
        if not self.rules:
            return NOTHING
        reading, hits = Reading(subject), []
        for number in self._candidates(reading):
            rule = self.rules[number]
            if rule.holds(reading):
                hits.append(Hit(rule, tuple(each.sentence for each in rule.questions if each.holds(reading))))
                if rule.draft.stops and not rule.draft.shadow:
                    break
        return Decision(tuple(hits), reading.is_exhausted)

    def _candidates(self, reading: Reading) -> list[int]:
        found = set(self._always)
        for place, texts in self._exact:
            for text in reading.texts(place):
                found.update(texts.get(text, ()))
        for place, texts in self._domains:
            for domain in reading.domains(place):
                found.update(texts.get(domain, ()))
        for place, automaton in self._parts:
            for text in reading.texts(place):
                for _, numbers in automaton.iter(text):
                    found.update(numbers)
        return sorted(found)


def _automaton(texts: dict[str, list[int]]) -> Any:
    import ahocorasick  # not every process reads mail by rules

    automaton = ahocorasick.Automaton()
    for text, numbers in texts.items():
        automaton.add_word(text, numbers)
    automaton.make_automaton()
    return automaton
