"""Tickets: conversations somebody owns. Reading, listing, and every verb a team has for them."""

from services.presence import Present
from services.tickets.bulk import Bulk, bulk
from services.tickets.changing import delete, restore, set_priority, set_status, tag, tag_ids, tags, untag
from services.tickets.claiming import assign, claim, release, requeue
from services.tickets.counting import COUNT_LIMIT, counts, counts_together
from services.tickets.listing import listed, listed_together
from services.tickets.marks import follow, mark_read, mark_unread, put_back, star, unread_mentions
from services.tickets.merging import merge, next_number, split
from services.tickets.notes import note
from services.tickets.paging import Choice, page
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
    Mark,
    Person,
    Row,
    SplitSuggestion,
    View,
    ViewKind,
)
from services.tickets.snoozing import Preset, presets, snooze, wake_due
from services.tickets.undoing import undo

__all__ = [
    "COUNT_LIMIT",
    "Activity",
    "Bulk",
    "Changed",
    "Choice",
    "Conversation",
    "Delivery",
    "Entry",
    "File",
    "Label",
    "Link",
    "Mark",
    "Person",
    "Present",
    "Preset",
    "Row",
    "SplitSuggestion",
    "View",
    "ViewKind",
    "assign",
    "bulk",
    "claim",
    "counts",
    "counts_together",
    "delete",
    "follow",
    "get",
    "listed",
    "listed_together",
    "mark_read",
    "mark_unread",
    "merge",
    "next_number",
    "note",
    "page",
    "presets",
    "put_back",
    "release",
    "requeue",
    "restore",
    "set_priority",
    "set_status",
    "snooze",
    "split",
    "star",
    "tag",
    "tag_ids",
    "tags",
    "undo",
    "unread_mentions",
    "untag",
    "wake_due",
]
