"""Rows as CSV (RFC 4180) in which no cell is a formula: =HYPERLINK(…) in a name would run in who opens the file."""

import csv
import io
from collections.abc import Iterable

# ASVS 1.2.10, and the full-width forms that spreadsheets take for the same
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def write(rows: Iterable[Iterable[str | int]]) -> str:
    """The lines of `rows`; numbers stay what they are."""
    piece = io.StringIO()
    csv.writer(piece).writerows([_inert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return piece.getvalue()


def _inert(text: str) -> str:
    """An apostrophe before what begins like a formula."""
    text = text.replace("\0", "")
    return "'" + text if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
