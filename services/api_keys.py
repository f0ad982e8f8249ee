"""API keys: `mr_live_<id>_<secret>`, shown once; scopes, expiry, last use, revocation."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import ApiKey, MemberStatus, User
from services import access, clock, secrets
from services.access import Actor, Permission
from services.errors import Invalid, NotFound, NotPermitted

MODES = ("live", "test")
USED_EVERY = timedelta(minutes=1)
_FORM = re.compile(r"mr_(?:live|test)_([0-9a-f]{16})_([\w-]{43})")


@dataclass(frozen=True)
class NewKey:
    """A key just made and its plain text, which nobody can show again."""

    key: ApiKey
    plain: str


def create(
    session: Session,
    name: str,
    *,
    scopes: list[str] | None = None,
    expires_at: datetime | None = None,
    mode: str = "live",
    actor: Actor,
) -> NewKey:
    """A key for the actor; `scopes` None = all the actor may do now. It never may more than its maker."""
    access.require(actor, Permission.MANAGE_OWN_KEYS)
    if actor.user_id is None:
        raise NotPermitted("A key belongs to a member.")
    if mode not in MODES:
        raise Invalid("A key is live or test.", code="invalid_mode", field="mode")
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid("The expiry lies in the past.", code="invalid_expiry", field="expires_at")
    key_id, secret = secrets.digest(secrets.token())[:16], secrets.token()
    key = ApiKey(
        organisation_id=actor.organisation_id,
        user_id=actor.user_id,
        name=_name(name),
        mode=mode,
        key_id=key_id,
        secret_hash=secrets.digest(secret),
        scopes=_scopes(scopes, actor),
        created_at=clock.now(),
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    return NewKey(key, f"mr_{mode}_{key_id}_{secret}")


def find(session: Session, plain: str) -> tuple[Actor, ApiKey] | None:
    """Who holds the key, with the role they have at this moment; None when it is not good (any more)."""
    form = _FORM.fullmatch(plain)
    row = (
        form
        and session.exec(
            select(ApiKey, User)
            .join(User, col(User.id) == col(ApiKey.user_id))
            .where(col(ApiKey.key_id) == form[1], col(User.status) == MemberStatus.ACTIVE)
        ).first()
    )
    if not form or not row or not secrets.same(row[0].secret_hash, secrets.digest(form[2])):
        return None
    key, user = row
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= clock.now()):
        return None
    if not plain.startswith(f"mr_{key.mode}_"):
        return None
    return access.of(user, frozenset(key.scopes)), key


def is_use_due(key: ApiKey) -> bool:
    """Whether it is time to note the key's use: once a minute, not at every request."""
    return key.last_used_at is None or key.last_used_at + USED_EVERY <= clock.now()


def used(session: Session, key_row_id: int) -> None:
    key = session.get(ApiKey, key_row_id)
    if key is not None:
        key.last_used_at = clock.now()


def listed(session: Session, *, actor: Actor) -> list[ApiKey]:
    """The actor's own keys, everybody's for who manages the team; the newest first."""
    access.require(actor, Permission.MANAGE_OWN_KEYS)
    query = select(ApiKey).where(col(ApiKey.organisation_id) == actor.organisation_id, col(ApiKey.revoked_at).is_(None))
    if not access.may(actor, Permission.MANAGE_TEAM):
        query = query.where(col(ApiKey.user_id) == actor.user_id)
    return list(session.exec(query.order_by(col(ApiKey.id).desc())))


def get(session: Session, key_row_id: int, *, actor: Actor) -> ApiKey:
    """One of the keys the actor may see."""
    for key in listed(session, actor=actor):
        if key.id == key_row_id:
            return key
    raise NotFound("There is no such key.")


def update(
    session: Session, key_row_id: int, *, name: str | None = None, scopes: list[str] | None = None, actor: Actor
) -> ApiKey:
    """Rename a key or narrow what it may; what is None stays."""
    key = get(session, key_row_id, actor=actor)
    if name is not None:
        key.name = _name(name)
    if scopes is not None:
        key.scopes = _scopes(scopes, actor)
    return key


def revoke(session: Session, key_row_id: int, *, actor: Actor) -> ApiKey:
    """The key opens nothing from now on."""
    key = get(session, key_row_id, actor=actor)
    key.revoked_at = clock.now()
    return key


def revoke_all(session: Session, user: User) -> int:
    """Revoke every key of a member who leaves; returns how many."""
    query = select(ApiKey).where(col(ApiKey.user_id) == user.id, col(ApiKey.revoked_at).is_(None))
    keys = list(session.exec(query))
    for key in keys:
        key.revoked_at = clock.now()
    return len(keys)


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 200 or not name.isprintable():
        raise Invalid("A key needs a name of at most 200 characters.", code="invalid_name", field="name")
    return name


def _scopes(wanted: list[str] | None, actor: Actor) -> list[str]:
    allowed = [permission.value for permission in Permission if access.may(actor, permission)]
    if wanted is None:
        return allowed
    if not wanted:
        raise Invalid("A key needs at least one right.", code="invalid_scope", field="scopes")
    if any(scope not in set(Permission) for scope in wanted):
        raise Invalid(f"The scopes are {', '.join(Permission)}.", code="invalid_scope", field="scopes")
    if not set(wanted) <= set(allowed):
        raise NotPermitted("A key may not do more than who makes it.", code="insufficient_scope")
    return [scope for scope in allowed if scope in set(wanted)]
