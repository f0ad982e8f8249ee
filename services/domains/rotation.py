"""Rotating DKIM keys by two selectors: make the next, publish, sign with it, keep the old record a while, remove it.

Nothing breaks on the way: the next keys sign only once their record was found, and what the old ones signed can be
verified until no such mail is on its way any more.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from models import DkimKey, Domain, KeyAlgorithm, KeyState
from services import access, clock, database
from services.access import Actor, Permission
from services.domains import keys
from services.domains.keys import KeyPairs
from services.domains.register import changed, owned
from services.errors import Conflict

KEPT = timedelta(days=7)  # our queue gives up after two days; receivers and forwarders may verify later still


class Stage(StrEnum):
    """Where a rotation stands: what is waited for, or what can be done next."""

    NONE = "none"
    PUBLISH = "publish"
    SWITCH = "switch"
    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True)
class Rotation:
    """`selectors` are those of the next keys until they sign, of the old ones from then on; `until` they are kept."""

    stage: Stage
    selectors: tuple[str, ...] = ()
    until: datetime | None = None
    missing: tuple[str, ...] = ()  # selectors of next keys whose record has not been found


def stand(held: Sequence[DkimKey]) -> Rotation:
    """Where the rotation of a domain's keys stands."""
    coming = [key for key in held if key.state is KeyState.PENDING]
    if coming:
        missing = tuple(key.selector for key in coming if key.published_at is None)
        stage = Stage.SWITCH if _is_ready(coming) else Stage.PUBLISH
        return Rotation(stage, tuple(key.selector for key in coming), missing=missing)
    old = [key for key in held if key.state is KeyState.RETIRED]
    if not old:
        return Rotation(Stage.NONE)
    until = max(kept_until(key) for key in old)
    stage = Stage.KEEP if clock.now() < until else Stage.REMOVE
    return Rotation(stage, tuple(key.selector for key in old), until)


def kept_until(key: DkimKey) -> datetime:
    """When nothing that a retired key signed is on its way any more."""
    return (key.retired_at or key.created_at) + KEPT


async def begin(domain_id: int, *, actor: Actor) -> None:
    """Make the domain's next keys. Raises Conflict while there are some already."""
    await database.read(_may_begin, domain_id, actor=actor)
    pairs = await asyncio.to_thread(KeyPairs.made)
    await database.call(_begin, domain_id, pairs, actor=actor)


def switch(session: Session, domain_id: int, *, actor: Actor) -> None:
    """Sign with the next keys from now on. Raises Conflict until the record of the RSA one was found."""
    domain, held = _held(session, domain_id, actor)
    coming = [key for key in held if key.state is KeyState.PENDING]
    if not coming:
        raise Conflict("There are no next keys to sign with.", code="no_rotation")
    if not _is_ready(coming):
        raise Conflict("The record of the next key has not been found yet.", code="key_not_published")
    for key in held:
        if key.state is KeyState.ACTIVE:
            _retire(session, key)
    for key in coming:
        key.state = KeyState.ACTIVE
        session.add(key)
    _look_soon(session, domain)


def cancel(session: Session, domain_id: int, *, actor: Actor) -> None:
    """Give the next keys up. Raises Conflict where there are none."""
    domain, held = _held(session, domain_id, actor)
    coming = [key for key in held if key.state is KeyState.PENDING]
    if not coming:
        raise Conflict("There are no next keys to give up.", code="no_rotation")
    for key in coming:
        session.delete(key)
    changed(session, domain.organisation_id)


def _may_begin(session: Session, domain_id: int, *, actor: Actor) -> None:
    access.require(actor, Permission.MANAGE_DOMAINS)
    owned(session, domain_id, actor)
    if any(key.state is KeyState.PENDING for key in keys.of(session, domain_id)):
        raise Conflict("The next keys are made already.", code="rotation_under_way")


def _begin(session: Session, domain_id: int, pairs: KeyPairs, *, actor: Actor) -> None:
    domain, _ = _held(session, domain_id, actor)
    _may_begin(session, domain_id, actor=actor)
    keys.put(session, domain, pairs, KeyState.PENDING)
    _look_soon(session, domain)


def _held(session: Session, domain_id: int, actor: Actor) -> tuple[Domain, list[DkimKey]]:
    """The domain, locked so that two people turn its keys one after the other, and the keys."""
    access.require(actor, Permission.MANAGE_DOMAINS)
    domain = owned(session, domain_id, actor)
    session.refresh(domain, with_for_update=True)
    return domain, keys.of(session, domain_id)


def _is_ready(coming: Sequence[DkimKey]) -> bool:
    """RSA is what every receiver verifies (RFC 8463 leaves Ed25519 to those that know it), so RSA decides."""
    return all(key.published_at is not None for key in coming if key.algorithm is KeyAlgorithm.RSA)


def _retire(session: Session, key: DkimKey) -> None:
    """An Ed25519 key whose record nobody published has signed nothing that could be verified."""
    if key.algorithm is KeyAlgorithm.ED25519 and key.published_at is None:
        session.delete(key)
        return
    key.state, key.retired_at = KeyState.RETIRED, clock.now()
    session.add(key)


def _look_soon(session: Session, domain: Domain) -> None:
    domain.next_check_at, domain.check_failures = clock.now(), 0
    session.add(domain)
    changed(session, domain.organisation_id)
