"""The registry of operators: what can be asked of a field, and how it reads in a sentence."""

from dataclasses import dataclass
from enum import StrEnum


class Takes(StrEnum):
    """What an operator wants beside the field."""

    ONE = "one"
    LIST = "list"
    PATTERN = "pattern"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Operator:
    """`label` stands behind the field's name in a sentence, `negated` where the condition is turned round.

    `whole`: an address is compared together with the name before it.
    """

    name: str
    label: str
    negated: str
    takes: Takes = Takes.ONE
    whole: bool = False


_ALL = (
    Operator("is", "is", "is not"),
    Operator("contains", "contains", "does not contain", whole=True),
    Operator("starts", "starts with", "does not start with"),
    Operator("ends", "ends with", "does not end with"),
    Operator("matches", "matches", "does not match", Takes.PATTERN, whole=True),
    Operator("in", "is one of", "is none of", Takes.LIST),
    Operator("exists", "exists", "does not exist", Takes.NOTHING),
    Operator("before", "is before", "is not before"),
    Operator("after", "is at or after", "is not at or after"),
    Operator("greater", "is greater than", "is not greater than"),
    Operator("less", "is less than", "is not less than"),
)
OPERATORS: dict[str, Operator] = {each.name: each for each in _ALL}
