"""Where the parts of a multipart lie: between its delimiter lines (RFC 2046 5.1.1), whole and broken."""

import re
from typing import Protocol

MOST_PARTS = 1_000
MOST_DELIMITERS = 100_000  # lines looked at because they begin like a delimiter
SEARCHED = 100_000  # of a multipart whose boundary is not told, for a line that looks like one
BLANK = b" \t\r"
_UNTOLD = re.compile(rb"^--([^\s-][^\r\n]{0,69}|-[^\r\n]{1,69})\r?\nContent-[\w-]+:", re.MULTILINE | re.IGNORECASE)

Span = tuple[int, int]


class Tally(Protocol):
    """What has been looked at of the whole message."""

    delimiters: int
    error: str


def spans_of(tally: Tally, raw: bytes, boundary: str, span: Span) -> list[Span]:
    """The parts by whole delimiter lines; where there are none, by what comes nearest to one."""
    exact = boundary.encode("utf-8", "replace")
    for candidate in dict.fromkeys((exact, exact.rstrip())):  # white space at its end is lost on the way
        found = _split(tally, raw, candidate, span, whole=True) if candidate.strip() else []
        if found:
            return found
    # a line that begins with the boundary is one (RFC 2046 5.1.2)
    return _split(tally, raw, exact.rstrip(), span, whole=False) if exact.strip() else []


def untold(tally: Tally, raw: bytes, span: Span) -> tuple[str, list[Span]]:
    """The boundary that a multipart's header does not tell, or tells wrongly, and the parts it makes."""
    found = _UNTOLD.search(raw, span[0], min(span[1], span[0] + SEARCHED))
    boundary = found[1].rstrip(BLANK) if found else b""
    return boundary.decode("latin-1"), _split(tally, raw, boundary, span, whole=True) if boundary else []


def _split(tally: Tally, raw: bytes, boundary: bytes, span: Span, *, whole: bool) -> list[Span]:
    start, end = span
    spans: list[Span] = []
    opened, at = -1, start - 1
    delimiter = b"--" + boundary
    while len(spans) < MOST_PARTS:
        at = raw.find(delimiter, at + 1, end)
        if at < 0:
            break
        tally.delimiters += 1
        if tally.delimiters > MOST_DELIMITERS:
            tally.error = "Delimiters beyond number were left unread"
            break
        if at > start and raw[at - 1] not in b"\n":
            continue
        line_end = raw.find(b"\n", at, end)
        line_end = end if line_end < 0 else line_end
        rest = raw[at + len(delimiter) : line_end].strip(BLANK)
        if whole and rest not in {b"", b"--"}:
            continue
        if opened >= 0:
            spans.append((opened, max(opened, _before_line_end(raw, at))))
        opened = -1 if rest[:2] == b"--" else min(line_end + 1, end)
        if opened < 0:
            break
    if opened >= 0:
        spans.append((opened, _end_within_line(raw, delimiter, opened, end)))
    return spans


def _end_within_line(raw: bytes, delimiter: bytes, start: int, end: int) -> int:
    """The end of a part that no line closes: a close delimiter at the end of a line of text, or all there is."""
    at = raw.find(delimiter + b"--", start, end)
    after = at + len(delimiter) + 2
    return at if at >= 0 and raw[after : after + 1] in b"\r\n" else end


def _before_line_end(raw: bytes, at: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    if at >= 2 and raw[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1
