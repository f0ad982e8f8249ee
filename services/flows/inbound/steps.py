"""What a step is, and how letters are taken through them."""

from collections.abc import Callable

from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter

Step = Callable[[Desk, Letter], Disposition | None]


def run(steps: tuple[Step, ...], desk: Desk, letters: list[Letter]) -> None:
    """Take each letter through the steps until one of them ends its way."""
    for letter in letters:
        if letter.disposition is None:
            _take(letter, steps, desk)


def _take(letter: Letter, steps: tuple[Step, ...], desk: Desk) -> None:
    for step in steps:
        disposition = step(desk, letter)
        if disposition is not None:
            break
    letter.disposition, letter.ended_at = disposition, step.__name__
