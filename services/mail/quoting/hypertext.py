"""Quoted text in HTML, told by the marks that mail programs leave, by headlines and by blocks of header fields."""

from services.mail.quoting import trailers
from services.mail.quoting.closings import is_delimiter, is_device
from services.mail.quoting.dividers import FORWARD, RULE
from services.mail.quoting.headlines import COLONS, bare, is_signed
from services.mail.quoting.labels import role_of
from services.mail.quoting.markup import TOKEN, Line, Mark, Reading, opened, read
from services.mail.quoting.openings import Openings
from services.mail.quoting.trailers import is_written

LONGEST = 2_000_000
MOST_LINES = 3_000
DEEPEST = 50  # elements around a quotation that stands above its answer


def split_html(html: str) -> tuple[str, str]:
    """What is new and what is quoted, each whole; (html, "") where nothing is, or where nothing else would be left."""
    if len(html) > LONGEST:
        return html, ""
    reading = read(html)
    seen = [bare(line.text) for line in reading.lines[:MOST_LINES]]
    openings = Openings(seen)
    until = trailers.start(html, reading.lines, seen, len(seen))
    at = _first(reading.lines, openings)
    if at is None or at >= until:
        return _cut_at(html, reading.lines, seen, until)
    if any(map(is_written, seen[:at])):
        if not _is_last(reading.lines[:until], openings, at):
            return _cut_at(html, reading.lines, seen, until)
        return _cut_at(html, reading.lines, seen, _begin(html, reading.lines, seen, at))
    new, quoted = _above(html, reading, openings, at)
    if not quoted or until == len(seen):
        return new, quoted
    answer, notice = split_html(new)
    return answer, quoted + notice


def _cut_at(html: str, lines: list[Line], seen: list[str], at: int) -> tuple[str, str]:
    """Cut before a line, if something is written above it."""
    return _cut(html, lines[at].start) if at < len(lines) and any(map(is_written, seen[:at])) else (html, "")


def _begin(html: str, lines: list[Line], seen: list[str], at: int) -> int:
    """Where it begins with the disclaimers above it, and the rule; what is passed on begins with itself."""
    if any(map(FORWARD.match, seen[at : at + 2])):
        return at
    begin = trailers.start(html, lines, seen, at)
    while begin > 1 and RULE.match(seen[begin - 1]) and not is_delimiter(seen[begin - 1]):
        begin -= 1
    return begin if any(map(is_written, seen[:begin])) else at


def _first(lines: list[Line], openings: Openings) -> int | None:
    """The line at which the first quotation begins."""
    for at, text in enumerate(openings.seen):
        line = lines[at]
        if line.mark in {Mark.QUOTED, Mark.START}:
            return at
        if line.mark is Mark.RULED and role_of(text) is not None:
            return at
        is_inside = line.mark is Mark.BLOCK and at > 0 and lines[at - 1].quotation == line.quotation
        if not is_inside and openings.length(at):  # a headline may also be the first thing in a block quotation
            return at
        is_quoted = at + 1 < len(openings.seen) and lines[at + 1].mark in {Mark.QUOTED, Mark.BLOCK}
        if is_quoted and line.mark is Mark.NONE and text.endswith(COLONS) and is_signed(text):
            return at  # in whatever language
    return None


def _is_last(lines: list[Line], openings: Openings, at: int) -> bool:
    """Whether nothing is written below or between the quotations, but for a signature."""
    seen = openings.seen[: len(lines)]
    at += lines[at].mark is Mark.NONE and not openings.length(at)  # a headline in a language unknown here
    while at < len(seen):
        line = lines[at]
        if line.mark in {Mark.START, Mark.RULED} or is_delimiter(seen[at]) or is_device(seen[at]):
            return True
        if line.mark in {Mark.QUOTED, Mark.BLOCK} or not is_written(seen[at]):
            at += 1
        elif length := openings.length(at):
            at += length
            if at < len(seen) and lines[at].mark not in {Mark.QUOTED, Mark.BLOCK}:
                return True
        else:
            return False
    return True


def _above(html: str, reading: Reading, openings: Openings, at: int) -> tuple[str, str]:
    """The answer below the one quotation that stands above it; what is answered in between is left whole."""
    lines, seen = reading.lines, openings.seen
    first = at + (0 if lines[at].mark is Mark.QUOTED else openings.length(at))
    quotation = lines[first].quotation if first < len(seen) else -1
    end = _end(reading, quotation)
    below = [index for index in range(first, len(seen)) if lines[index].start >= end]
    is_answer = any(is_written(seen[index]) for index in below)
    if not end or not is_answer or any(lines[index].mark is not Mark.NONE for index in below):
        return html, ""
    start = lines[at].start if lines[at].quotation < 0 else quotation
    around = opened(html, end)
    if len(around) > DEEPEST:
        return html, ""
    while len(opened(html, start)) < len(around) and (tag := TOKEN.match(html, start)):
        start = tag.end()  # what is open around both stays
    if opened(html, start) != around:
        return html, ""
    return html[:start] + html[end:], html[start:end]


def _end(reading: Reading, quotation: int) -> int:
    """Where the quotation ends, and those directly below: Thunderbird's headline is one of its own."""
    end = reading.ends.get(quotation, 0)
    for line in reading.lines if end else ():
        if line.start >= end and is_written(line.text):
            if line.mark not in {Mark.QUOTED, Mark.BLOCK}:
                break
            end = reading.ends.get(line.quotation, end)
    return end


def _cut(html: str, at: int) -> tuple[str, str]:
    """The two sides of a place, each with the elements around it."""
    around = opened(html, at)
    closed = "".join(f"</{name}>" for name, _ in reversed(around))
    return html[:at] + closed, "".join(tag for _, tag in around) + html[at:]
