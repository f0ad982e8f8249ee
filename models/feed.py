"""The event feed: everything that happened, in an order that never changes."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from models.base import BigId, Table, key


class FeedEvent(Table, table=True):
    """One event as webhooks carry it. Ids grow in the order of commits, so that a reader's cursor leaves nothing out.

    `waits`: it was announced for later, and gets another id once it has come to pass.
    """

    __table_args__ = (
        sa.Index("ix_feed_event_next", "organisation_id", "id"),
        sa.Index("ix_feed_event_at", "waits", "at"),
        {"sqlite_autoincrement": True},  # cursors name ids, so none is given twice
    )
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    event_id: str = Field(max_length=64)
    event_type: str = Field(max_length=64)
    alias_id: int | None = Field(default=None, sa_type=BigId)  # whose mail it was, if of one
    payload: str = Field(sa_type=sa.Text)
    at: datetime
    waits: bool = False
