"""An entry in words: one line for the list, and field by field for who opens it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import AuditEntry
from services.audit.recording import CHANGED, HIDDEN

_BRIEF = 60  # characters of a value in a line
_NAMED = 3  # fields in a line


@dataclass(frozen=True)
class Difference:
    """One field, before and after, in words; "" = nothing was there, or is."""

    field: str
    before: str
    after: str

    @property
    def is_hidden(self) -> bool:
        return HIDDEN in (self.before, self.after)


def differences(entry: AuditEntry) -> list[Difference]:
    return [
        Difference(_field(name), _value(entry.before.get(name)), _value(entry.after.get(name)))
        for name in sorted(entry.before.keys() | entry.after.keys())  # PostgreSQL keeps no order
    ]


def sentence(entry: AuditEntry) -> str:
    """What was done, without who did it: “changed alias support@example.com: status active → disabled”."""
    done = f"{entry.action} {entry.subject} {entry.subject_name}".strip()
    if entry.action != CHANGED:
        return done
    found = differences(entry)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return f"{done}: {', '.join(_brief(each) for each in found[:_NAMED])}{more}"


def _brief(difference: Difference) -> str:
    before, after = _short(difference.before), _short(difference.after)
    if difference.is_hidden:
        return f"{difference.field} (not shown)"
    if not before:
        return f"{difference.field} {after}"
    return f"{difference.field} {before} → {after or 'nothing'}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _BRIEF else line[: _BRIEF - 1] + "…"


def _field(name: str) -> str:
    return name.replace("_", " ")


def _value(value: Any) -> str:
    """A stored value as people write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{_field(key)}: {_value(each)}" for key, each in value.items())
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    """A time to the minute; any other text as it is."""
    if len(text) < 20 or text[10] != "T":
        return text
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return text
