"""Asking for a job in the transaction that wants it: the row is the outbox, so a rollback takes the job with it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, select

from models import Job, JobKind
from services import clock, events


def enqueue(session: Session, kind: JobKind, subject_id: int, *, at: datetime | None = None) -> None:
    """Have `kind` done for the subject, now or `at`. One that waits already is brought forward, one that was given up
    begins anew, one that runs is done once more."""
    now = clock.now()
    values = {"kind": kind, "subject_id": subject_id, "asked": 1, "attempts": 0, "due_at": at or now}
    values |= {"workflow_id": "", "error": "", "created_at": now}
    # a Core insert, because the ORM's would be two statements, between which another process can be the first
    insert: Any = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(Job).values(**values)
    earliest = sa.case((insert.excluded.due_at < col(Job.due_at), insert.excluded.due_at), else_=col(Job.due_at))
    again = {"asked": col(Job.asked) + 1, "attempts": 0, "due_at": earliest, "failed_at": None}
    session.exec(insert.on_conflict_do_update(index_elements=["kind", "subject_id"], set_=again))
    events.record(session, events.WorkArrived(0, "jobs"))


def withdraw(session: Session, kind: JobKind, subject_id: int) -> None:
    """Nothing is to be done any more, as far as it has not begun."""
    waiting = (col(Job.kind) == kind, col(Job.subject_id) == subject_id, col(Job.lease_until).is_(None))
    session.exec(delete(Job).where(*waiting))


def failed(session: Session, kind: JobKind, subject_id: int) -> str:
    """What the last try of an open job said; "" where nothing went wrong."""
    return session.exec(select(Job.error).where(Job.kind == kind, Job.subject_id == subject_id)).first() or ""
