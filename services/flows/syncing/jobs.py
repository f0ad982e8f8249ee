"""A job as the runner holds it: claimed by a lease, moved on with every batch, put back with how it went."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Domain, Mailbox, RawMessage, Reception, SyncJob
from services import clock, events, reception, secrets

LEASE = timedelta(minutes=30)  # longer than a batch may take
_JOB = SyncJob.__table__  # type: ignore[attr-defined]


@dataclass(slots=True)
class Job:
    """`progress` maps a folder to its UIDVALIDITY, the highest UID pulled, and the lowest while older ones are open."""

    id: int
    organisation_id: int
    address: str
    host: str
    port: int
    username: str
    password: str = field(repr=False)
    encryption: str
    max_age_days: int
    exclude: str
    interval: timedelta
    room: int | None  # bytes that the mailbox has left
    progress: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Pulled:
    """One message as the server keeps it."""

    content: bytes
    reverse_path: str
    received_at: datetime


def attempted(host: str, port: int, username: str, password: str, encryption: str) -> Job:
    """A job that is only tried, not yet there."""
    return Job(0, 0, "", host, port, username, password, encryption, 0, "", timedelta(), None, {})


def claim(session: Session) -> Job | None:
    """The job that has waited longest, ours until its lease ends."""
    query = (
        select(SyncJob, Mailbox, Domain.name)
        .join(Mailbox, col(Mailbox.id) == col(SyncJob.mailbox_id))
        .join(Domain, col(Domain.id) == col(Mailbox.domain_id))
        .where(col(SyncJob.active), col(SyncJob.due_at) <= clock.now())
        .order_by(col(SyncJob.due_at), col(SyncJob.id))
    )
    found = session.exec(query.limit(1).with_for_update(skip_locked=True, of=SyncJob)).first()
    if found is None:
        return None
    row, box, domain = found
    row.due_at = clock.now() + LEASE
    session.add(row)
    return Job(
        id=row.id or 0,
        organisation_id=row.organisation_id,
        address=f"{box.local_part}@{domain}",
        host=row.host,
        port=row.port,
        username=row.username,
        password=secrets.unseal(row.password),
        encryption=row.encryption,
        max_age_days=row.max_age_days,
        exclude=row.exclude,
        interval=timedelta(minutes=row.interval_minutes),
        room=None if box.quota is None else (box.quota << 20) - box.used_bytes,
        progress={name: list(place) for name, place in row.progress.items() if isinstance(place, list)},
    )


def advance(session: Session, job: Job, folder: str, place: list[int], pulled: list[Pulled]) -> bool:
    """Hand messages to the inbound queue and note how far the job has come; False when it is gone or switched off."""
    job.progress[folder] = place
    values = {
        "progress": job.progress,
        "due_at": clock.now() + LEASE,
        "pulled_count": _JOB.c.pulled_count + len(pulled),
    }
    mine = sa.update(_JOB).where(_JOB.c.id == job.id, _JOB.c.active.is_(True)).values(**values)
    if not session.connection().execute(mine.returning(_JOB.c.id)).scalar():
        return False
    for each in pulled:
        raw = RawMessage(
            queue_id=reception.make_queue_id(),
            reverse_path=each.reverse_path,
            helo=job.host[:255],
            protocol="IMAP",
            received_at=each.received_at,
            size=len(each.content),
            content=each.content,
        )
        session.add(raw)
        session.flush()
        session.add(Reception(raw_id=raw.id or 0, recipient=job.address, due_at=clock.now()))
    if pulled:
        events.record(session, events.WorkArrived(0, "inbound"))
    return True


def finish(session: Session, job: Job, error: str) -> None:
    """Put the job back until its interval has passed."""
    now = clock.now()
    values = {"last_run_at": now, "due_at": now + job.interval, "error": error[:1000]}
    session.connection().execute(sa.update(_JOB).where(_JOB.c.id == job.id).values(**values))
