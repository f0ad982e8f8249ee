"""What lists and the open conversation are made of: small frozen shapes that doors draw and never change."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from models import Direction, Draft, Follower, Priority, Ticket, TicketRead, TicketStar, TicketStatus
from services.errors import NotFound
from services.presence import Present


class ViewKind(StrEnum):
    INBOX = "inbox"
    UNASSIGNED = "unassigned"
    MINE = "mine"
    ASSIGNED = "assigned"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    DONE = "done"
    SPAM = "spam"
    TRASH = "trash"
    ALL = "all"
    DRAFTS = "drafts"
    SENT = "sent"
    STARRED = "starred"
    MENTIONS = "mentions"
    MAILBOX = "mailbox"  # with the mailbox's id
    TAG = "tag"  # with the tag's id
    SAVED = "saved"  # with the saved view's id


@dataclass(frozen=True)
class View:
    """One folder of the left pane."""

    kind: ViewKind
    id: int | None = None

    @classmethod
    def parse(cls, text: str) -> "View":
        """`inbox`, `mailbox:3`, `tag:8`, `saved:2`. Raises NotFound for anything else."""
        kind, _, number = text.partition(":")
        needs_id = kind in (ViewKind.MAILBOX, ViewKind.TAG, ViewKind.SAVED)
        if kind not in set(ViewKind) or needs_id != bool(number) or (number and not number.isdecimal()):
            raise NotFound("There is no such folder.")
        return cls(ViewKind(kind), int(number) if number else None)

    def __str__(self) -> str:
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Label:
    """A tag as shown."""

    id: int
    name: str
    colour: str


@dataclass(frozen=True)
class Person:
    """A member as shown beside what they do."""

    id: int
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the conversation list. `cursor` goes back as `before` to get the lines after it."""

    id: int
    number: int
    subject: str
    correspondent: str
    correspondent_name: str
    snippet: str
    status: TicketStatus
    priority: Priority
    assignee_id: int | None
    assignee_name: str
    mailbox_id: int | None
    alias_id: int | None
    message_count: int
    has_attachments: bool
    active_at: datetime
    last_inbound_at: datetime | None
    snoozed_until: datetime | None
    created_at: datetime
    resolved_at: datetime | None
    deleted: bool
    unread: bool
    starred: bool
    has_draft: bool
    tags: tuple[Label, ...]
    presence: tuple[Present, ...]
    cursor: tuple[Any, ...]


@dataclass(frozen=True)
class File:
    """An attachment without its bytes."""

    id: int
    filename: str
    content_type: str
    size: int
    content_id: str
    inline: bool


@dataclass(frozen=True)
class Delivery:
    """How far an outgoing message got with one recipient."""

    outbound_id: int
    recipient: str
    status: str
    reply: str
    due_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True)
class Entry:
    """One message of a conversation: mail in, mail out, or a note. `text` is its plain text (as searched)."""

    id: int
    direction: Direction
    author_name: str
    author_address: str
    user_id: int | None
    writer: str  # the name of the member who wrote it, if one did
    alias_id: int | None
    to: list[dict[str, str]]
    cc: list[dict[str, str]]
    bcc: list[dict[str, str]]
    reply_to: list[dict[str, str]]
    subject: str
    snippet: str
    text: str
    message_id: str
    sent_at: datetime | None
    received_at: datetime
    size: int
    has_html: bool
    has_raw: bool
    automatic: str
    authentication: dict[str, object]
    trace: list[dict[str, str]]
    parse_error: str
    files: tuple[File, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class Activity:
    """One line of the activity between the messages."""

    id: int
    kind: str
    actor_id: int | None
    actor_name: str
    detail: dict[str, object]
    at: datetime
    undoable: bool
    undone: bool


@dataclass(frozen=True)
class Link:
    """Another ticket this one has to do with."""

    id: int
    number: int
    subject: str


@dataclass(frozen=True)
class SplitSuggestion:
    """A message that joined by its references but under another subject: perhaps a ticket of its own."""

    message_id: int
    subject: str


@dataclass(frozen=True)
class Conversation:
    """Everything about one ticket that its page shows, in one reading."""

    ticket: Ticket
    assignee: Person | None
    entries: tuple[Entry, ...]
    activity: tuple[Activity, ...]
    tags: tuple[Label, ...]
    followers: tuple[Person, ...]
    drafts: tuple[Draft, ...]
    presence: tuple[Present, ...]
    unread: bool
    starred: bool
    follows: Link | None = None
    followed_by: tuple[Link, ...] = ()
    merged: tuple[Link, ...] = ()
    merged_into: Link | None = None
    split_suggestion: SplitSuggestion | None = None


@dataclass(frozen=True)
class Mark:
    """What one ticket was to a member before: whether `table` had a row of theirs, and what reading it changed."""

    ticket_id: int
    table: type[TicketRead] | type[TicketStar] | type[Follower]
    was_there: bool
    read_at: datetime | None = None
    mentions: tuple[int, ...] = ()  # those that were unread


@dataclass(frozen=True)
class Changed:
    """What a changing verb did. `event_id` goes to `undo`, `mark` to `put_back`; 0 and None when nothing changed."""

    ticket: Ticket
    event_id: int
    mark: Mark | None = None
