"""Looking aliases up: one, all of them, or a page of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Alias, AliasMember, AliasStatus, Domain
from services import access, filters
from services.access import Actor, Permission
from services.errors import NotFound


@dataclass(frozen=True)
class AliasEntry:
    """An alias with its whole address (`*@…` is the catch-all) and the members its new tickets are handed to."""

    alias: Alias
    address: str
    member_ids: tuple[int, ...] = ()


def all(
    session: Session,
    *,
    domain_id: int | None = None,
    status: AliasStatus | None = None,
    q: str = "",
    actor: Actor,
) -> list[AliasEntry]:
    """Every alias by domain and name, or those of a domain, of a status, or with `q` in address or description."""
    access.require(actor, Permission.READ_DIRECTORY)
    return _entries(session, _ordered(_matching(actor, domain_id, status, q)))


def page(
    session: Session,
    *,
    domain_id: int | None = None,
    status: AliasStatus | None = None,
    q: str = "",
    number: int = 1,
    limit: int = 20,
    actor: Actor,
) -> tuple[list[AliasEntry], int]:
    """Page `number` (from 1) of `all`, and how many aliases there are on all pages."""
    access.require(actor, Permission.READ_DIRECTORY)
    filters.require_own(session, Domain, domain_id, actor=actor)
    query = _matching(actor, domain_id, status, q)
    total = session.exec(select(sa.func.count()).select_from(query.subquery())).one()
    return _entries(session, _ordered(query).limit(limit).offset((number - 1) * limit)), total


def get(session: Session, alias_id: int, *, actor: Actor) -> AliasEntry:
    access.require(actor, Permission.READ_DIRECTORY)
    return entry(session, owned(session, alias_id, actor))


def owned(session: Session, alias_id: int, actor: Actor) -> Alias:
    """The alias, if it is the actor's organisation's."""
    alias = session.get(Alias, alias_id)
    if alias is None or alias.organisation_id != actor.organisation_id:
        raise NotFound("There is no such alias.")
    return alias


def entry(session: Session, alias: Alias) -> AliasEntry:
    domain = session.get_one(Domain, alias.domain_id)
    members = _members(session, [alias.id or 0])
    return AliasEntry(alias, f"{alias.local_part}@{domain.name}", members[alias.id or 0])


def _matching(actor: Actor, domain_id: int | None, status: AliasStatus | None, q: str) -> Any:
    query = select(Alias, Domain.name).join(Domain).where(Alias.organisation_id == actor.organisation_id)
    if domain_id is not None:
        query = query.where(Alias.domain_id == domain_id)
    if status is not None:
        query = query.where(Alias.status == status)
    if q:
        text = q.lower().replace("\x00", "")
        address = col(Alias.local_part) + "@" + col(Domain.name)
        texts = (address, col(Alias.display_name), col(Alias.description))
        query = query.where(sa.or_(*(sa.func.lower(each).contains(text, autoescape=True) for each in texts)))
    return query


def _ordered(query: Any) -> Any:
    return query.order_by(col(Domain.name), col(Alias.local_part))


def _entries(session: Session, query: Any) -> list[AliasEntry]:
    rows: Sequence[tuple[Alias, str]] = session.exec(query).all()
    members = _members(session, [alias.id or 0 for alias, _ in rows])
    return [AliasEntry(alias, f"{alias.local_part}@{name}", members[alias.id or 0]) for alias, name in rows]


def _members(session: Session, alias_ids: list[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = defaultdict(tuple)
    for start in range(0, len(alias_ids), 500):  # SQLite takes a bounded number of parameters
        some = col(AliasMember.alias_id).in_(alias_ids[start : start + 500])
        query = select(AliasMember).where(some).order_by(col(AliasMember.alias_id), col(AliasMember.user_id))
        for member in session.exec(query):
            found[member.alias_id] += (member.user_id,)
    return found
