"""Quoted text in HTML, told by the marks that mail programs leave."""

import re

_START = re.compile(
    r"""<(?:div|blockquote|hr|p|table|span)\b[^>]*?\b(?:class|id)\s*=\s*["']?[^"'>]*\b(?:
        gmail_quote|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote|divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION
        |zmail_extra|tutanota_quote|WordSection1_quote|mail-quote|x_gmail_quote|x_divRplyFwdMsg|stopSpelling|replyforwardmessage
      )\b[^>]*>
    | <blockquote\b[^>]*\btype\s*=\s*["']?cite[^>]*>
    | <div\b[^>]*style\s*=\s*["'][^"']*
        border(?:-top)?:\s*(?:none;\s*border-top:\s*)?solid\s+\#(?:E1E1E1|B5C4DF)[^>]*>""",
    re.IGNORECASE | re.VERBOSE,
)
LONGEST = 2_000_000


def split_html(html: str) -> tuple[str, str]:
    """What is new and what is quoted; (html, "") where nothing is, or where nothing else would be left."""
    match = _START.search(html[:LONGEST])
    if not match:
        return html, ""
    new = html[: match.start()]
    if not re.sub(r"<style\b.*?</style>|<head\b.*?</head>|<[^>]*>|&nbsp;|\s", "", new, flags=re.DOTALL | re.IGNORECASE):
        return html, ""
    return new, html[match.start() :]
