"""The arithmetic of a domain's limits. None is no limit; every refusal names the limit as dialect C calls it."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Alias, Domain, Mailbox
from services.errors import Conflict, Invalid


@dataclass(frozen=True)
class Held:
    """What a domain holds now; quotas in MiB. `unbounded` counts its mailboxes without a quota."""

    aliases: int = 0
    mailboxes: int = 0
    quota: int = 0
    largest: int = 0
    unbounded: int = 0
    used_bytes: int = 0
    used_messages: int = 0


def held(session: Session, domain_ids: Iterable[int]) -> dict[int, Held]:
    """What each of the domains holds, in two queries."""
    wanted = list(domain_ids)
    aliases = select(Alias.domain_id, sa.func.count()).where(col(Alias.domain_id).in_(wanted))
    counts = dict(session.exec(aliases.group_by(col(Alias.domain_id))).all())
    quota = col(Mailbox.quota)
    sums = sa.select(
        col(Mailbox.domain_id),
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(quota), 0),
        sa.func.coalesce(sa.func.max(quota), 0),
        sa.func.count() - sa.func.count(quota),
        sa.func.sum(col(Mailbox.used_bytes)),
        sa.func.sum(col(Mailbox.used_messages)),
    ).where(col(Mailbox.domain_id).in_(wanted))
    lines = session.connection().execute(sums.group_by(col(Mailbox.domain_id)))
    boxes = {line[0]: [int(each or 0) for each in line[1:]] for line in lines}
    return {number: Held(counts.get(number, 0), *boxes.get(number, ())) for number in wanted}


def lock(session: Session, domain: Domain) -> Held:
    """What `domain` holds, which nobody else changes until this transaction ends; `domain` is read anew."""
    session.refresh(domain, with_for_update=True)
    return held(session, [domain.id or 0])[domain.id or 0]


def room_for_alias(domain: Domain, now: Held) -> None:
    """Raises Conflict where the domain has all the aliases it may have."""
    if domain.max_aliases is not None and now.aliases >= domain.max_aliases:
        raise _too_many(domain, "aliases", domain.max_aliases)


def room_for_mailbox(domain: Domain, now: Held) -> None:
    """Raises Conflict where the domain has all the mailboxes it may have."""
    if domain.max_mailboxes is not None and now.mailboxes >= domain.max_mailboxes:
        raise _too_many(domain, "mailboxes", domain.max_mailboxes)


def check_mailbox(domain: Domain, now: Held, quota: int | None, *, instead_of: int = 0) -> None:
    """Raises Invalid unless a mailbox may have `quota` MiB (None = no limit); `instead_of` is what it has now."""
    if domain.max_quota is not None and (quota is None or quota > domain.max_quota):
        words = f"A mailbox of {domain.name} may have at most {domain.max_quota} MB (maxquota)."
        raise Invalid(words, code="over_max_quota", field="quota")
    if domain.quota is None:
        return
    left = domain.quota - now.quota + instead_of
    if quota is None or quota > left:
        words = (
            f"The mailboxes of {domain.name} may have {domain.quota} MB together (quota); {max(left, 0)} MB are left."
        )
        raise Invalid(words, code="over_domain_quota", field="quota")


def check_domain(domain: Domain, now: Held) -> None:
    """Raises Invalid for limits that contradict each other, Conflict for ones below what the domain holds already."""
    for small, large, names in (
        (domain.default_quota, domain.max_quota, ("defquota", "maxquota")),
        (domain.max_quota, domain.quota, ("maxquota", "quota")),
        (domain.default_quota, domain.quota, ("defquota", "quota")),
    ):
        if small is not None and large is not None and small > large:
            words = f"The limit {names[0]} ({small} MB) is larger than {names[1]} ({large} MB)."
            raise Invalid(words, code=f"over_{names[1]}", field=names[0])
    for name, limit, have, unit in (
        ("aliases", domain.max_aliases, now.aliases, ""),
        ("mailboxes", domain.max_mailboxes, now.mailboxes, ""),
        ("maxquota", domain.max_quota, now.largest, " MB"),
        ("quota", domain.quota, now.quota, " MB"),
    ):
        if limit is not None and have > limit:
            raise _below(domain, name, f"{domain.name} has {have}{unit} already.")
    if now.unbounded and (domain.max_quota is not None or domain.quota is not None):
        name = "quota" if domain.max_quota is None else "maxquota"
        raise _below(domain, name, f"{domain.name} has mailboxes without a quota.")


def _below(domain: Domain, name: str, why: str) -> Conflict:
    return Conflict(f"The limit {name} cannot be set so low: {why}", code=f"{name}_in_use", field=name)


def _too_many(domain: Domain, name: str, limit: int) -> Conflict:
    return Conflict(f"{domain.name} may have {limit} {name} and has them all.", code=f"too_many_{name}", field=name)
