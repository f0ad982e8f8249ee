"""Work that takes long, asked for in the transaction that wants it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.base import BigId, Table, enum_type, key


class JobKind(StrEnum):
    """Every sort of job; `services/jobs` says how one is added."""

    WEBHOOKS = "webhooks"  # subject: the integration whose deliveries are due
    IMPORTS = "imports"  # subject: the import


class Job(Table, table=True):
    """One open job: the row is the truth, the workflow that does it comes and goes. Deleted when done.

    `asked` counts how often it was asked for, so that what is asked for while it runs is not lost.
    """

    __table_args__ = (sa.UniqueConstraint("kind", "subject_id"), sa.Index("ix_job_due", "failed_at", "due_at"))
    id: int | None = key()
    kind: JobKind = Field(sa_type=enum_type(JobKind))
    subject_id: int = Field(sa_type=BigId)
    asked: int = 1
    attempts: int = 0  # that failed
    due_at: datetime
    workflow_id: str = Field(default="", max_length=64)  # of the run under way
    lease_until: datetime | None = None
    error: str = Field(default="", max_length=2000)
    failed_at: datetime | None = None  # given up
    created_at: datetime
