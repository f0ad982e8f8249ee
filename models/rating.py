"""Ratings: what customers say of how their tickets were handled."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.base import BigId, Table, enum_type, key, optional_key


class Score(StrEnum):
    GREAT = "great"
    OKAY = "okay"
    BAD = "bad"


class Rating(Table, table=True):
    """A ticket is rated once. While `due_at` is set its customer is yet to be asked; `refusal`: why they never were."""

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    user_id: int | None = optional_key("user_account", on_delete="SET NULL", index=True)  # whose work it is about
    due_at: datetime | None = Field(default=None, index=True)
    asked_at: datetime | None = None
    refusal: str = Field(default="", max_length=300)
    score: Score | None = Field(default=None, sa_type=enum_type(Score))
    comment: str = Field(default="", sa_type=sa.Text)
    rated_at: datetime | None = None  # the first time
    changed_at: datetime | None = None
    created_at: datetime
