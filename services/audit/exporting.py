"""The audit as a table for spreadsheets: RFC 4180 lines, and no cell that a spreadsheet would take for a formula."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC

from models import AuditEntry
from services.audit.wording import sentence

HEADINGS = ("at", "who", "action", "kind", "name", "summary", "before", "after")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def heading() -> str:
    return _lines([HEADINGS])


def lines(entries: Sequence[AuditEntry]) -> str:
    """A line an entry; `before` and `after` as JSON."""
    return _lines([_cells(entry) for entry in entries])


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    at = entry.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    values = (json.dumps(each, ensure_ascii=False, sort_keys=True) for each in (entry.before, entry.after))
    named = (entry.actor_name, entry.action, entry.subject, entry.subject_name, sentence(entry))
    return (at, *(_inert(each) for each in (*named, *values)))


def _inert(text: str) -> str:
    """An apostrophe before what begins like a formula: =HYPERLINK(…) in a name would run in who opens the file."""
    return "'" + text if text.startswith(_FORMULA) else text


def _lines(rows: Sequence[Sequence[str]]) -> str:
    piece = io.StringIO()
    csv.writer(piece).writerows(rows)
    return piece.getvalue()
