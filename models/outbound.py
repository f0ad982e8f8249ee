"""The outbound queue: one row a recipient, every attempt and every server's reply, and what capture kept."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.base import BigId, Table, enum_type, key, optional_key


class OutboundStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    FAILED = "failed"
    HELD = "held"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


_FORWARDED = sa.text("alias_id IS NOT NULL")  # a bounce of what was forwarded is known by its reverse-path


class Outbound(Table, table=True):
    """One message on its way to one recipient. `due_at` is the next attempt; until `lease_until` it is in the
    hands of the process `claimed_by`."""

    __table_args__ = (
        sa.Index("ix_outbound_due", "status", "priority", "due_at", "id"),
        sa.Index("ix_outbound_recent", "organisation_id", "created_at", "id"),
        sa.Index("ix_outbound_destination", "destination", "status"),
        sa.Index("ix_outbound_forwarded", "reverse_path", sqlite_where=_FORWARDED, postgresql_where=_FORWARDED),
    )
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    message_id: int | None = optional_key("message", on_delete="SET NULL", index=True)
    raw_id: int = key("raw_message", index=True)
    alias_id: int | None = optional_key("alias", on_delete="SET NULL", index=True)  # the alias it is forwarded for
    forwarded_for: str = Field(default="", max_length=320)  # … and its address: what the trace field names
    needs_tls: bool = False
    queue_id: str = Field(max_length=32, index=True)
    reverse_path: str = Field(default="", max_length=320)  # empty: the null reverse-path of what we generate
    recipient: str = Field(max_length=320)
    destination: str = Field(max_length=253)  # the recipient's domain, A-labels
    signing_domain: str = Field(default="", max_length=253)
    subject: str = Field(default="", max_length=998)
    status: OutboundStatus = Field(default=OutboundStatus.QUEUED, sa_type=enum_type(OutboundStatus))
    priority: int = 0  # lower goes first: 0 a person's mail, 10 automatic, 20 bulk
    attempts: int = 0
    due_at: datetime
    lease_until: datetime | None = None
    claimed_by: str | None = Field(default=None, max_length=32)  # the slot of the process that took it last
    reply_code: int | None = None
    enhanced_code: str = Field(default="", max_length=16)
    reply: str = Field(default="", max_length=2000)  # the last server's words
    host: str = Field(default="", max_length=255)  # the last server
    created_at: datetime
    delivered_at: datetime | None = None


class OutboundAttempt(Table, table=True):
    """One change of an outbound row: what was tried, where, and what the server said."""

    id: int | None = key()
    outbound_id: int = key("outbound", on_delete="CASCADE", index=True)
    status: OutboundStatus = Field(sa_type=enum_type(OutboundStatus))
    at: datetime
    host: str = Field(default="", max_length=255)
    tls: str = Field(default="", max_length=32)
    reply_code: int | None = None
    enhanced_code: str = Field(default="", max_length=16)
    reply: str = Field(default="", max_length=2000)
    actor_id: int | None = Field(default=None, sa_type=BigId)  # who held, released, cancelled it


class CapturedMessage(Table, table=True):
    """What the `capture:` relay kept instead of sending it; it can be opened and answered as the recipient."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    outbound_id: int = key("outbound", on_delete="CASCADE", index=True)
    reverse_path: str = Field(default="", max_length=320)
    recipient: str = Field(max_length=320)
    content: bytes = Field(sa_type=sa.LargeBinary)  # as transmitted, signature included
    captured_at: datetime
    answered: str = Field(default="", max_length=32)  # the last answer given: reply, bounce, out_of_office


class MtaStsPolicy(Table, table=True):
    """What a domain asks of those who send to it (RFC 8461): the policy file as it was fetched, and until when it
    holds."""

    domain: str = Field(primary_key=True, max_length=255)
    policy_id: str = Field(max_length=32)
    text: str
    fetched_at: datetime
    expires_at: datetime
