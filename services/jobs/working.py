"""Taking open jobs and running each as a workflow, with a lease that is renewed while it runs."""

import asyncio
import logging
import secrets as random
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select, update

from models import Job, JobKind
from services import clock, database, events
from services.errors import Error
from services.jobs.asking import enqueue
from services.jobs.engine import Engine
from services.jobs.kinds import KINDS
from services.jobs.stepping import in_job, step
from services.settings import Settings

log = logging.getLogger("mailroom.jobs")
LEASE = timedelta(seconds=60)  # after which another process goes on with what a dead one had begun
BEAT = timedelta(seconds=15)
KEPT = timedelta(hours=1)  # of runs that are over; the rows they worked on tell what came of them
SETTLE_SECONDS = 6.0

_running: dict[int, tuple[JobKind, asyncio.Task[None] | None]] = {}  # job id → what runs in this process


@dataclass(frozen=True)
class Taken:
    """A job this process may run. `is_new`: no run of it was ever begun."""

    kind: JobKind
    job_id: int
    subject_id: int
    asked: int
    workflow_id: str
    is_new: bool


class Worker:
    """One a process with the role `worker`, all of it on one loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: Engine | None = None
        self._renewed_at = self._forgot_at = datetime.min.replace(tzinfo=UTC)

    async def recover(self) -> None:
        """Go on at once with what this process had under way when it ended. What was given up is said once more: a
        release that did not say so may have done it."""
        if await database.read(_any_begun):
            await self._open()
        if given_up := await database.read(_given_up):
            await database.call(_tell, given_up)

    async def process_one(self) -> bool:
        """Start what is due and has room. False when nothing was."""
        await self._keep()
        room = _room()
        wanted = await database.read(_wanted, room)
        if not wanted and not await database.read(_any_due, room):
            return False
        taken = await database.call(_take, wanted, room)
        for each in taken:
            await self._start(each)
        return bool(taken)

    async def settle(self) -> None:
        """Let what runs end; what takes longer is left to be gone on with."""
        if self._engine is None:
            return
        tasks = {task for _, task in _running.values() if task is not None}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=SETTLE_SECONDS)
            left = list(_running)
            for task in late:
                task.cancel()
            if late:
                log.info("%s jobs were cut short and go on at the next start", len(late))
            await asyncio.gather(*late, return_exceptions=True)
            await database.call(_release, left)
        self._engine.close()
        _running.clear()

    async def _open(self) -> Engine:
        if self._engine is None:
            self._engine = await asyncio.to_thread(Engine, self._settings, _run)  # loads DBOS
            self._engine.open()
        return self._engine

    async def _start(self, job: Taken) -> None:
        engine = await self._open()
        known = None if job.is_new else await engine.go_on(job.workflow_id)
        if known is None:
            _running[job.job_id] = (job.kind, None)
            await engine.start(job.workflow_id, job.kind.value, job.job_id, job.subject_id, job.asked)
        elif not known:
            await database.call(_fail, job.kind, job.job_id, "The run ended without a word.")

    async def _keep(self) -> None:
        """What is to be done now and then: renew leases, forget runs that are over."""
        now = clock.now()
        if _running and now - self._renewed_at >= BEAT:
            self._renewed_at = now
            await database.call(_renew, list(_running))
        if self._engine is not None and now - self._forgot_at >= KEPT:
            self._forgot_at = now
            await self._engine.forget(now - KEPT)


async def _run(kind: str, job_id: int, subject_id: int, asked: int) -> None:
    """The workflow: the work, then the last word on its row."""
    in_job.set(True)
    _running[job_id] = (JobKind(kind), asyncio.current_task())
    try:
        await KINDS[JobKind(kind)].work(subject_id)
        await step("finish", database.call, _finish, job_id, asked)
    except Exception as error:
        reference = random.token_hex(4)
        log.exception("job %s %s failed, reference %s", kind, subject_id, reference)
        why = error.message if isinstance(error, Error) else f"A fault of ours; it is in the log under {reference}."
        await step("fail", database.call, _fail, JobKind(kind), job_id, why)
    finally:
        _running.pop(job_id, None)


def _room() -> dict[JobKind, int]:
    """How many more of each kind this process may run."""
    busy = Counter(kind for kind, _ in _running.values())
    return {kind: each.at_once - busy[kind] for kind, each in KINDS.items() if each.at_once > busy[kind]}


def _wanted(session: Session, kinds: Collection[JobKind]) -> list[tuple[JobKind, int]]:
    """Subjects whose own rows say that they are due, and for whom no job is open."""
    wanted = []
    for kind in kinds:
        finder = KINDS[kind].due
        if finder is not None and (subjects := finder(session)):
            open_ones = set(session.exec(select(Job.subject_id).where(Job.kind == kind)))
            wanted += [(kind, subject) for subject in subjects if subject not in open_ones]
    return wanted


def _any_begun(session: Session) -> bool:
    return session.exec(select(Job.id).where(col(Job.workflow_id) != "").limit(1)).first() is not None


def _any_due(session: Session, kinds: Collection[JobKind]) -> bool:
    return session.exec(select(Job.id).where(*_due(kinds)).limit(1)).first() is not None


def _due(kinds: Collection[JobKind]) -> tuple[sa.ColumnElement[bool], ...]:
    now = clock.now()
    free = sa.or_(col(Job.lease_until).is_(None), col(Job.lease_until) < now)
    mine = col(Job.id).not_in(list(_running))  # a clock that jumps lets no run begin twice in this process
    return col(Job.failed_at).is_(None), col(Job.due_at) <= now, free, col(Job.kind).in_(list(kinds)), mine


def _take(session: Session, wanted: list[tuple[JobKind, int]], room: dict[JobKind, int]) -> list[Taken]:
    """Claim the earliest due jobs, as many of each kind as there is room for."""
    for kind, subject in wanted:
        enqueue(session, kind, subject)
    taken = []
    for kind, free in room.items():
        due = _due([kind])
        for job in session.exec(select(Job).where(*due).order_by(col(Job.due_at), col(Job.id)).limit(free)).all():
            workflow_id = job.workflow_id or f"{kind}-{random.token_hex(12)}"
            lease = {"lease_until": clock.now() + LEASE, "workflow_id": workflow_id}
            if database.affected(session.exec(update(Job).where(col(Job.id) == job.id, *due).values(**lease))):
                is_new = not job.workflow_id
                taken.append(Taken(kind, job.id or 0, job.subject_id, job.asked, workflow_id, is_new))
    return taken


def _renew(session: Session, jobs: list[int]) -> None:
    """Of what is under way: a run may have said its last word and not be gone from `_running` yet."""
    begun = (col(Job.id).in_(jobs), col(Job.workflow_id) != "")
    session.exec(update(Job).where(*begun).values(lease_until=clock.now() + LEASE))


def _release(session: Session, jobs: list[int]) -> None:
    """Another process may go on with these at once."""
    session.exec(update(Job).where(col(Job.id).in_(jobs)).values(lease_until=None))


def _finish(session: Session, job_id: int, asked: int) -> None:
    """Done; where it was asked for again meanwhile, it begins anew."""
    done = delete(Job).where(col(Job.id) == job_id, col(Job.asked) <= asked)
    if not database.affected(session.exec(done)):
        session.exec(update(Job).where(col(Job.id) == job_id).values(lease_until=None, workflow_id="", attempts=0))
    events.record(session, events.WorkArrived(0, "jobs"))


def _fail(session: Session, kind: JobKind, job_id: int, error: str) -> None:
    """Try again later, or give up; what rows ask for is never given up, because they would ask again."""
    job = session.get(Job, job_id)
    if job is None:
        return
    waits, now = KINDS[kind].waits, clock.now()
    job.attempts += 1
    job.error, job.lease_until, job.workflow_id = error[:2000], None, ""
    if job.attempts > len(waits) and KINDS[kind].due is None:
        job.failed_at = now
    else:
        job.due_at = now + waits[min(job.attempts, len(waits)) - 1]
    session.add(job)
    _tell(session, [job])


def _given_up(session: Session) -> list[Job]:
    return list(session.exec(select(Job).where(col(Job.failed_at).is_not(None), col(Job.kind).in_(list(KINDS)))))


def _tell(session: Session, stumbled: Iterable[Job]) -> None:
    for job in stumbled:
        tell = KINDS[job.kind].stumbled
        if tell is not None:
            tell(session, job.subject_id, job.error, job.due_at if job.failed_at is None else None)
