"""An organisation and its people: who they are, how they sign in, what is pending."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr
from sqlmodel import Field

from models.base import BigId, Table, enum_type, json_list, json_object, key, optional_key


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    AGENT = "agent"
    OBSERVER = "observer"


class MemberStatus(StrEnum):
    ACTIVE = "active"
    REMOVED = "removed"


class Organisation(Table, table=True):
    id: int | None = key()
    name: str = Field(max_length=200)
    settings: dict[str, object] = json_object()
    next_ticket_number: int = 1
    created_at: datetime


class User(Table, table=True):
    """A person of exactly one organisation; `email` is the log-in name, folded to lower case."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # `user` is reserved in PostgreSQL
        return "user_account"

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    email: str = Field(max_length=320, unique=True)
    name: str = Field(max_length=200)
    role: Role = Field(sa_type=enum_type(Role))
    status: MemberStatus = Field(default=MemberStatus.ACTIVE, sa_type=enum_type(MemberStatus))
    password_hash: str = Field(max_length=255)
    timezone: str = Field(default="UTC", max_length=64)
    is_away: bool = False  # takes no turns in rotations
    signature_html: str = Field(default="", sa_type=sa.Text)
    preferences: dict[str, object] = json_object()
    created_at: datetime


class LoginSession(Table, table=True):
    """A browser's session; the cookie carries a token of which only the SHA-256 is kept."""

    id: int | None = key()
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = key("user_account", on_delete="CASCADE", index=True)
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str = Field(default="", max_length=64)
    user_agent: str = Field(default="", max_length=300)


class Invitation(Table, table=True):
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    email: str = Field(max_length=320, index=True)
    name: str = Field(default="", max_length=200)
    role: Role = Field(sa_type=enum_type(Role))
    token_hash: str = Field(max_length=64, unique=True)
    invited_by_id: int | None = optional_key("user_account", on_delete="SET NULL")
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None


class PasswordReset(Table, table=True):
    id: int | None = key()
    user_id: int = key("user_account", on_delete="CASCADE", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class ApiKey(Table, table=True):
    """`mr_live_<key_id>_<secret>`: shown once, only the secret's SHA-256 is kept."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    user_id: int = key("user_account", on_delete="CASCADE", index=True)
    name: str = Field(max_length=200)
    mode: str = Field(default="live", max_length=8)
    key_id: str = Field(max_length=32, unique=True)
    secret_hash: str = Field(max_length=64)
    scopes: list[str] = json_list()
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class RateWindow(Table, table=True):
    """One fixed window of one limiter key; survives a restart and is shared by all processes."""

    key: str = Field(primary_key=True, max_length=200)
    hits: int
    reset_at: float


class IdempotentAnswer(Table, table=True):
    """The first answer to a POST with an Idempotency-Key; `status` 0 while it is being worked out."""

    id: int | None = key()
    fingerprint: str = Field(max_length=64, unique=True)
    body_hash: str = Field(max_length=64)
    status: int = 0
    content_type: str = Field(default="application/json", max_length=100)
    body: bytes = Field(default=b"", sa_type=sa.LargeBinary)
    created_at: datetime = Field(index=True)


class Setting(Table, table=True):
    """Counters and values of the whole installation, such as the version of the address directory."""

    name: str = Field(primary_key=True, max_length=64)
    value: int = Field(default=0, sa_type=BigId)
