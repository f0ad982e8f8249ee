"""Sync jobs: remote IMAP accounts that are pulled into a mailbox; the password is sealed and never given back."""

import math
from dataclasses import dataclass
from typing import TypedDict, Unpack

from sqlmodel import Session, col, select

from models import Domain, Mailbox, SyncJob
from services import access, clock, events, mailboxes, secrets
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound
from services.targets import checked_url

ENCRYPTIONS = ("SSL", "TLS", "PLAIN")
MOST_JOBS = 200
LONGEST_INTERVAL = 43_200  # minutes: a month
LONGEST_TAG = 64


class Options(TypedDict, total=False):
    """What a job is made of; `password` as it was typed, `max_age_days` 0 for everything, `subfolder` the one that all
    folders come into (a folder is a tag here)."""

    host: str
    port: int
    username: str
    password: str
    encryption: str
    interval_minutes: int
    subfolder: str
    max_age_days: int
    exclude: str
    active: bool


@dataclass(frozen=True)
class JobEntry:
    """A job with the address of the mailbox it fills."""

    job: SyncJob
    address: str

    @property
    def is_running(self) -> bool:
        return self.job.leased_until is not None and self.job.leased_until > clock.now()


def all(session: Session, *, mailbox_id: int | None = None, actor: Actor) -> list[JobEntry]:
    """The organisation's jobs, or one mailbox's, oldest first."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    query = (
        select(SyncJob, Mailbox.local_part, Domain.name)
        .join(Mailbox, col(Mailbox.id) == col(SyncJob.mailbox_id))
        .join(Domain, col(Domain.id) == col(Mailbox.domain_id))
        .where(SyncJob.organisation_id == actor.organisation_id)
    )
    if mailbox_id is not None:
        query = query.where(SyncJob.mailbox_id == mailbox_id)
    rows = session.exec(query.order_by(col(SyncJob.id)))
    return [JobEntry(job, f"{local}@{name}") for job, local, name in rows]


def add(session: Session, address: str, *, actor: Actor, **options: Unpack[Options]) -> SyncJob:
    """Pull an account into the mailbox of `address`, for the first time at once."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    box = mailboxes.with_address(session, address, actor=actor).mailbox
    own = select(SyncJob.id).where(SyncJob.organisation_id == actor.organisation_id)
    if len(session.exec(own).all()) >= MOST_JOBS:
        raise Conflict(f"There are {MOST_JOBS} sync jobs already.", code="too_many_syncjobs")
    _check(options)
    job = SyncJob(
        organisation_id=actor.organisation_id,
        mailbox_id=box.id or 0,
        user_id=actor.user_id,
        host="",
        port=993,
        username="",
        password="",
        due_at=clock.now(),
        created_at=clock.now(),
    )
    _apply(session, job, options)
    _tell(session, job)
    return job


def update(
    session: Session, job_id: int, *, address: str | None = None, actor: Actor, **changes: Unpack[Options]
) -> SyncJob:
    """Change what is given, the mailbox by its address. Another account begins from nothing; any change makes the job
    due at once, and ends a run that is under way. Raises NotFound, Conflict, Invalid; that also for another server
    without the password: whoever may change a job may not read it."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    job = _owned(session, job_id, actor)
    _check(changes)
    if "password" not in changes:
        _refuse_elsewhere(job, changes)
    if address is not None:
        job.mailbox_id = mailboxes.with_address(session, address, actor=actor).mailbox.id or 0
    if _begins_anew(job, changes):
        job.progress = {}
    job.updated_at = clock.now()
    _apply(session, job, changes)
    _restart(session, job)
    return job


def password(session: Session, job_id: int, *, actor: Actor, **changes: Unpack[Options]) -> str:
    """For trying the account with `changes`; it is shown to nobody. Raises Invalid if they would send it elsewhere."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    job = _owned(session, job_id, actor)
    _refuse_elsewhere(job, changes)
    return secrets.unseal(job.password)


def run_now(session: Session, job_id: int, *, actor: Actor) -> SyncJob:
    """Not when its interval has passed, but at once; it goes on where it was, also where it was broken off."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    job = _owned(session, job_id, actor)
    _restart(session, job)
    return job


def remove(session: Session, job_id: int, *, actor: Actor) -> None:
    """Pull no more; what was pulled stays."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    job = _owned(session, job_id, actor)
    session.delete(job)
    events.record(session, events.SyncAdvanced(job.organisation_id, job_id))


def _refuse_elsewhere(job: SyncJob, changes: Options) -> None:
    """The password that is kept was given for one server and port, and to be sent there as it is sent now."""
    is_other = changes.get("host", job.host).strip().lower() != job.host.lower()
    is_other = is_other or changes.get("port", job.port) != job.port
    is_bared = changes.get("encryption") == "PLAIN" != job.encryption
    if is_other or is_bared:
        why = "It would go to another server" if is_other else "It would be sent unencrypted"
        raise Invalid(f"{why}: give the password again.", code="password_needed", field="password")


def _begins_anew(job: SyncJob, changes: Options) -> bool:
    """Whether what was passed by so far may be wanted now."""
    is_other = any(changes.get(name, getattr(job, name)) != getattr(job, name) for name in ("host", "username"))
    return is_other or _reach(changes.get("max_age_days", job.max_age_days)) > _reach(job.max_age_days)


def _reach(days: int) -> float:
    return days or math.inf


def _restart(session: Session, job: SyncJob) -> None:
    job.due_at = clock.now()
    job.claimed_at = job.leased_until = job.run_total = None
    session.add(job)
    _tell(session, job)


def _tell(session: Session, job: SyncJob) -> None:
    events.record(session, events.SyncAdvanced(job.organisation_id, job.id or 0))
    events.record(session, events.WorkArrived(0, "syncing"))


def _owned(session: Session, job_id: int, actor: Actor) -> SyncJob:
    job = session.get(SyncJob, job_id)
    if job is None or job.organisation_id != actor.organisation_id:
        raise NotFound("There is no such sync job.")
    return job


def _apply(session: Session, job: SyncJob, options: Options) -> None:
    values = {**options}
    if "password" in options:
        values["password"] = secrets.seal(options["password"])
    for name, value in values.items():
        setattr(job, name, value.strip() if isinstance(value, str) and name != "password" else value)
    job.subfolder = job.subfolder.strip("/")
    _refuse_twin(session, job)
    session.add(job)
    session.flush()


def _refuse_twin(session: Session, job: SyncJob) -> None:
    same = select(SyncJob.id).where(SyncJob.mailbox_id == job.mailbox_id, SyncJob.host == job.host)
    with session.no_autoflush:
        found = session.exec(same.where(SyncJob.username == job.username, SyncJob.id != job.id)).first()
    if found is not None:
        raise Conflict("This account is pulled into this mailbox already.", code="syncjob_exists", field="username")


def _check(options: Options) -> None:
    """Raises Invalid for what cannot be; names are resolved, and looked at again, when the job connects."""
    if "host" in options:
        _check_host(options["host"].strip())
    for name, lowest, highest in (
        ("port", 1, 65_535),
        ("interval_minutes", 1, LONGEST_INTERVAL),
        ("max_age_days", 0, 36_500),
    ):
        value = options.get(name, lowest)
        if not isinstance(value, int) or not lowest <= value <= highest:
            raise _invalid(f"A number from {lowest} to {highest:,}.", name)
    if options.get("encryption", "SSL") not in ENCRYPTIONS:
        raise _invalid(f"One of {', '.join(ENCRYPTIONS)}.", "encryption")
    for name, longest in (("username", 320), ("password", 1000), ("subfolder", LONGEST_TAG), ("exclude", 1000)):
        text = str(options.get(name, "x"))
        if len(text) > longest or not text.isprintable() or (not text and name in {"username", "password"}):
            raise _invalid(f"From 1 to {longest} printable characters.", name)
    import re2  # few processes need it

    try:
        re2.compile(options.get("exclude", ""))
    except re2.error:
        raise _invalid("This is no regular expression.", "exclude") from None


def _check_host(host: str) -> None:
    try:
        checked_url(f"https://[{host}]" if ":" in host else f"https://{host}")
    except Invalid as error:
        raise _invalid("This host cannot be connected to: its name is wrong, or private.", "host") from error
    if any(letter in host for letter in "/?#@"):
        raise _invalid("Only the name of the host.", "host")


def _invalid(sentence: str, field: str) -> Invalid:
    return Invalid(sentence, code=f"invalid_{field}", field=field)
