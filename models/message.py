"""Mail as it came and as it is understood: raw bytes, recipients to be filed, messages, their bodies and files."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import BigId, Table, enum_type, json_list, json_object, key, optional_key


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    NOTE = "note"


class ReceptionState(StrEnum):
    ACCEPTED = "accepted"
    FILED = "filed"
    FAILED = "failed"


class RawMessage(Table, table=True):
    """The bytes of a message with the envelope they came in; written once, never changed.

    For outgoing mail `reverse_path` is empty and the envelope is each delivery's own.
    """

    id: int | None = key()
    queue_id: str = Field(max_length=32)
    reverse_path: str = Field(default="", max_length=1000)
    helo: str = Field(default="", max_length=255)
    peer: str = Field(default="", max_length=64)
    protocol: str = Field(default="ESMTP", max_length=16)  # ESMTP, ESMTPS, ESMTPSA, UTF8SMTP… (RFC 3848)
    user_id: int | None = Field(default=None, sa_type=BigId)  # who authenticated, on submission
    received_at: datetime
    size: int
    content: bytes = Field(sa_type=sa.LargeBinary)


class Reception(Table, table=True):
    """One recipient of one accepted message: a row of the inbound queue and then the record of what became of it."""

    __table_args__ = (sa.Index("ix_reception_due", "state", "due_at"),)
    id: int | None = key()
    raw_id: int = key("raw_message", index=True)
    recipient: str = Field(max_length=1000)
    state: ReceptionState = Field(default=ReceptionState.ACCEPTED, sa_type=enum_type(ReceptionState))
    due_at: datetime
    attempts: int = 0
    message_id: int | None = Field(default=None, sa_type=BigId, index=True)
    step: str = Field(default="", max_length=64)  # where the pipeline ended
    reason: str = Field(default="", max_length=1000)  # one plain sentence
    tag: str = Field(default="", max_length=64)  # for the ticket: the folder that an account kept it in


class Message(Table, table=True):
    """One message of one organisation: a mail in, a mail out, or an internal note. Times are UTC."""

    __table_args__ = (
        sa.Index("ix_message_ticket", "ticket_id", "received_at", "id"),
        sa.Index("ix_message_identity", "organisation_id", "message_id"),
        sa.Index(
            "ix_message_nameless",
            "organisation_id",
            "digest",
            sqlite_where=sa.text("message_id = ''"),
            postgresql_where=sa.text("message_id = ''"),
        ),
        sa.Index("ix_message_recent", "organisation_id", "received_at", "id"),
        sa.Index(
            "ix_message_writer",
            "user_id",
            "ticket_id",
            sqlite_where=sa.text("user_id IS NOT NULL"),
            postgresql_where=sa.text("user_id IS NOT NULL"),
        ),
    )
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    ticket_id: int | None = optional_key("ticket")
    alias_id: int | None = optional_key("alias", on_delete="SET NULL")
    mailbox_id: int | None = Field(default=None, sa_type=BigId)  # whose quota it counts against, even if that is gone
    raw_id: int | None = optional_key("raw_message", index=True)
    search_id: int | None = Field(default=None, sa_type=BigId, unique=True)  # message_body.id
    direction: Direction = Field(sa_type=enum_type(Direction))
    message_id: str = Field(default="", max_length=998)  # with angle brackets, as in the header
    in_reply_to: str = Field(default="", max_length=998)
    references: list[str] = json_list()
    author_address: str = Field(default="", max_length=320)
    author_name: str = Field(default="", max_length=320)
    user_id: int | None = optional_key("user_account", on_delete="SET NULL")  # the member who wrote it
    to: list[dict[str, str]] = json_list()  # [{"name": …, "address": …}]
    cc: list[dict[str, str]] = json_list()
    bcc: list[dict[str, str]] = json_list()  # of outgoing mail only
    reply_to: list[dict[str, str]] = json_list()
    subject: str = Field(default="", max_length=998)
    snippet: str = Field(default="", max_length=300)
    sent_at: datetime | None = None  # the Date field
    received_at: datetime
    size: int = 0
    digest: str = Field(default="", max_length=32)  # of incoming content below the trace fields: tells copies
    has_html: bool = False
    has_attachments: bool = False
    automatic: str = Field(default="", max_length=64)  # why it counts as automatic mail; empty for a person's
    authentication: dict[str, object] = json_object()  # {"spf": …, "dkim": […], "dmarc": …, "arc": …, "verdict": …}
    trace: list[dict[str, str]] = json_list()  # [{"step": …, "outcome": …, "reason": …}]
    parse_error: str = Field(default="", max_length=500)
    deleted_at: datetime | None = None


class ThreadMark(Table, table=True):
    """What ties later mail to a ticket though no message here bears it: a Message-ID that was only named, Outlook's
    Thread-Index, a list and its subject. `mark` is the tie's digest."""

    __table_args__ = (UniqueConstraint("organisation_id", "mark"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    mark: str = Field(max_length=32)
    ticket_id: int = key("ticket", on_delete="CASCADE", index=True)
    subject_key: str = Field(default="", max_length=200)
    at: datetime = Field(index=True)


class Recheck(Table, table=True):
    """A message filed before the DNS had answered: when to ask again who it is from."""

    message_id: int = Field(primary_key=True, foreign_key="message.id", ondelete="CASCADE", sa_type=BigId)
    due_at: datetime = Field(index=True)
    attempts: int = 0


class MessageBody(Table, table=True):
    """What full-text search reads. `id` grows with the message's time, so newest first is descending id.

    `id` = milliseconds since 1970 << 20 | a sequence that keeps it unique.
    """

    id: int | None = key()
    subject: str = Field(default="", sa_type=sa.Text)
    author: str = Field(default="", sa_type=sa.Text)  # address and name of From
    recipients: str = Field(default="", sa_type=sa.Text)  # addresses and names of To and Cc
    text: str = Field(default="", sa_type=sa.Text)  # the body as plain text, cut at 256 Ki characters
    labels: str = Field(default="", sa_type=sa.Text)  # what hardly changes: zzorg<organisation> zzhasattachment …


class Attachment(Table, table=True):
    """A file of a message or of a draft. Inbound files stay in the raw message (`part`); uploads carry `content`."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    message_id: int | None = optional_key("message", index=True)
    draft_id: int | None = optional_key("draft", on_delete="SET NULL", index=True)
    filename: str = Field(default="", max_length=255)
    content_type: str = Field(default="application/octet-stream", max_length=127)
    size: int = 0
    content_id: str = Field(default="", max_length=998)  # without angle brackets
    inline: bool = False
    part: int | None = None  # index of the part in the raw message, in walking order
    content: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    created_at: datetime
