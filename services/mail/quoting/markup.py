"""HTML read as lines: what each says, where in the source it begins, and whether a mail program marked it as quoted."""

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from html import unescape

from services.mail.quoting.languages import any_of

TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z)|<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""", re.DOTALL
)
_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
_INLINE_NAMES = """a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd label mark q s samp small span
    strike strong sub sup time tt u var wbr"""
VOID = frozenset(_VOID_NAMES.split())
_INLINE = frozenset(_INLINE_NAMES.split())
_UNSEEN = frozenset({"style", "script", "title", "head", "template"})
# what is inside of such an element is quoted
_QUOTES = """gmail_quote|gmail_extra|gmail_attr|yahoo[_-]quoted\\w*|moz-cite-prefix|moz-forward-container
    |protonmail_quote
    |proton-quote|tutanota_quote|zmail_extra|zmail_extra_hr|mail-quote|mailru-blockquote|hmquote|replyforwardmessage
    |reply-intro|zwchr|gwt-quoted|quotedtext|quoted-text|skiff_quote|aolmail_\\w*quote\\w*|front-blockquote
    |missive_quote|intercom-quote|reply_quote|samsung_quote"""
# such an element stands above what is quoted
_STARTS = """(?:x_){0,9}(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|stopSpelling|replySplit|LPReplyHeader
    |ms-outlook-mobile-reference-message|mail-editor-reference-message-container|yahoo-quoted-begin
    |quoted_header_editor|composer_quoted_body|mimestream_quote|spark_quote|original-content)"""
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([a-z][\w:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_QUOTE = re.compile(rf"(?<![\w-])(?:{any_of(_QUOTES)})(?![\w-])", re.IGNORECASE)
_START = re.compile(rf"(?<![\w-])(?:{any_of(_STARTS)})(?![\w-])", re.IGNORECASE)
_RULED = re.compile(  # by #E1E1E1 in Outlook 2013, #B5C4DF in 2010
    r"border(?:-top)?:\s*(?:none;\s*border-top:\s*)?(?:solid\s|[\w.#]{1,9}\s+solid)", re.IGNORECASE
)
LONGEST_TAG, LONGEST_NAMES = 4_000, 500  # characters of attributes that are looked at
RULE = "________"
PICTURE = "\ufffc"
PARAGRAPH = 2  # line ends between two


class Mark(Enum):
    """What the markup alone says of a line."""

    NONE = ""
    QUOTED = "quoted"
    BLOCK = "block"  # a block quotation, of a mail program or of the writer's own
    START = "start"  # of everything that is quoted
    RULED = "ruled"  # below a line drawn across, as Outlook does above From and Sent


@dataclass
class Line:
    """The words of a line, where its first tag begins, and the quotation it is in, by where that begins.

    A line that is `apart` begins a paragraph; one that is not was only broken off the line above.
    """

    text: str
    start: int
    mark: Mark = Mark.NONE
    quotation: int = -1
    apart: bool = True


@dataclass
class Reading:
    """The lines, and where each quotation ends."""

    lines: list[Line] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    _stack: list[tuple[str, Mark, int]] = field(default_factory=list)
    _names: Counter[str] = field(default_factory=Counter)
    _words: list[str] = field(default_factory=list)
    _begin: int | None = None  # of the tags directly before what comes next
    _first: int = 0
    _quotation: int = -1
    _mark: Mark = Mark.NONE
    _gap: int = PARAGRAPH  # line ends since the last line

    def words(self, text: str, at: int) -> None:
        """Text between tags; in preformatted text its line ends are those that are seen."""
        for piece in text.splitlines(keepends=True) if self._names["pre"] else [text]:
            self._add(piece, at)
            at += len(piece)
            if self._names["pre"] and piece.endswith("\n"):
                self.flush()
                self._gap += 1

    def _add(self, text: str, at: int) -> None:
        if not self._words:
            if not text.strip():
                return
            self._first = at if self._begin is None else self._begin
        self._words.append(text)
        self._begin = None

    def flush(self) -> None:
        """Ends the line."""
        text = " ".join(unescape("".join(self._words)).split())
        if text:
            self.lines.append(Line(text, self._first, self._mark, self._quotation, self._gap >= PARAGRAPH))
            self._gap = 0
            self._mark = self._mark if self._quotation >= 0 else Mark.NONE
        self._words.clear()

    def tag(self, closing: bool, name: str, attributes: str, at: int, end: int) -> None:
        if name not in _INLINE:
            self.flush()
            self._gap += 1 if name == "br" else PARAGRAPH
        if closing:
            self._begin = None
            self._close(name, end)
        elif name == "img":
            self.words(PICTURE, at)
        elif name == "hr":
            self.lines.append(Line(RULE, at, self._mark, self._quotation))
        elif name not in VOID:
            self._begin = at if self._begin is None else self._begin
        if not closing and name != "img":
            self._open(name, attributes, at)

    def _open(self, name: str, attributes: str, at: int) -> None:
        mark = _marked(name, attributes) if self._quotation < 0 else Mark.NONE
        if mark in {Mark.QUOTED, Mark.BLOCK} and name not in VOID:
            self.flush()
            self._quotation, self._mark = at, mark
        elif mark is Mark.START:
            self.flush()
            self.lines.append(Line("", at, mark))
        elif mark is Mark.RULED:
            self._mark = mark
        if name not in VOID:
            self._stack.append((name, mark, at))
            self._names[name] += 1

    def _close(self, name: str, end: int) -> None:
        if not self._names[name]:
            return
        while self._stack:
            opened, mark, start = self._stack.pop()
            self._names[opened] -= 1
            if start == self._quotation and mark in {Mark.QUOTED, Mark.BLOCK}:
                self.flush()
                self.ends[start] = end
                self._quotation, self._mark = -1, Mark.NONE
            if opened == name:
                break


def read(html: str) -> Reading:
    """The lines of the HTML, in one pass over its tags."""
    reading = Reading()
    at, unseen = 0, ""
    for match in TOKEN.finditer(html):
        name = (match[2] or "").lower()
        if unseen:
            unseen = "" if match[1] and name == unseen else unseen
            at = match.end()
            continue
        reading.words(html[at : match.start()], at)
        at = match.end()
        if name in _UNSEEN and not match[1]:
            unseen = name
        elif name:
            reading.tag(bool(match[1]), name, match[3], match.start(), at)
    if not unseen:
        reading.words(html[at:], at)
    reading.flush()
    return reading


def _marked(name: str, attributes: str) -> Mark:
    """What a mail program says by this tag."""
    if not attributes:
        return Mark.BLOCK if name == "blockquote" else Mark.NONE
    written = {
        each[1].lower(): each[2] or each[3] or each[4] or "" for each in _ATTRIBUTE.finditer(attributes[:LONGEST_TAG])
    }
    if name == "blockquote":
        return Mark.QUOTED if written.get("type", "").lower() == "cite" else Mark.BLOCK
    names = " ".join(written.get(each, "") for each in ("class", "id", "name"))[:LONGEST_NAMES]
    if _START.search(names):
        return Mark.START
    if _QUOTE.search(names):
        return Mark.QUOTED
    return Mark.RULED if name in {"div", "p"} and _RULED.search(written.get("style", "")) else Mark.NONE


def opened(html: str, until: int) -> list[tuple[str, str]]:
    """The elements that are open at a place: their names and their tags."""
    stack: list[tuple[str, str]] = []
    names: Counter[str] = Counter()
    for match in TOKEN.finditer(html, 0, until):
        name = (match[2] or "").lower()
        if not name or name in VOID:
            continue
        if not match[1]:
            stack.append((name, match[0]))
            names[name] += 1
        while match[1] and names[name]:
            last = stack.pop()[0]
            names[last] -= 1
            if last == name:
                break
    return stack
