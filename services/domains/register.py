"""The organisation's list of domains: add, look up, suspend, remove."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Alias, Domain, DomainStatus
from services import access, clock, events, mailboxes, secrets
from services.access import Actor, Permission
from services.domains.names import checked_name
from services.errors import Conflict, NotFound
from services.mail import dkim


@dataclass(frozen=True)
class DomainEntry:
    domain: Domain
    alias_count: int


def add(session: Session, name: str, *, actor: Actor) -> Domain:
    """A new domain, pending, with a DKIM key pair of its own. A pending domain receives already."""
    access.require(actor, Permission.MANAGE_DOMAINS)
    ascii_name = checked_name(name)
    if session.exec(select(Domain.id).where(Domain.name == ascii_name)).first():
        raise Conflict(f"{ascii_name} is already set up here.", code="domain_exists", field="domain")
    keys, now = dkim.rsa_key_pair(), clock.now()
    domain = Domain(
        organisation_id=actor.organisation_id,
        name=ascii_name,
        verification_token=secrets.token()[:32],
        dkim_private_key=secrets.seal(keys.private),
        dkim_public_key=keys.public,
        next_check_at=now,
        created_at=now,
    )
    session.add(domain)
    session.flush()
    changed(session, actor.organisation_id)
    return domain


def all(session: Session, *, actor: Actor) -> list[DomainEntry]:
    """Every domain by name, with how many aliases it holds."""
    access.require(actor, Permission.READ_DIRECTORY)
    query = select(Domain).where(Domain.organisation_id == actor.organisation_id).order_by(col(Domain.name))
    counts = _alias_counts(session, actor)
    return [DomainEntry(domain, counts.get(domain.id or 0, 0)) for domain in session.exec(query)]


def _alias_counts(session: Session, actor: Actor) -> dict[int, int]:
    query = (
        select(Alias.domain_id, sa.func.count())
        .where(Alias.organisation_id == actor.organisation_id)
        .group_by(col(Alias.domain_id))
    )
    return dict(session.exec(query).all())


def get(session: Session, domain_id: int, *, actor: Actor) -> DomainEntry:
    access.require(actor, Permission.READ_DIRECTORY)
    domain = owned(session, domain_id, actor)
    query = select(sa.func.count()).select_from(Alias).where(Alias.domain_id == domain.id)
    return DomainEntry(domain, session.exec(query).one())


def named(session: Session, name: str, *, actor: Actor) -> Domain:
    """The organisation's domain of that name."""
    access.require(actor, Permission.READ_DIRECTORY)
    query = select(Domain).where(Domain.organisation_id == actor.organisation_id, Domain.name == checked_name(name))
    domain = session.exec(query).first()
    if domain is None:
        raise NotFound("There is no such domain.")
    return domain


def owned(session: Session, domain_id: int, actor: Actor) -> Domain:
    """The domain, if it is the actor's organisation's."""
    domain = session.get(Domain, domain_id)
    if domain is None or domain.organisation_id != actor.organisation_id:
        raise NotFound("There is no such domain.")
    return domain


def update(session: Session, domain_id: int, *, suspended: bool, actor: Actor) -> Domain:
    """Suspend a domain, or put it back to waiting for its next check."""
    access.require(actor, Permission.MANAGE_DOMAINS)
    domain = owned(session, domain_id, actor)
    if suspended == (domain.status is DomainStatus.SUSPENDED):
        return domain
    domain.status = DomainStatus.SUSPENDED if suspended else DomainStatus.PENDING
    domain.next_check_at = None if suspended else clock.now()
    domain.check_failures = 0
    session.add(domain)
    changed(session, actor.organisation_id)
    return domain


def remove(session: Session, domain_id: int, *, force: bool = False, actor: Actor) -> None:
    """Forget the domain. While it holds aliases this takes `force`, and they go with it; their tickets stay."""
    access.require(actor, Permission.MANAGE_DOMAINS)
    entry = get(session, domain_id, actor=actor)
    if entry.alias_count and not force:
        number = f"{entry.alias_count} alias" + ("es" if entry.alias_count > 1 else "")
        raise Conflict(f"{entry.domain.name} still holds {number}.", code="domain_in_use", field="domain")
    session.delete(entry.domain)
    changed(session, actor.organisation_id)


def changed(session: Session, organisation_id: int) -> None:
    """Tell listeners and open pages."""
    mailboxes.touch(session)
    events.record(session, events.DirectoryChanged(organisation_id))
