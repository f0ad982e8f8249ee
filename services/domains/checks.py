"""Looking a domain's records up and moving it between its states; the DNS is asked outside any transaction.

A domain is looked at every few minutes while something is missing, ever more rarely, and daily once all is well.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from models import DkimKey, Domain, DomainStatus, KeyState
from services import access, clock, database
from services.access import Actor, Permission
from services.domains import drift, keys, rotation
from services.domains.looking import look_up
from services.domains.records import Finding, Record, RecordStatus, expected, records
from services.domains.register import changed, owned
from services.domains.reports import Report, told
from services.errors import NotFound

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
ACTIVE_WAIT = timedelta(hours=24)
PATIENCE = timedelta(days=30)  # a domain still unproved by then has failed
LOST_AFTER = 3  # checks in a row that miss the proof of an active domain
LEASE = timedelta(minutes=5)
_FAULTY = (RecordStatus.MISSING, RecordStatus.WRONG)


@dataclass(frozen=True)
class Subject:
    """What a check needs of a domain once its session is closed."""

    domain_id: int
    name: str
    records: tuple[Record, ...]


async def check(domain_id: int, *, actor: Actor) -> Report:
    """Ask the DNS about every record now, keep what it says, and give it back."""
    subject = await database.read(_asked, domain_id, actor=actor)
    findings = await look_up(subject.name, subject.records)
    return await database.call(_keep, subject, findings)


async def check_due() -> bool:
    """Check one domain whose time has come. False when none is due."""
    subject = await database.call(_claim)
    if subject is None:
        return False
    findings = await look_up(subject.name, subject.records)
    with contextlib.suppress(NotFound):  # removed meanwhile
        await database.call(_keep, subject, findings)
    return True


def _asked(session: Session, domain_id: int, *, actor: Actor) -> Subject:
    access.require(actor, Permission.MANAGE_DOMAINS)
    return _subject(session, owned(session, domain_id, actor))


def _subject(session: Session, domain: Domain) -> Subject:
    number = domain.id or 0
    return Subject(number, domain.name, tuple(expected(domain, keys.of(session, number))))


def _claim(session: Session) -> Subject | None:
    """The domain that has waited longest; pushed ahead, so that a check that dies is tried again later."""
    now = clock.now()
    due = (col(Domain.next_check_at) <= now, col(Domain.status) != DomainStatus.SUSPENDED)
    domain = session.exec(select(Domain).where(*due).order_by(col(Domain.next_check_at)).limit(1)).first()
    if domain is None:
        return None
    claim = update(Domain).where(col(Domain.id) == domain.id, *due).values(next_check_at=now + LEASE)
    if not database.affected(session.exec(claim)):
        return None
    return _subject(session, domain)


def _keep(session: Session, subject: Subject, findings: Sequence[Finding]) -> Report:
    """Store what was found and all that follows from it: the state, the next look, keys that may sign, the notice."""
    domain = session.get(Domain, subject.domain_id)
    if domain is None:
        raise NotFound("There is no such domain.")
    held = keys.of(session, subject.domain_id)
    before = records(domain, held)
    found = list(zip(subject.records, findings, strict=True))
    domain.checks = _stored(domain, found)
    domain.checked_at = clock.now()
    held = _keys_seen(session, held, found, domain.checked_at)
    now = records(domain, held)
    status = domain.status
    if status is not DomainStatus.SUSPENDED:
        _move(domain, now, domain.checked_at)
    if status is DomainStatus.ACTIVE and domain.status is DomainStatus.FAILED:
        drift.announce(session, domain)
    drift.tell(session, domain, before, now)
    session.add(domain)
    changed(session, domain.organisation_id)
    return told(session, domain, now, held)


def _stored(domain: Domain, found: Sequence[tuple[Record, Finding]]) -> list[dict[str, object]]:
    """One row a record, which also counts looks in a row that missed it, and remembers whether it was ever right.
    No answer from the DNS proves nothing: it changes neither, nor what of a drift was found last."""
    earlier = {(row.get("key"), row.get("name")): row for row in domain.checks}
    rows: list[dict[str, object]] = []
    for record, finding in found:
        row = earlier.get((record.key, record.name), {})
        misses, was_right = int(str(row.get("misses", 0))), bool(row.get("was_right"))
        is_faulty, said = finding.status in _FAULTY, list(finding.found)
        if finding.status is not RecordStatus.ERROR:
            misses, was_right = (misses + 1 if is_faulty else 0), was_right or not is_faulty
        drifted = was_right and misses > 0 and _counts(record)
        if finding.status is RecordStatus.ERROR and drifted:
            said = _found_last(row)
        rows.append(
            {
                "key": record.key,
                "name": record.name,
                "status": finding.status.value,
                "found": said,
                "explanation": finding.explanation,
                "misses": misses,
                "was_right": was_right,
                "drifted": drifted,
            }
        )
    return rows


def _found_last(row: dict[str, object]) -> list[str]:
    found = row.get("found")
    return list(map(str, found)) if isinstance(found, list) else []


def _counts(record: Record) -> bool:
    """Whether its absence is a fault: not of what is optional, nor of next keys, which sign nothing yet."""
    return not record.optional and record.key_state is not KeyState.PENDING


def _keys_seen(
    session: Session, held: list[DkimKey], found: Sequence[tuple[Record, Finding]], now: datetime
) -> list[DkimKey]:
    """Note which keys are published; those that nobody needs any more go once their record has gone."""
    statuses = {record.selector: finding.status for record, finding in found if record.selector}
    left = []
    for key in held:
        status = statuses.get(key.selector, RecordStatus.ERROR)
        if status is RecordStatus.OK:
            key.published_at = key.published_at or now
        elif status in _FAULTY:
            key.published_at = None
        is_over = key.state is KeyState.RETIRED and now >= rotation.kept_until(key)
        if is_over and status in _FAULTY:
            session.delete(key)
        else:
            session.add(key)
            left.append(key)
    session.flush()
    return left


def _move(domain: Domain, now_found: Sequence[Record], now: datetime) -> None:
    """The next state and the next look."""
    ownership = next(record for record in now_found if record.key == "ownership")
    is_settled = all(record.status is RecordStatus.OK for record in now_found if not record.optional)
    if ownership.status is RecordStatus.OK:
        domain.status = DomainStatus.ACTIVE
        domain.verified_at = domain.verified_at or now
    elif ownership.status in _FAULTY and _is_lost(domain, now):
        domain.status = DomainStatus.FAILED
    domain.check_failures = 0 if is_settled else domain.check_failures + 1
    domain.next_check_at = now + _wait(domain)


def _is_lost(domain: Domain, now: datetime) -> bool:
    misses = next(row.get("misses") for row in domain.checks if row.get("key") == "ownership")
    lost = domain.status is DomainStatus.ACTIVE and isinstance(misses, int) and misses >= LOST_AFTER
    return lost or (domain.status is DomainStatus.PENDING and now - domain.created_at > PATIENCE)


def _wait(domain: Domain) -> timedelta:
    if not domain.check_failures:
        return ACTIVE_WAIT
    longest = ACTIVE_WAIT if domain.status is DomainStatus.ACTIVE else LONGEST_WAIT
    return min(FIRST_WAIT * (1 << min(domain.check_failures - 1, 16)), longest)
