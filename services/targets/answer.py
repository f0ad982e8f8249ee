"""What a target said."""

from dataclasses import dataclass

ANSWER_BYTES = 16 * 1024


@dataclass(frozen=True)
class Answer:
    """What the target said: status code, its body up to ANSWER_BYTES, and for how many seconds it wants rest."""

    status: int
    text: str
    retry_after: int = 0

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300
