"""Addresses nothing is sent to any more, and the bounces and complaints that led there."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_type, key, optional_key


class SuppressionReason(StrEnum):
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    MANUAL = "manual"


class BounceKind(StrEnum):
    """What a report means for the address it is about."""

    HARD = "hard"  # there is no such address, or it is switched off
    SOFT = "soft"  # its mailbox is full
    BLOCK = "block"  # the receiver did not want our mail; the address is good
    TRANSIENT = "transient"
    DELAYED = "delayed"
    COMPLAINT = "complaint"


class Suppression(Table, table=True):
    """One address (lower case) that an organisation sends nothing to until `expires_at` (None = for good)."""

    __table_args__ = (UniqueConstraint("organisation_id", "address"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    address: str = Field(max_length=320)
    reason: SuppressionReason = Field(sa_type=enum_type(SuppressionReason))
    detail: str = Field(default="", max_length=1000)  # a server's words, or a member's
    report_id: int | None = optional_key("message", on_delete="SET NULL")
    actor_id: int | None = optional_key("user_account", on_delete="SET NULL")
    created_at: datetime
    expires_at: datetime | None = None


class Bounce(Table, table=True):
    """One recipient of one report about mail of ours: which, what the server said, what it was taken for."""

    __table_args__ = (sa.Index("ix_bounce_address", "organisation_id", "address", "at"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    outbound_id: int | None = optional_key("outbound", on_delete="SET NULL", index=True)
    report_id: int | None = optional_key("message", on_delete="SET NULL", index=True)
    address: str = Field(max_length=320)
    kind: BounceKind = Field(sa_type=enum_type(BounceKind))
    reason: str = Field(default="", max_length=64)  # full, unknown_user, policy …
    enhanced_code: str = Field(default="", max_length=16)
    reply_code: int | None = None
    diagnostic: str = Field(default="", max_length=2000)
    at: datetime
