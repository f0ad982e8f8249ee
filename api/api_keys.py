"""Dialect A: API keys."""

from typing import Annotated, Self

from fastapi import APIRouter, Depends

from api.access import Acting
from api.shapes import Deleted, Moment, Page, Paging, Shape, example, paging
from models import ApiKey
from services import api_keys, database, ids

router = APIRouter(prefix="/api-keys", tags=["API keys"])

_SHOWN = {
    "id": "key_6y1d8r0v5n2ga",
    "name": "Billing robot",
    "mode": "live",
    "prefix": "mr_live_9f2c41d07ab35e68",
    "scopes": ["tickets:read"],
    "createdAt": "2026-11-21T09:00:00.000Z",
    "expiresAt": None,
    "lastUsedAt": None,
}


class Key(Shape):
    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    name: str
    mode: str
    prefix: str
    scopes: list[str]
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None

    @classmethod
    def of(cls, row: ApiKey, **more: str) -> Self:
        return cls(
            id=ids.encode("key", row.id or 0),
            name=row.name,
            mode=row.mode,
            prefix=f"mr_{row.mode}_{row.key_id}",
            scopes=row.scopes,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            **more,
        )


class MadeKey(Key):
    """A new key: `key` is shown this once."""

    model_config = Shape.model_config | example(**_SHOWN, key="mr_live_9f2c41d07ab35e68_Jx0…")
    key: str


class Keys(Page):
    model_config = Shape.model_config | example(apiKeys=[_SHOWN], page=1, limit=20, total=1)
    api_keys: list[Key]


class NewKey(Shape):
    model_config = Shape.model_config | example(name="Billing robot", scopes=["tickets:read"])
    name: str
    scopes: list[str] | None = None
    expires_at: Moment | None = None
    mode: str = "live"


class KeyChange(Shape):
    model_config = Shape.model_config | example(name="Reporting robot")
    name: str | None = None
    scopes: list[str] | None = None


@router.get("")
def list_api_keys(actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> Keys:
    """One's own keys; everybody's for owners and admins."""
    with database.reading() as session:
        found = api_keys.listed(session, actor=actor)
        return Keys(api_keys=[Key.of(key) for key in paging.of(found)], **paging.told(len(found)))


@router.post("", status_code=201)
def create_api_key(body: NewKey, actor: Acting) -> MadeKey:
    """Make a key. Without `scopes` it may all that its maker may now."""
    with database.transaction() as session:
        made = api_keys.create(
            session, body.name, scopes=body.scopes, expires_at=body.expires_at, mode=body.mode, actor=actor
        )
        return MadeKey.of(made.key, key=made.plain)


@router.get("/{id}")
def get_api_key(id: str, actor: Acting) -> Key:
    """One key, without its secret."""
    with database.reading() as session:
        return Key.of(api_keys.get(session, ids.decode("key", id), actor=actor))


@router.put("/{id}")
def update_api_key(id: str, body: KeyChange, actor: Acting) -> Key:
    """Rename a key or change what it may."""
    with database.transaction() as session:
        return Key.of(api_keys.update(session, ids.decode("key", id), name=body.name, scopes=body.scopes, actor=actor))


@router.delete("/{id}")
def delete_api_key(id: str, actor: Acting) -> Deleted:
    """Revoke a key."""
    with database.transaction() as session:
        api_keys.revoke(session, ids.decode("key", id), actor=actor)
        return Deleted(id=id)
