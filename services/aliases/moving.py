"""Giving an alias another address: its conversations, counts and targets go with it."""

from typing import Unpack

from sqlmodel import Session

from models import Alias
from services import access, clock, domains, quotas
from services.access import Actor, Permission
from services.aliases.directory import AliasEntry, entry, owned
from services.aliases.names import CATCH_ALL, checked_local_part
from services.aliases.register import Options, changed, place_of, require_free, update
from services.aliases.targets import checked_targets


def move(
    session: Session,
    alias_id: int,
    *,
    email: str | None = None,
    domain_id: int | None = None,
    local_part: str | None = None,
    actor: Actor,
    **changes: Unpack[Options],
) -> AliasEntry:
    """Put the alias at another domain, under another name, or at another address whole (`@example.com` is the
    catch-all), and change what else is named. What it is called already changes nothing, and does not stand against
    the rest."""
    access.require(actor, Permission.MANAGE_ALIASES)
    alias = owned(session, alias_id, actor)
    here = entry(session, alias)
    if email is not None and email.strip().lower() not in {here.address, here.address.removeprefix(CATCH_ALL)}:
        domain_id, local_part = place_of(session, email, actor=actor)
    _put(session, alias, domain_id, local_part, actor)
    return update(session, alias_id, actor=actor, **changes)


def _put(session: Session, alias: Alias, domain_id: int | None, local_part: str | None, actor: Actor) -> None:
    domain = domains.get(session, domain_id or alias.domain_id, actor=actor).domain
    local = alias.local_part if local_part is None else checked_local_part(local_part)
    if (domain.id, local) == (alias.domain_id, alias.local_part):
        return
    require_free(session, domain, local)
    if domain.id != alias.domain_id:
        quotas.room_for_alias(domain, quotas.lock(session, domain))
    alias.domain_id, alias.local_part, alias.updated_at = domain.id or 0, local, clock.now()
    session.add(alias)
    session.flush()
    alias.forward_to = checked_targets(session, alias, alias.forward_to)
    changed(session, actor)
