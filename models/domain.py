"""Domains, mailboxes, aliases: which addresses exist and where their mail goes."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_type, json_list, key, optional_key


class DomainStatus(StrEnum):
    PENDING = "pending_verification"
    ACTIVE = "active"
    FAILED = "failed"
    SUSPENDED = "suspended"


class AliasStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class DisabledPolicy(StrEnum):
    """What a sender sees who writes to a disabled alias: a 550, or a 250 and silence."""

    REJECT = "reject"
    DROP = "drop"


class IntegrationType(StrEnum):
    SLACK = "slack"
    DISCORD = "discord"
    TEAMS = "teams"
    WEBHOOK = "webhook"


class Domain(Table, table=True):
    """A mail domain (A-labels, lower case). `checks` holds the DNS records with expected and found values."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    name: str = Field(max_length=253, unique=True)
    status: DomainStatus = Field(default=DomainStatus.PENDING, sa_type=enum_type(DomainStatus))
    verification_token: str = Field(max_length=64)
    selector: str = Field(default="mailroom", max_length=63)
    dkim_private_key: str = Field(sa_type=sa.Text)  # sealed PKCS#8 PEM
    dkim_public_key: str = Field(sa_type=sa.Text)  # base64 SubjectPublicKeyInfo, as published
    checks: list[dict[str, object]] = json_list()
    checked_at: datetime | None = None
    next_check_at: datetime | None = Field(default=None, index=True)
    check_failures: int = 0
    verified_at: datetime | None = None
    created_at: datetime


class Mailbox(Table, table=True):
    """A shared inbox: the queue its tickets wait in."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    name: str = Field(max_length=200)
    signature_html: str = Field(default="", sa_type=sa.Text)
    reopen_days: int = 30
    created_at: datetime


class Integration(Table, table=True):
    """A chat channel or webhook; the URL and signing secret are sealed and never given back."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    type: IntegrationType = Field(sa_type=enum_type(IntegrationType))
    name: str = Field(max_length=200)
    url: str = Field(sa_type=sa.Text)  # sealed
    secret: str = Field(default="", sa_type=sa.Text)  # sealed `whsec_…`
    event_types: list[str] = json_list()
    active: bool = True
    failures: int = 0
    created_at: datetime
    disabled_at: datetime | None = None


class Alias(Table, table=True):
    """`local_part` `*` is the domain's catch-all. Its mail goes to the mailbox queue, or straight to members."""

    __table_args__ = (UniqueConstraint("domain_id", "local_part"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    domain_id: int = key("domain", on_delete="CASCADE", index=True)
    local_part: str = Field(max_length=64)
    status: AliasStatus = Field(default=AliasStatus.ACTIVE, sa_type=enum_type(AliasStatus))
    disabled_policy: DisabledPolicy = Field(default=DisabledPolicy.REJECT, sa_type=enum_type(DisabledPolicy))
    mailbox_id: int | None = optional_key("mailbox", on_delete="SET NULL", index=True)
    integration_id: int | None = optional_key("integration", on_delete="SET NULL", index=True)
    display_name: str = Field(default="", max_length=200)
    description: str = Field(default="", max_length=1000)
    forward_to: list[str] = json_list()
    expires_at: datetime | None = None
    received_count: int = 0
    sent_count: int = 0
    last_received_at: datetime | None = None
    created_at: datetime


class AliasMember(Table, table=True):
    """A member who is handed every new ticket of the alias."""

    alias_id: int = Field(foreign_key="alias.id", primary_key=True, ondelete="CASCADE")
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE")


class WebhookStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookDelivery(Table, table=True):
    """One event on its way to one integration, with every answer it got."""

    __table_args__ = (sa.Index("ix_webhook_delivery_due", "status", "due_at"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    integration_id: int = key("integration", on_delete="CASCADE", index=True)
    event_id: str = Field(max_length=64)
    event_type: str = Field(max_length=64)
    payload: str = Field(sa_type=sa.Text)
    status: WebhookStatus = Field(default=WebhookStatus.PENDING, sa_type=enum_type(WebhookStatus))
    attempts: int = 0
    due_at: datetime
    lease_until: datetime | None = None
    answer_code: int | None = None
    answer: str = Field(default="", max_length=2000)
    created_at: datetime
    delivered_at: datetime | None = None
