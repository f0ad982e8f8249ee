"""The audit as a table for spreadsheets: RFC 4180 lines, and no cell that a spreadsheet would take for a formula."""

import json
from collections.abc import Sequence
from datetime import UTC

from models import AuditEntry
from services import csvtext
from services.audit.wording import sentence

HEADINGS = ("at", "who", "action", "kind", "name", "summary", "before", "after")


def heading() -> str:
    return csvtext.write([HEADINGS])


def lines(entries: Sequence[AuditEntry]) -> str:
    """A line an entry; `before` and `after` as JSON."""
    return csvtext.write(map(_cells, entries))


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    at = entry.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    values = (json.dumps(each, ensure_ascii=False, sort_keys=True) for each in (entry.before, entry.after))
    named = (entry.actor_name, entry.action, entry.subject, entry.subject_name, sentence(entry))
    return (at, *named, *values)
