"""Quoted text in HTML, told by the marks that mail programs leave and by block quotations under a headline."""

import re
from html import unescape

from services.mail.quoting.languages import FROM, HEADLINE, SIGNATURE

LONGEST = 2_000_000
_CLASSES = (
    r"gmail_quote|gmail_extra|gmail_attr|yahoo_quoted|yahoo-quoted-begin|moz-cite-prefix|moz-forward-container"
    r"|protonmail_quote|divRplyFwdMsg|x_divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|zmail_extra|tutanota_quote|zwchr"
    r"|mail-quote|replyforwardmessage|stopSpelling|reply-intro|ms-outlook-mobile-reference-message|hmquote"
)
_START = re.compile(
    rf"<(?:div|blockquote|hr|p|table|span|a)\b[^<>]{{0,300}}?\b(?:class|id|name)\s*=\s*[\"']?[^<>\"']{{0,100}}?"
    rf"\b(?:{_CLASSES})\b[^<>]{{0,500}}>"
    r"|<blockquote\b[^<>]{0,300}?\btype\s*=\s*[\"']?cite[^<>]{0,300}>"
    r"|<div\b[^<>]{0,100}?style\s*=\s*[\"'][^<>]{0,200}?border(?:-top)?:\s*(?:none;\s*border-top:\s*)?"
    r"solid\s+#(?:E1E1E1|B5C4DF)[^<>]{0,200}>"
    rf"|<hr\b[^<>]{{0,200}}>(?:\s|<[^<>]{{0,200}}>){{0,12}}(?:{FROM}|date|sent|datum|fecha)\s?:"
    rf"|<(?:p|div)\b[^<>]{{0,300}}>(?:\s|<(?!/)[^<>]{{0,600}}>){{0,6}}<(?:b|strong)\b[^<>]{{0,200}}>"
    rf"(?:<span\b[^<>]{{0,200}}>)?(?:{FROM})\s?:",
    re.IGNORECASE,
)
_BLOCKQUOTE = re.compile(r"<(/?)blockquote\b[^<>]{0,1000}>", re.IGNORECASE)
_LINE = re.compile(r"<(?:div|p|br)\b", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<(style|head|title|script)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE
)


def split_html(html: str) -> tuple[str, str]:
    """What is new and what is quoted; (html, "") where nothing is, or where nothing else would be left."""
    if len(html) > LONGEST:
        return html, ""
    match = _START.search(html) or _BLOCKQUOTE.search(html)
    if not match:
        return html, ""
    headline = _headline(html, match.start())
    cut = match.start() if headline is None else headline
    if headline is None and match.re is _BLOCKQUOTE:  # somebody quotes, but nobody is answered
        return html, ""
    if not _seen(html[:cut]) or _is_answered_below(html[cut:]):
        return html, ""
    return html[:cut], html[cut:]


def _headline(html: str, at: int) -> int | None:
    """Where the line that introduces what begins at `at` begins itself, if it stands directly above."""
    before = html[max(0, at - 2_000) : at]
    starts = [match.start() for match in _LINE.finditer(before)]
    for start in reversed(starts):
        line = _seen(before[start:])
        if line:
            return at - len(before) + start if HEADLINE.match(line[:400]) else None
    return None


def _is_answered_below(quoted: str) -> bool:
    """Whether something is written below or between the block quotations."""
    depth, last = 0, None
    for match in _BLOCKQUOTE.finditer(quoted):
        if depth == 0 and last is not None and _is_written(quoted[last : match.start()]):
            return True
        depth = max(0, depth + (-1 if match[1] else 1))
        last = match.end() if depth == 0 else None
    return last is not None and _is_written(quoted[last:])


def _is_written(html: str) -> bool:
    text = _seen(html)
    return bool(text) and not SIGNATURE.match(text[:300]) and not HEADLINE.match(text[:300])


def _seen(html: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(unescape(_UNSEEN.sub(" ", html)).split())
