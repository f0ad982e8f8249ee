"""Where a quotation opens among the lines of a mail: at a divider, a block of header fields or a headline."""

from services.mail.quoting import fields, headlines
from services.mail.quoting.dividers import (
    BETWEEN_MARKS,
    DIVIDER,
    FORWARD,
    MESSAGE,
    MOMENT,
    NAMED_RULE,
    ORIGINAL,
    RULE,
    is_above,
)
from services.mail.quoting.headlines import COLONS, LONGEST
from services.mail.quoting.labels import role_of
from services.mail.quoting.languages import VERB

DRAWN = "-_=*—–~+#"


class Openings:
    """Remembers what it found, since a line is asked for by those around it."""

    def __init__(self, seen: list[str]) -> None:
        self.seen = seen
        self._found: dict[int, int] = {}

    def length(self, at: int) -> int:
        """How many lines from `at` on open a quotation: 0 if none does."""
        if at not in self._found:
            self._found[at] = _length(self.seen, at)
        return self._found[at]


def _length(seen: list[str], at: int) -> int:
    line = seen[at]
    if not line or len(line) >= LONGEST:
        return 0
    if line[0] in DRAWN:
        if DIVIDER.match(line) or ORIGINAL.match(line):
            return 1
        if NAMED_RULE.match(line) and (VERB.search(line) or fields.length(seen, _following(seen, at + 1))):
            return 1
        if line.startswith("--") and NAMED_RULE.match(joined := " ".join(seen[at : at + 2])) and VERB.search(joined):
            return 2
    elif line[-1] in COLONS and DIVIDER.match(line):
        return 1
    if (
        MESSAGE.match(line)
        or ("---" in line and MOMENT.match(line))
        or (line.endswith(">>>") and BETWEEN_MARKS.match(line))
    ):
        return 1
    if is_above(line):
        return 1
    return fields.length(seen, at) or _headed(seen, at) or _led(seen, at)


def _headed(seen: list[str], at: int) -> int:
    """A headline; but "See what they wrote:" above what is passed on is the writer's own."""
    length = headlines.length(seen, at)
    return 0 if length and FORWARD.match(seen[_following(seen, min(at + length, len(seen) - 1))]) else length


def _led(seen: list[str], at: int) -> int:
    """A headline below some header fields and their rule: Yandex tells the addressee and the subject there."""
    first = at if not RULE.match(seen[at]) else _following(seen, at + 1)
    until = next((index for index in range(first, min(first + 4, len(seen))) if role_of(seen[index]) is None), first)
    return until - at + headlines.length(seen, until) if until > first and headlines.length(seen, until) else 0


def _following(seen: list[str], at: int) -> int:
    """The next line that is not empty, or the last one."""
    return next((index for index in range(at, min(at + 4, len(seen))) if seen[index]), len(seen) - 1)
