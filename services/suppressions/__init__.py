"""Addresses nothing is sent to: one truth for everything that sends, how they got there, and the way back."""

from services.suppressions.asking import among, is_suppressed
from services.suppressions.files import Found, Imported, heading, import_csv, lines, read
from services.suppressions.keeping import add, get, lift, remove
from services.suppressions.learning import Finding, learn
from services.suppressions.listing import Line, Page, counts, page
from services.suppressions.wording import REASONS, kind_words, reason_words, words

__all__ = [
    "REASONS",
    "Finding",
    "Found",
    "Imported",
    "Line",
    "Page",
    "add",
    "among",
    "counts",
    "get",
    "heading",
    "import_csv",
    "is_suppressed",
    "kind_words",
    "learn",
    "lift",
    "lines",
    "page",
    "read",
    "reason_words",
    "remove",
    "words",
]
