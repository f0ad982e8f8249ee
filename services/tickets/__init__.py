"""Tickets: conversations somebody owns. Reading, listing, and every verb a team has for them."""

from services.presence import Present
from services.tickets.changing import delete, restore, set_priority, set_status, tag, tags, untag
from services.tickets.claiming import assign, claim, release, requeue
from services.tickets.listing import COUNT_LIMIT, counts, listed
from services.tickets.reading import get
from services.tickets.rows import (
    Activity,
    Changed,
    Conversation,
    Delivery,
    Entry,
    File,
    Label,
    Link,
    Person,
    Row,
    SplitSuggestion,
    View,
    ViewKind,
)

__all__ = [
    "COUNT_LIMIT",
    "Activity",
    "Changed",
    "Conversation",
    "Delivery",
    "Entry",
    "File",
    "Label",
    "Link",
    "Person",
    "Present",
    "Row",
    "SplitSuggestion",
    "View",
    "ViewKind",
    "assign",
    "claim",
    "counts",
    "delete",
    "get",
    "listed",
    "release",
    "requeue",
    "restore",
    "set_priority",
    "set_status",
    "tag",
    "tags",
    "untag",
]
