"""A job as the runner holds it: claimed by a lease, moved on with every batch, put back with how it went."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Domain, Mailbox, RawMessage, Reception, SyncJob
from services import clock, database, events, reception, secrets
from services.database import bulk
from services.flows.importing.purpose import Purpose

LEASE = timedelta(minutes=2)  # renewed while the job runs; after a crash another process waits as long
_JOB: Any = SyncJob.__table__  # type: ignore[attr-defined]
_RAW: Any = RawMessage.__table__  # type: ignore[attr-defined]
_RECEPTION: Any = Reception.__table__  # type: ignore[attr-defined]
_NOBODYS = {"claimed_at": None, "leased_until": None, "run_total": None}


@dataclass(frozen=True, slots=True)
class Account:
    """What it takes to sign in somewhere."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    encryption: str


@dataclass(slots=True)
class Job:
    """`progress` maps a folder to its UIDVALIDITY, the highest UID pulled, and the lowest while older ones are open.
    What came there before `since` is history; `claimed_at` is how its row knows whose it is."""

    id: int
    account: Account
    address: str
    purpose: Purpose
    since: datetime
    subfolder: str
    max_age_days: int
    exclude: str
    interval: timedelta
    room: int | None  # bytes that the mailbox has left
    progress: dict[str, list[int]]
    claimed_at: datetime
    stopping: threading.Event  # set when the process wants to end
    done: int = 0  # messages looked at in this run


@dataclass(frozen=True, slots=True)
class Place:
    """How far a job is in a folder (its UIDVALIDITY and two UIDs), and how many messages it passed to get there."""

    folder: str
    uids: list[int]
    passed: int


@dataclass(frozen=True, slots=True)
class Pulled:
    """One message that came there since the job began, and the tag its folder stands for."""

    content: bytes
    reverse_path: str
    received_at: datetime
    tag: str


def recover(session: Session, claimant: str) -> None:
    """Free what the claimant's last life left behind when it ended; what others hold stays theirs."""
    left = sa.update(_JOB).where(_JOB.c.claimed_by == claimant, _JOB.c.claimed_at.is_not(None))
    session.connection().execute(left.values(**_NOBODYS))


def claim(session: Session, claimant: str | None, stopping: threading.Event) -> Job | None:
    """The job that has waited longest, the claimant's until its lease ends."""
    now = clock.now()
    query = (
        select(SyncJob, Mailbox, Domain.name)
        .join(Mailbox, col(Mailbox.id) == col(SyncJob.mailbox_id))
        .join(Domain, col(Domain.id) == col(Mailbox.domain_id))
        .where(col(SyncJob.active), col(SyncJob.due_at) <= now)
        .where(sa.or_(col(SyncJob.leased_until).is_(None), col(SyncJob.leased_until) <= now))
        .order_by(col(SyncJob.due_at), col(SyncJob.id))
    )
    found = session.exec(query.limit(1).with_for_update(skip_locked=True, of=SyncJob)).first()
    if found is None:
        return None
    row, box, domain = found
    row.claimed_at, row.claimed_by, row.leased_until = now, claimant, now + LEASE
    row.run_done, row.run_total = 0, None
    session.add(row)
    events.record(session, events.SyncAdvanced(row.organisation_id, row.id or 0))
    return _held(row, box, f"{box.local_part}@{domain}", now, stopping)


def _held(row: SyncJob, box: Mailbox, address: str, claimed_at: datetime, stopping: threading.Event) -> Job:
    return Job(
        id=row.id or 0,
        account=Account(row.host, row.port, row.username, secrets.unseal(row.password), row.encryption),
        address=address,
        purpose=Purpose(
            organisation_id=row.organisation_id,
            mailbox_id=row.mailbox_id,
            user_id=row.user_id,
            protocol="IMAP",
            host=row.host,
        ),
        since=row.created_at.replace(microsecond=0),  # servers keep seconds (RFC 9051 2.3.3)
        subfolder=row.subfolder,
        max_age_days=row.max_age_days,
        exclude=row.exclude,
        interval=timedelta(minutes=row.interval_minutes),
        room=None if box.quota is None else (box.quota << 20) - box.used_bytes,
        progress={name: list(place) for name, place in row.progress.items() if isinstance(place, list)},
        claimed_at=claimed_at,
        stopping=stopping,
    )


def counted(session: Session, job: Job, total: int) -> bool:
    """How many messages there are to look at; False when the job is ours no more."""
    return _change(session, job, run_total=total)


def advance(session: Session, job: Job, place: Place, *, pulled: int) -> bool:
    """How far the job has come, in the transaction that keeps what it pulled; False when the job is gone, changed or
    switched off, or somebody else's since."""
    progress = job.progress | {place.folder: place.uids}
    more = _JOB.c.pulled_count + pulled
    return _change(session, job, progress=progress, run_done=job.done + place.passed, pulled_count=more)


def renew(session: Session, job: Job) -> bool:
    """Ours for another while; False when it is ours no more."""
    return database.affected(session.connection().execute(_mine(job).values(leased_until=clock.now() + LEASE))) > 0


def _change(session: Session, job: Job, **values: Any) -> bool:
    mine = _mine(job).where(_JOB.c.active.is_(True)).values(**values)
    if not session.connection().execute(mine.returning(_JOB.c.id)).scalar():
        return False
    events.record(session, events.SyncAdvanced(job.purpose.organisation_id, job.id))
    return True


def hand_over(session: Session, job: Job, pulled: Sequence[Pulled]) -> None:
    """News goes through the inbound queue, as what comes by SMTP does: rules, owners, notices and all."""
    if not pulled:
        return
    connection, now = session.connection(), clock.now()
    raws = [
        {
            "queue_id": reception.make_queue_id(),
            "reverse_path": each.reverse_path,
            "helo": job.account.host[:255],
            "protocol": "IMAP",
            "received_at": each.received_at,
            "size": len(each.content),
            "content": each.content,
        }
        for each in pulled
    ]
    numbers = bulk.insert_numbered(connection, _RAW, raws)
    receptions = [
        {"raw_id": number, "recipient": job.address, "due_at": now, "tag": each.tag}
        for number, each in zip(numbers, pulled, strict=True)
    ]
    bulk.insert(connection, _RECEPTION, receptions)
    events.record(session, events.WorkArrived(0, "inbound"))


def finish(session: Session, job: Job, error: str) -> None:
    """Put the job back until its interval has passed, unless it was changed meanwhile and is due anew."""
    now = clock.now()
    values = {"last_run_at": now, "due_at": now + job.interval, "error": error[:1000]}
    _end(session, job, values)


def give_back(session: Session, job: Job) -> None:
    """Put a run that was broken off back, for any process to go on with at once."""
    _end(session, job, {})


def _end(session: Session, job: Job, values: Mapping[str, object]) -> None:
    session.connection().execute(_mine(job).values(**values, **_NOBODYS))
    events.record(session, events.SyncAdvanced(job.purpose.organisation_id, job.id))


def _mine(job: Job) -> Any:
    return sa.update(_JOB).where(_JOB.c.id == job.id, _JOB.c.claimed_at == job.claimed_at)
