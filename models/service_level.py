"""What a team promises: who is next in turn, when it is open, how soon it answers, and what customers thought."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import BigId, Table, enum_type, json_object, key, optional_key


class ServiceLevel(Table, table=True):
    """Targets of a mailbox in minutes of its business hours: {"urgent": {"first": 60, "resolve": 480}, …}."""

    mailbox_id: int = Field(foreign_key="mailbox.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    targets: dict[str, object] = json_object()
    remind_minutes: int = 30  # how long before a breach its owner is told
    active: bool = True


class RotaMember(Table, table=True):
    """A member who takes turns in a mailbox's rotation."""

    mailbox_id: int = Field(foreign_key="mailbox.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    last_assigned_at: datetime | None = None


class TargetKind(StrEnum):
    FIRST = "first"
    RESOLVE = "resolve"


class TicketTarget(Table, table=True):
    """A promise about one ticket: due, paused while we wait for the customer, met or missed."""

    __table_args__ = (
        UniqueConstraint("ticket_id", "kind"),
        sa.Index("ix_ticket_target_due", "met_at", "paused_at", "due_at"),
    )
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    ticket_id: int = key("ticket", on_delete="CASCADE")
    kind: TargetKind = Field(sa_type=enum_type(TargetKind))
    minutes: int
    due_at: datetime
    paused_at: datetime | None = None
    reminded_at: datetime | None = None
    missed_at: datetime | None = None
    met_at: datetime | None = None


class Rating(Table, table=True):
    """What a customer said by the signed link in a reply; one a ticket, the last word counts."""

    __table_args__ = (UniqueConstraint("ticket_id"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    ticket_id: int = key("ticket", on_delete="CASCADE")
    message_id: int | None = optional_key("message", on_delete="SET NULL")
    user_id: int | None = optional_key("user_account", on_delete="SET NULL")  # who had answered
    score: int  # 1 bad, 2 fair, 3 good
    comment: str = Field(default="", max_length=2000)
    at: datetime
