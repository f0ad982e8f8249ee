"""Tickets: a conversation somebody owns, and everything a team does with it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import BigId, Table, enum_type, json_list, json_object, key, optional_key


class TicketStatus(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"
    SPAM = "spam"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Folder(StrEnum):
    """What the list is indexed by: the status coarsened, or the trash."""

    OPEN = "open"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    DONE = "done"
    SPAM = "spam"
    TRASH = "trash"


FOLDER_SQL = (
    "CASE WHEN deleted_at IS NOT NULL THEN 'trash'"
    " WHEN status IN ('open', 'in_progress') THEN 'open'"
    " WHEN status IN ('resolved', 'closed') THEN 'done'"
    " ELSE status END"
)


class Ticket(Table, table=True):
    """One conversation. `active_at` orders every list; `folder` is computed by the database from the status."""

    __table_args__ = (
        sa.Index("ix_ticket_folder", "organisation_id", "folder", "active_at", "id"),
        sa.Index("ix_ticket_owner", "organisation_id", "folder", "assignee_id", "active_at", "id"),
        sa.Index(
            "ix_ticket_assigned",
            "organisation_id",
            "folder",
            "active_at",
            "id",
            sqlite_where=sa.text("assignee_id IS NOT NULL"),
            postgresql_where=sa.text("assignee_id IS NOT NULL"),
        ),
        sa.Index("ix_ticket_mailbox", "organisation_id", "mailbox_id", "folder", "active_at", "id"),
        sa.Index("ix_ticket_correspondent", "organisation_id", "correspondent", "subject_key", "active_at"),
        sa.Index("ix_ticket_snoozed", "snoozed_until"),
        sa.Index(
            "ix_ticket_follows",
            "follows_id",
            sqlite_where=sa.text("follows_id IS NOT NULL"),
            postgresql_where=sa.text("follows_id IS NOT NULL"),
        ),
        UniqueConstraint("organisation_id", "number"),
    )
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    number: int
    mailbox_id: int | None = optional_key("mailbox", on_delete="SET NULL")
    alias_id: int | None = optional_key("alias", on_delete="SET NULL")
    subject: str = Field(default="", max_length=998)
    subject_key: str = Field(default="", max_length=200)  # normalised: no Re:, folded case and white space
    correspondent: str = Field(default="", max_length=320)  # the customer's address, lower case
    correspondent_name: str = Field(default="", max_length=320)
    snippet: str = Field(default="", max_length=300)
    status: TicketStatus = Field(default=TicketStatus.OPEN, sa_type=enum_type(TicketStatus))
    folder: Folder | None = Field(
        default=None, sa_type=enum_type(Folder), sa_column_args=[sa.Computed(FOLDER_SQL, persisted=True)]
    )
    priority: Priority = Field(default=Priority.NORMAL, sa_type=enum_type(Priority))
    assignee_id: int | None = optional_key("user_account", on_delete="SET NULL")
    claimed_at: datetime | None = None
    message_count: int = 0
    has_attachments: bool = False
    active_at: datetime
    last_inbound_at: datetime | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    snoozed_until: datetime | None = None
    snooze_keeps: bool = False  # stay asleep if the customer answers
    merged_into_id: int | None = optional_key("ticket", index=True)
    follows_id: int | None = optional_key("ticket")  # the closed ticket this one continues
    deleted_at: datetime | None = None
    created_at: datetime


class TicketEvent(Table, table=True):
    """One line of a ticket's activity. `undo` holds what restores the state before; merges and splits live here."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    ticket_id: int = key("ticket", on_delete="CASCADE", index=True)
    kind: str = Field(max_length=32)
    actor_id: int | None = optional_key("user_account", on_delete="SET NULL")
    detail: dict[str, object] = json_object()
    undo: dict[str, object] = json_object()
    undone_at: datetime | None = None
    batch: str = Field(default="", max_length=32, index=True)  # one bulk action, undone together
    at: datetime


class TicketTurn(Table, table=True):
    """A ticket that waits until somebody in the rota of its mailbox is free."""

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    organisation_id: int = key("organisation", on_delete="CASCADE")
    mailbox_id: int = key("mailbox", on_delete="CASCADE", index=True)


class Tag(Table, table=True):
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    name: str = Field(max_length=64)
    colour: str = Field(default="grey", max_length=16)


class TicketTag(Table, table=True):
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    tag_id: int = Field(foreign_key="tag.id", primary_key=True, ondelete="CASCADE", index=True, sa_type=BigId)


class TicketRead(Table, table=True):
    """Until when a member has read a ticket; unread = the last inbound message is newer."""

    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    read_at: datetime


class TicketStar(Table, table=True):
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)


class Follower(Table, table=True):
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)


class Mention(Table, table=True):
    """A member named in a note: their notice, until they read it."""

    id: int | None = key()
    message_id: int = key("message", on_delete="CASCADE", index=True)
    ticket_id: int = key("ticket", on_delete="CASCADE")
    user_id: int = key("user_account", on_delete="CASCADE", index=True)
    read_at: datetime | None = None
    created_at: datetime


class PresenceState(StrEnum):
    VIEWING = "viewing"
    TYPING = "typing"


class Presence(Table, table=True):
    """Who looks at or types in a ticket; ends by itself at `expires_at`."""

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    state: PresenceState = Field(sa_type=enum_type(PresenceState))
    expires_at: datetime


class DraftKind(StrEnum):
    NEW = "new"
    REPLY = "reply"
    REPLY_ALL = "reply_all"
    FORWARD = "forward"
    NOTE = "note"


class Draft(Table, table=True):
    """What somebody is writing; kept on the server, visible to the team. `version` guards against lost updates."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    ticket_id: int | None = optional_key("ticket", on_delete="CASCADE", index=True)
    author_id: int = key("user_account", on_delete="CASCADE", index=True)
    kind: DraftKind = Field(sa_type=enum_type(DraftKind))
    alias_id: int | None = optional_key("alias", on_delete="SET NULL")
    mailbox_id: int | None = optional_key("mailbox", on_delete="SET NULL")  # it leaves as, where it is no alias
    in_reply_to_id: int | None = optional_key("message", on_delete="SET NULL")
    seen_message_id: int | None = Field(default=None, sa_type=BigId)  # the newest message its author has seen
    to: list[dict[str, str]] = json_list()
    cc: list[dict[str, str]] = json_list()
    bcc: list[dict[str, str]] = json_list()
    subject: str = Field(default="", max_length=998)
    html: str = Field(default="", sa_type=sa.Text)
    text: str = Field(default="", sa_type=sa.Text)
    plain: bool = False  # write plain text only
    version: int = 0
    created_at: datetime
    updated_at: datetime


class SavedView(Table, table=True):
    """A search kept under a name; shared with the team when `user_id` is empty."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    user_id: int | None = optional_key("user_account", on_delete="CASCADE")
    name: str = Field(max_length=100)
    query: str = Field(max_length=500)
    position: int = 0
    created_at: datetime


class TrustedSender(Table, table=True):
    """A sender whose remote images a member always loads."""

    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    address: str = Field(primary_key=True, max_length=320)
