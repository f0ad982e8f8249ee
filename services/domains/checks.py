"""Looking a domain's records up and moving it between its states; the DNS is asked outside any transaction."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from models import Domain, DomainStatus
from services import access, clock, database, dns, ids, settings, webhooks
from services.access import Actor, Permission
from services.domains.records import Finding, Record, RecordStatus, expected, judge
from services.domains.register import changed, owned
from services.errors import NotFound, Unavailable

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
ACTIVE_WAIT = timedelta(hours=24)
ERROR_WAIT = timedelta(minutes=15)
PATIENCE = timedelta(days=30)  # a domain still unproved by then has failed
LOST_AFTER = 3  # checks in a row that miss the proof of an active domain
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Subject:
    """What a check needs of a domain once its session is closed."""

    domain_id: int
    records: tuple[Record, ...]


async def check(domain_id: int, *, actor: Actor) -> Domain:
    """Ask the DNS about every record now, keep what it says, and give the domain back."""
    subject = await database.read(_asked, domain_id, actor=actor)
    findings = await _look_up(subject)
    return await database.call(_keep, domain_id, findings)


async def check_due() -> bool:
    """Check one domain whose time has come. False when none is due."""
    subject = await database.call(_claim)
    if subject is None:
        return False
    findings = await _look_up(subject)
    with contextlib.suppress(NotFound):  # removed meanwhile
        await database.call(_keep, subject.domain_id, findings)
    return True


def _asked(session: Session, domain_id: int, *, actor: Actor) -> Subject:
    access.require(actor, Permission.MANAGE_DOMAINS)
    return Subject(domain_id, tuple(expected(owned(session, domain_id, actor))))


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
    return Subject(domain.id or 0, tuple(expected(domain)))


async def _look_up(subject: Subject) -> list[Finding]:
    return list(await asyncio.gather(*(_find(record) for record in subject.records)))


async def _find(record: Record) -> Finding:
    try:
        if record.type == "MX":
            hosts, _ = await dns.mx(record.name, fresh=True)
            return judge(record, [f"{each.preference} {each.host}" for each in hosts])
        return judge(record, (await dns.txt(record.name, fresh=True)).values)
    except Unavailable as error:
        return Finding(record.key, RecordStatus.ERROR, explanation=error.message)


def _keep(session: Session, domain_id: int, findings: list[Finding]) -> Domain:
    domain = session.get(Domain, domain_id)
    if domain is None:
        raise NotFound("There is no such domain.")
    domain.checks = [finding.as_stored() for finding in findings]
    domain.checked_at = clock.now()
    ownership = next(finding.status for finding in findings if finding.key == "ownership")
    before = domain.status
    if domain.status is not DomainStatus.SUSPENDED:
        _move(domain, ownership, domain.checked_at)
    session.add(domain)
    if before is DomainStatus.ACTIVE and domain.status is DomainStatus.FAILED:
        _announce_drift(session, domain)
    changed(session, domain.organisation_id)
    return domain


def _announce_drift(session: Session, domain: Domain) -> None:
    text = f"The DNS of {domain.name} no longer proves that it is yours. See {settings.current().url}/domains"
    data = {"domain": {"id": ids.encode("dom", domain.id or 0), "name": domain.name}, "text": text}
    webhooks.announce(session, domain.organisation_id, "domain.drift", data)


def _move(domain: Domain, ownership: RecordStatus, now: datetime) -> None:
    """The next state and the next check. No answer from the DNS proves nothing, so it moves nothing."""
    if ownership is RecordStatus.OK:
        domain.status, domain.check_failures = DomainStatus.ACTIVE, 0
        domain.verified_at = domain.verified_at or now
        domain.next_check_at = now + ACTIVE_WAIT
        return
    if ownership is RecordStatus.ERROR:
        domain.next_check_at = now + ERROR_WAIT
        return
    domain.check_failures += 1
    domain.next_check_at = now + min(FIRST_WAIT * 2 ** min(domain.check_failures - 1, 16), LONGEST_WAIT)
    lost = domain.status is DomainStatus.ACTIVE and domain.check_failures >= LOST_AFTER
    late = domain.status is DomainStatus.PENDING and now - domain.created_at > PATIENCE
    if lost or late:
        domain.status = DomainStatus.FAILED
