"""The organisation's list of domains: add, look up, limit, suspend, remove."""

from dataclasses import dataclass
from typing import TypedDict, Unpack

from sqlmodel import Session, col, select

from models import Alias, Domain, DomainStatus, KeyState, Mailbox
from services import access, clock, events, mailboxes, quotas, secrets
from services.access import Actor, Permission
from services.domains import drift, keys
from services.domains.keys import KeyPairs
from services.domains.names import checked_name
from services.errors import Conflict, Invalid, NotFound
from services.quotas import Held

LARGEST = 1 << 30  # of any limit


class Limits(TypedDict, total=False):
    """What a domain may hold; quotas in MiB, None for no limit."""

    description: str
    is_backup: bool
    max_aliases: int | None
    max_mailboxes: int | None
    max_quota: int | None
    quota: int | None
    default_quota: int | None


@dataclass(frozen=True)
class DomainEntry:
    domain: Domain
    held: Held

    @property
    def alias_count(self) -> int:
        return self.held.aliases


def add(session: Session, name: str, *, actor: Actor, **limits: Unpack[Limits]) -> Domain:
    """A new domain, pending, with DKIM keys of its own. A pending domain receives already."""
    access.require(actor, Permission.MANAGE_DOMAINS)
    ascii_name = checked_name(name)
    if session.exec(select(Domain.id).where(Domain.name == ascii_name)).first():
        raise Conflict(f"{ascii_name} is already set up here.", code="domain_exists", field="domain")
    now = clock.now()
    domain = Domain(
        organisation_id=actor.organisation_id,
        name=ascii_name,
        verification_token=secrets.token()[:32],
        next_check_at=now,
        created_at=now,
    )
    _limit(domain, limits, Held())
    session.add(domain)
    session.flush()
    keys.put(session, domain, KeyPairs.made(), KeyState.ACTIVE)
    changed(session, actor.organisation_id)
    return domain


def all(session: Session, *, actor: Actor) -> list[DomainEntry]:
    """Every domain by name, with what it holds."""
    access.require(actor, Permission.READ_DIRECTORY)
    query = select(Domain).where(Domain.organisation_id == actor.organisation_id).order_by(col(Domain.name))
    domains = session.exec(query).all()
    holdings = quotas.held(session, [domain.id or 0 for domain in domains])
    return [DomainEntry(domain, holdings[domain.id or 0]) for domain in domains]


def get(session: Session, domain_id: int, *, actor: Actor) -> DomainEntry:
    access.require(actor, Permission.READ_DIRECTORY)
    domain = owned(session, domain_id, actor)
    return DomainEntry(domain, quotas.held(session, [domain_id])[domain_id])


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


def update(
    session: Session, domain_id: int, *, suspended: bool | None = None, actor: Actor, **limits: Unpack[Limits]
) -> Domain:
    """Set limits, suspend a domain, or put it back to waiting for its next check.

    Raises Invalid for limits that contradict each other, Conflict for ones below what the domain holds.
    """
    access.require(actor, Permission.MANAGE_DOMAINS)
    domain = owned(session, domain_id, actor)
    if limits:
        _limit(domain, limits, quotas.lock(session, domain))
    if suspended:
        drift.over(session, domain)
    if suspended is not None and suspended != (domain.status is DomainStatus.SUSPENDED):
        domain.status = DomainStatus.SUSPENDED if suspended else DomainStatus.PENDING
        domain.next_check_at = None if suspended else clock.now()
        domain.check_failures = 0
    domain.updated_at = clock.now()
    session.add(domain)
    changed(session, actor.organisation_id)
    return domain


def _limit(domain: Domain, limits: Limits, now: Held) -> None:
    for name, value in limits.items():
        if isinstance(value, int) and not 0 <= value <= LARGEST:
            raise Invalid(f"Give a number from 0 to {LARGEST}.", code=f"invalid_{name}", field=name)
        setattr(domain, name, value)
    if len(domain.description) > 1000:
        raise Invalid("At most 1000 characters.", code="too_long", field="description")
    quotas.check_domain(domain, now)


def remove(session: Session, domain_id: int, *, force: bool = False, actor: Actor) -> None:
    """Forget the domain. While it holds aliases or mailboxes this takes `force`, and they go with it; conversations
    stay."""
    access.require(actor, Permission.MANAGE_DOMAINS)
    domain = owned(session, domain_id, actor)
    now = quotas.lock(session, domain)
    if (now.aliases or now.mailboxes) and not force:
        counts = ((now.aliases, "alias", "es"), (now.mailboxes, "mailbox", "es"))
        number = " and ".join(f"{n} {word}{end if n > 1 else ''}" for n, word, end in counts if n)
        raise Conflict(f"{domain.name} still holds {number}.", code="domain_in_use", field="domain")
    for alias in session.exec(select(Alias).where(Alias.domain_id == domain_id)).all():
        session.delete(alias)  # before its mailbox: it leads nowhere else from now on
    session.flush()
    boxes = select(Mailbox.id).where(Mailbox.domain_id == domain_id)
    for mailbox_id in session.exec(boxes).all():
        mailboxes.remove(session, mailbox_id or 0, actor=actor)
    drift.over(session, domain)
    session.delete(domain)
    changed(session, actor.organisation_id)


def changed(session: Session, organisation_id: int) -> None:
    """Tell listeners and open pages."""
    mailboxes.touch(session)
    events.record(session, events.DirectoryChanged(organisation_id))
