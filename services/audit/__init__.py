"""What was changed of all that is configured: by whom, before and after, when."""

from services.audit.exporting import heading as heading
from services.audit.exporting import lines as lines
from services.audit.reading import NOUNS as NOUNS
from services.audit.reading import Filter as Filter
from services.audit.reading import Page as Page
from services.audit.reading import entries as entries
from services.audit.reading import get as get
from services.audit.reading import members as members
from services.audit.recording import HIDDEN as HIDDEN
from services.audit.recording import write as write
from services.audit.wording import Difference as Difference
from services.audit.wording import differences as differences
from services.audit.wording import sentence as sentence

__all__ = [
    "HIDDEN",
    "NOUNS",
    "Difference",
    "Filter",
    "Page",
    "differences",
    "entries",
    "get",
    "heading",
    "lines",
    "members",
    "sentence",
    "write",
]
