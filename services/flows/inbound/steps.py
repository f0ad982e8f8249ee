"""What a step is, and how letters are taken through them."""

from collections.abc import Callable

from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter

Step = Callable[[Desk, Letter], Disposition | None]


def run(steps: tuple[Step, ...], desk: Desk, letters: list[Letter]) -> None:
    """Take each letter through the steps until one of them ends its way."""
    for letter in letters:
        for step in steps:
            if letter.disposition is not None:
                break
            letter.disposition = step(desk, letter)
            letter.ended_at = step.__name__
