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
_OURS = str.maketrans({"\0": "", LINE: "", PARAGRAPH: "", "\xa0": " "})
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def to_text(html: str) -> str:
    """The words of the HTML, a line for each block, an empty line between paragraphs."""
    html = _COMMENT.sub("", html[:LONGEST])
    pieces: list[str] = []
    at, unread, preformatted = 0, "", 0
    for match in _TOKEN.finditer(html):
        if not unread:
            pieces.append(_words(html[at : match.start()], preformatted > 0))
        at = match.end()
        name = (match[2] or "").lower()
        if unread:
            unread = "" if match[1] and name == unread else unread
            continue
        if name in _UNREAD:
            unread = "" if match[1] or match[3].endswith("/") else name
        elif name == "pre":
            preformatted = max(0, preformatted + (-1 if match[1] else 1))
        pieces.append(_break(name, bool(match[1]), match[3] or ""))
    if not unread:
        pieces.append(_words(html[at:], preformatted > 0))
    return _tidy("".join(pieces))


def _words(text: str, preformatted: bool) -> str:
    """Text between tags: white space is one space; within <pre> it is kept, as no-break spaces until the end."""
    text = (unescape(text) if "&" in text else text).translate(_OURS)
    return text.replace(" ", "\xa0") if preformatted else re.sub(r"\s+", " ", text)


def _break(name: str, closing: bool, attributes: str) -> str:
    if name in _PARAGRAPHS:
        return PARAGRAPH
    if name == "li" and not closing:
        return f"{LINE}* "
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
    text = re.sub(rf" *{PARAGRAPH}[ {LINE}{PARAGRAPH}]*", PARAGRAPH, text)
    text = re.sub(rf"[ {LINE}]*{LINE}+ *", LINE, text).replace(LINE + PARAGRAPH, PARAGRAPH)
    text = text.replace("\n" + LINE, "\n").replace(LINE, "\n").replace(PARAGRAPH, "\n\n")
    lines = [line.strip(" \t\r\f\v") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).replace("\xa0", " ").strip()
