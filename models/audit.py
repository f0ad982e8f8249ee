"""What was changed, by whom, and what needs somebody's attention."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.base import BigId, Table, enum_type, json_object, key, optional_key


class AuditEntry(Table, table=True):
    """One change: the fields that differ, before and after; never a secret."""

    __table_args__ = (
        sa.Index("ix_audit_entry_recent", "organisation_id", "at", "id"),
        sa.Index("ix_audit_entry_subject", "organisation_id", "subject", "subject_id"),
    )
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    actor_id: int | None = optional_key("user_account", on_delete="SET NULL", index=True)
    actor_name: str = Field(default="", max_length=200)  # kept when the member is gone
    action: str = Field(max_length=32)  # created, changed, deleted
    subject: str = Field(max_length=32)  # the noun: domain, alias, rule …
    subject_id: int = Field(sa_type=BigId)
    subject_name: str = Field(default="", max_length=320)
    before: dict[str, object] = json_object()
    after: dict[str, object] = json_object()
    at: datetime


class NoticeLevel(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Notice(Table, table=True):
    """Something that needs attention until it is over or put away: DNS drift, a full mailbox, a dead webhook.

    One open notice a (`kind`, `subject_id`, `user_id`); `user_id` empty = for those who manage the place.
    """

    __table_args__ = (sa.Index("ix_notice_open", "organisation_id", "closed_at"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    user_id: int | None = optional_key("user_account", on_delete="CASCADE")
    kind: str = Field(max_length=32)
    subject_id: int = Field(default=0, sa_type=BigId)
    level: NoticeLevel = Field(default=NoticeLevel.WARNING, sa_type=enum_type(NoticeLevel))
    title: str = Field(max_length=300)
    text: str = Field(default="", max_length=2000)
    link: str = Field(default="", max_length=300)  # a page of ours
    opened_at: datetime
    closed_at: datetime | None = None
