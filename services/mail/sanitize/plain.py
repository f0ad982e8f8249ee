"""HTML read as plain text, in one pass over its tags: linear in its length, whatever its nesting."""

import re
from html import unescape

LONGEST = 2_000_000
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TOKEN = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>|<[!?][^<>]*>""", re.DOTALL)
_UNREAD = {"script", "style", "title", "template", "svg", "math", "object", "select"}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "pre", "table"}
_LINES = {
    *("div", "tr", "li", "dt", "dd", "hr", "section", "article", "header", "footer", "address", "center"),
    *("figure", "figcaption", "main", "nav", "aside", "caption", "form", "fieldset", "body", "html"),
}
LINE, PARAGRAPH = "\x01", "\x02"  # boundaries, until it is known what meets them
ITEM = "\x03"  # behind the mark of a list's item, on whose line its words begin
_OURS = str.maketrans({"\0": "", LINE: "", PARAGRAPH: "", ITEM: "", "\xa0": " "})
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_HREF = re.compile(
    r"""(?<![\w-])href\s*=\s*(?:"\s*(https?:[^"]*)"|'\s*(https?:[^']*)'|(https?:[^\s"'>]+))""", re.IGNORECASE
)
_NUMBER = re.compile(r"""(?<![\w-])(?:start|value)\s*=\s*["']?(\d{1,6})(?!\d)""", re.IGNORECASE)
_SCHEME = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)
_AROUND = f" \n{LINE}{PARAGRAPH}{ITEM}"
DEEPEST = 8  # levels of lists that are indented


def to_text(html: str, *, links: int = 0) -> str:
    """The words of the HTML, a line for each block, an empty line between paragraphs; items of lists numbered or
    marked, and where links lead behind their words, if these do not say it, as far as that has `links` characters."""
    html = _COMMENT.sub("", html[:LONGEST])
    reading = _Reading(links)
    at, unread, preformatted = 0, "", 0
    for match in _TOKEN.finditer(html):
        if not unread:
            reading.pieces.append(_words(html[at : match.start()], preformatted > 0))
        at = match.end()
        name = (match[2] or "").lower()
        if unread:
            unread = "" if match[1] and name == unread else unread
            continue
        if name in _UNREAD:
            unread = "" if match[1] or match[3].endswith("/") else name
        elif name == "pre":
            preformatted = max(0, preformatted + (-1 if match[1] else 1))
        reading.tag(name, bool(match[1]), match[3] or "")
    if not unread:
        reading.pieces.append(_words(html[at:], preformatted > 0))
    reading.close_link()
    return _tidy("".join(reading.pieces))


class _Reading:
    """What is read so far, the lists that are open, and the link."""

    def __init__(self, links: int) -> None:
        self.pieces: list[str] = []
        self._links = links
        self._lists: list[int] = []  # the number of the next item; 0 where items have none
        self._link, self._begin = "", 0

    def tag(self, name: str, closing: bool, attributes: str) -> None:
        if name == "a" and self._links:
            self.close_link()
            if not closing and (found := _HREF.search(attributes)):
                self._link, self._begin = unescape(found[1] or found[2] or found[3]).strip(), len(self.pieces)
        elif name == "li" and not closing:
            self.pieces.append(self._item(attributes))
            return
        elif name in {"ul", "ol"}:
            self._list(name, closing, attributes)
            if len(self._lists) > (0 if closing else 1):  # within another one
                self.pieces.append(LINE)
                return
        self.pieces.append(_break(name, closing, attributes))

    def _list(self, name: str, closing: bool, attributes: str) -> None:
        if not closing:
            start = _NUMBER.search(attributes) if name == "ol" else None
            self._lists.append(int(start[1]) if start else int(name == "ol"))
        elif self._lists:
            self._lists.pop()

    def _item(self, attributes: str) -> str:
        indent = "\xa0\xa0" * min(len(self._lists) - 1, DEEPEST)
        number = self._lists[-1] if self._lists else 0
        if not number:
            return f"{LINE}{indent}* {ITEM}"
        told = _NUMBER.search(attributes) if attributes else None
        number = int(told[1]) if told else number
        self._lists[-1] = number + 1
        return f"{LINE}{indent}{number}. {ITEM}"

    def close_link(self) -> None:
        link, self._link = self._link, ""
        if not link or len(link) > self._links or re.search(r"\s", link):
            return
        words = "".join(self.pieces[self._begin :]).strip(_AROUND)
        if words and _bare(words) != _bare(link):
            last = next(at for at in range(len(self.pieces), 0, -1) if self.pieces[at - 1].strip(_AROUND))
            self.pieces.insert(last, f" <{link}>")


def _bare(address: str) -> str:
    return _SCHEME.sub("", address, count=1).rstrip("/").lower()


def _words(text: str, preformatted: bool) -> str:
    """Text between tags: white space is one space; within <pre> it is kept, as no-break spaces until the end."""
    text = (unescape(text) if "&" in text else text).translate(_OURS)
    return text.replace(" ", "\xa0") if preformatted else re.sub(r"\s+", " ", text)


def _break(name: str, closing: bool, attributes: str) -> str:
    if name in _PARAGRAPHS:
        return PARAGRAPH
    if name == "br":
        return "\n"
    if name in _LINES:
        return LINE
    if name in {"td", "th"} and closing:
        return " "
    if name == "img" and (alt := _ALT.search(attributes)):
        return unescape(alt[1] or alt[2] or "")
    return ""


def _tidy(text: str) -> str:
    """Boundaries made line ends: two that meet are one, and none follows a line end that is there already."""
    text = re.sub(rf"{ITEM}[ {LINE}{PARAGRAPH}]*", "", text)
    text = re.sub(rf" *{PARAGRAPH}[ {LINE}{PARAGRAPH}]*", PARAGRAPH, text)
    text = re.sub(rf"[ {LINE}]*{LINE}+ *", LINE, text).replace(LINE + PARAGRAPH, PARAGRAPH)
    text = text.replace("\n" + LINE, "\n").replace(LINE, "\n").replace(PARAGRAPH, "\n\n")
    lines = [line.strip(" \t\r\f\v") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).replace("\xa0", " ").strip()
