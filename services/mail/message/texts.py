"""The text of a message for reading, searching and for one line of a list."""

from services.mail.message.parsed import Parsed
from services.mail.sanitize import to_text

SNIPPET = 200


def body_text(parsed: Parsed) -> str:
    """The text, or text made from the HTML where there is no other."""
    return parsed.text if parsed.text.strip() or not parsed.html else to_text(parsed.html)


def snippet(text: str) -> str:
    """The beginning of a text on one line, at most 200 characters."""
    line = " ".join(text[: 8 * SNIPPET].split())
    return line if len(line) <= SNIPPET else line[: SNIPPET - 1].rstrip() + "…"
