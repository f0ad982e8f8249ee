"""How this package asks the DNS: by a function that is handed in, which knows answers and never waits for one."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Question = tuple[str, str]  # name and record type
Ask = Callable[[str, str], Sequence[str]]
"""Values of a name and type, none where there are none: hosts and addresses as text, `10 host` for MX, the joined
strings of a TXT record as Latin-1. Raises Missing or Unanswered."""
T = TypeVar("T")


class Missing(Exception):
    """Answers that nobody asked for yet: have them asked for, and come again."""

    def __init__(self, questions: Iterable[Question]) -> None:
        super().__init__(questions)
        self.questions = frozenset(questions)


class Unanswered(Exception):
    """The DNS gives no answer now; it may later."""


def together(calls: Iterable[Callable[[], T]]) -> list[T]:
    """The results of all, or one Missing for what all of them miss, so that it is asked for at once."""
    results, missing = [], set[Question]()
    for call in calls:
        try:
            results.append(call())
        except Missing as error:
            missing |= error.questions
    if missing:
        raise Missing(missing)
    return results
