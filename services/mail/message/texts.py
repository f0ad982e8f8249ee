"""The text of a message for reading, searching and for one line of a list."""

import re

from services.mail.message.parsed import Parsed
from services.mail.sanitize import to_text

SNIPPET = 200
LONGEST_LINK = 200  # characters of one that is shown: those of newsletters, which only count clicks, are longer
_LINKS = re.compile(r" <https?://[^\s<>]*>")


def body_text(parsed: Parsed) -> str:
    """The text, or text made from the HTML where there is no other."""
    return parsed.text if parsed.text.strip() or not parsed.html else to_text(parsed.html, links=LONGEST_LINK)


def snippet(text: str) -> str:
    """The beginning of a text on one line, at most 200 characters."""
    text = text[: 8 * SNIPPET]
    line = " ".join((_LINKS.sub("", text) if " <http" in text else text).split())
    return line if len(line) <= SNIPPET else line[: SNIPPET - 1].rstrip() + "…"
