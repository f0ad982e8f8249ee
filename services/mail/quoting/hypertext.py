"""Quoted text in HTML, told by the marks that mail programs leave, by headlines and by blocks of header fields."""

from services.mail.quoting.closings import is_delimiter, is_device
from services.mail.quoting.dividers import RULE
from services.mail.quoting.headlines import bare
from services.mail.quoting.labels import role_of
from services.mail.quoting.markup import PICTURE, TOKEN, Line, Mark, Reading, opened, read
from services.mail.quoting.openings import Openings

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
    at = _first(reading.lines, openings)
    if at is None:
        return html, ""
    if any(map(_is_written, seen[:at])):
        return _cut(html, reading.lines[at].start) if _is_last(reading.lines, openings, at) else (html, "")
    return _above(html, reading, openings, at)


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
    return None


def _is_last(lines: list[Line], openings: Openings, at: int) -> bool:
    """Whether nothing is written below or between the quotations, but for a signature."""
    seen = openings.seen
    while at < len(seen):
        line = lines[at]
        if line.mark in {Mark.START, Mark.RULED} or is_delimiter(seen[at]) or is_device(seen[at]):
            return True
        if line.mark in {Mark.QUOTED, Mark.BLOCK} or not _is_written(seen[at]):
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
    is_answer = any(_is_written(seen[index]) for index in below)
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
        if line.start >= end and _is_written(line.text):
            if line.mark not in {Mark.QUOTED, Mark.BLOCK}:
                break
            end = reading.ends.get(line.quotation, end)
    return end


def _cut(html: str, at: int) -> tuple[str, str]:
    """The two sides of a place, each with the elements around it."""
    around = opened(html, at)
    closed = "".join(f"</{name}>" for name, _ in reversed(around))
    return html[:at] + closed, "".join(tag for _, tag in around) + html[at:]


def _is_written(text: str) -> bool:
    return bool(text.replace(PICTURE, "").strip()) and not RULE.match(text)
