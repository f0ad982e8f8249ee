"""What a team promises: how soon it answers and resolves, and how each ticket's promises stand."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import BigId, Table, enum_type, json_object, key


class ServiceLevel(Table, table=True):
    """Targets of a mailbox in minutes of its business hours: {"urgent": {"first": 60, "resolve": 480}, …}."""

    mailbox_id: int = Field(foreign_key="mailbox.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    targets: dict[str, object] = json_object()
    remind_minutes: int = 30  # how long before it is due the ticket's owner is told
    since: datetime  # tickets from before were promised nothing


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
