"""What servers put below a letter in HTML: disclaimers, what scanners say, the feet of mailing lists."""

import re

from services.mail.quoting import disclaimers
from services.mail.quoting.dividers import RULE
from services.mail.quoting.markup import PICTURE, Line, Mark, opened
from services.mail.quoting.markup import RULE as DRAWN

LONGEST = 2_000  # characters of a paragraph
FOOT = 9  # lines of a mailing list below its rule
DEEPEST_TABLES = 2  # around a letter; a newsletter is drawn by more, and keeps its feet
_LIST = re.compile(
    r"unsubscribe|mailing list|\blists?[.@-]|abmelden|se désabonner|darse de baja|отписаться", re.IGNORECASE
)


def start(html: str, lines: list[Line], seen: list[str], until: int) -> int:
    """The line before `until` at which they begin and behind which nothing else is; `until` where there are none."""
    foot = next((at for at in range(max(0, until - FOOT), until) if _is_foot(seen, at, until)), until)
    found, at = foot, _first_candidate(lines, foot)
    while at < foot:
        end = _end(lines, at, foot)
        if _is_notice(lines, at, end, goes_on=found < foot):
            found = min(found, at)
        elif any(map(is_written, seen[at:end])):
            found = foot
        at = end
    found = _above(seen, found, until)
    return found if found < until and _is_letter(html, lines[found].start) else until


def _first_candidate(lines: list[Line], until: int) -> int:
    """The line from which on every paragraph might be a notice: looked for from below, since most mail has none."""
    end = begin = until
    while end > 0:
        at = end - 1
        while not _begins(lines, at):
            at -= 1
        text = _joined(lines[at:end])
        if is_written(text) and not disclaimers.goes_on(text):
            break
        end = begin = at
    return begin


def is_written(text: str) -> bool:
    """Whether it has words."""
    return bool(text.replace(PICTURE, "").strip()) and not RULE.match(text)


def _end(lines: list[Line], at: int, until: int) -> int:
    """Where the paragraph ends that begins at a line."""
    return next((index for index in range(at + 1, until) if _begins(lines, index)), until)


def _begins(lines: list[Line], at: int) -> bool:
    """Whether a paragraph begins there, instead of a sentence that goes on."""
    if at == 0 or not lines[at].apart:
        return at == 0
    return not lines[at].text[:1].islower() or lines[at - 1].text.endswith((".", ":", "!", "?"))


def _is_notice(lines: list[Line], at: int, end: int, *, goes_on: bool) -> bool:
    if lines[at].mark in {Mark.QUOTED, Mark.BLOCK}:
        return False
    text = _joined(lines[at:end])
    if disclaimers.is_notice(text) or (goes_on and disclaimers.goes_on(text)):
        return True
    return disclaimers.is_heading(text) and disclaimers.goes_on(_joined(lines[end : end + 1]))


def _is_foot(seen: list[str], at: int, until: int) -> bool:
    """Whether a mailing list's few lines follow a rule that is written, not drawn."""
    if len(seen[at]) <= len(DRAWN) or until - at > FOOT or not RULE.match(seen[at]):
        return False
    return any(map(_LIST.search, seen[at + 1 : until]))


def _joined(lines: list[Line]) -> str:
    return " ".join(line.text for line in lines)[:LONGEST].strip()


def _above(seen: list[str], at: int, until: int) -> int:
    """The rules above go with it, and the scanner's picture."""
    if at == until:
        return until
    has_picture = disclaimers.is_scanned(seen[at])
    while at > 0 and (RULE.match(seen[at - 1]) or (has_picture and seen[at - 1] == PICTURE)):
        at -= 1
    return at


def _is_letter(html: str, at: int) -> bool:
    return sum(name == "table" for name, _ in opened(html, at)) < DEEPEST_TABLES
