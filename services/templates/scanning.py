"""A template's source before Liquid sees it: its delimiters in order, and what an HTML editor did inside them undone.

Liquid's own scanner takes minutes for a hundred thousand braces that are never closed, so what it gets is measured
first: every `{{` and `{%` is closed, short, and one of the tags there are.
"""

import re
from collections.abc import Iterator
from html import unescape

from services.errors import Invalid

MAX_SOURCE = 200_000
MAX_PIECES = 2_000
MAX_PIECE = 500
_NAMES = """if elsif else endif unless endunless case when endcase for endfor break continue assign capture endcapture
    comment endcomment #"""
TAGS = frozenset(_NAMES.split())
_OPEN = re.compile(r"\{\{|\{%")
_TAG_NAME = re.compile(r"\{%-?\s*(#|\w*)")
_MARKUP = re.compile(r"</?(?:a|b|br|code|em|i|mark|s|span|strong|u)\b[^<>]{0,300}>", re.IGNORECASE)
_BLANKS = re.compile(r"\s{2,}")
_ALONE = re.compile(r"<p>\s*(\{%[^{}]{1,500}%\})\s*</p>")


def prepared(source: str, part: str) -> str:
    """The source as Liquid may have it; `part` is subject, html or text. Raises Invalid `invalid_template`."""
    if len(source) > MAX_SOURCE:
        raise refused(f"A template's {spoken(part)} has at most {MAX_SOURCE:,} characters.", part)
    pieces: list[str] = []
    at = 0
    for number, (start, end) in enumerate(_pieces(source, part)):
        if number == MAX_PIECES:
            raise refused(f"A template has at most {MAX_PIECES:,} placeholders and tags.", part)
        pieces += [source[at:start], _piece(source[start:end], part, line_of(source, start))]
        at = end
    whole = "".join([*pieces, source[at:]])
    return _ALONE.sub(r"\1", whole) if part == "html" else whole


def spoken(part: str) -> str:
    return {"subject": "subject", "html": "formatted text", "text": "plain text"}.get(part, part)


def refused(words: str, part: str) -> Invalid:
    return Invalid(words, code="invalid_template", field=part)


def line_of(source: str, index: int) -> int:
    return source.count("\n", 0, index) + 1


def _pieces(source: str, part: str) -> Iterator[tuple[int, int]]:
    """Where each `{{ … }}` and `{% … %}` begins and ends."""
    at = 0
    while found := _OPEN.search(source, at):
        close = "}}" if found[0] == "{{" else "%}"
        end = source.find(close, found.end(), found.end() + MAX_PIECE)
        if end < 0 or _OPEN.search(source, found.end(), end):
            words = f"“{found[0]}” in line {line_of(source, found.start())} of the {spoken(part)} is not closed"
            raise refused(f"{words} by “{close}”.", part)
        at = end + 2
        yield found.start(), at


def _piece(piece: str, part: str, line: int) -> str:
    """A rich text editor writes > as &gt; and may have made half a name bold."""
    if part == "html":
        piece = unescape(_MARKUP.sub("", piece)).replace("\xa0", " ")
    named = _TAG_NAME.match(piece)
    if named and named[1] not in TAGS:
        raise refused(f"There is no tag “{named[1]}” (line {line} of the {spoken(part)}).", part)
    return _BLANKS.sub(" ", piece)
