"""Domains, mailboxes, aliases: which addresses exist and where their mail goes."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import BigId, Table, enum_type, json_list, json_object, key, optional_key


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
    checks: list[dict[str, object]] = json_list()
    checked_at: datetime | None = None
    next_check_at: datetime | None = Field(default=None, index=True)
    check_failures: int = 0
    verified_at: datetime | None = None
    description: str = Field(default="", max_length=1000)
    max_aliases: int | None = None  # None = no limit, here and below
    max_mailboxes: int | None = None
    max_quota: int | None = None  # MiB a mailbox may have
    quota: int | None = None  # MiB all mailboxes may have together
    default_quota: int | None = None  # MiB a new mailbox gets
    is_backup: bool = False  # mail is taken for another server, and relayed on to it
    created_at: datetime
    updated_at: datetime | None = None


class KeyState(StrEnum):
    """pending: published soon, signs nothing; active: signs; retired: stays published until old mail is through.

    An active Ed25519 key waits with signing until its record is found; an RSA one, of which there is always one, never.
    """

    PENDING = "pending"
    ACTIVE = "active"
    RETIRED = "retired"


class KeyAlgorithm(StrEnum):
    RSA = "rsa"
    ED25519 = "ed25519"


class DkimKey(Table, table=True):
    """A signing key of a domain under its selector (RFC 6376, RFC 8463)."""

    __table_args__ = (UniqueConstraint("domain_id", "selector"),)
    id: int | None = key()
    domain_id: int = key("domain", on_delete="CASCADE")
    selector: str = Field(max_length=63)
    algorithm: KeyAlgorithm = Field(sa_type=enum_type(KeyAlgorithm))
    private_key: str = Field(sa_type=sa.Text)  # sealed PKCS#8 PEM
    public_key: str = Field(sa_type=sa.Text)  # base64, as published in p=
    state: KeyState = Field(sa_type=enum_type(KeyState))
    published_at: datetime | None = None  # since when the record has been found; None = it is not there
    created_at: datetime
    retired_at: datetime | None = None


class Assignment(StrEnum):
    """Whom new tickets go to: nobody until claimed, every member in turn, or whoever holds the fewest."""

    MANUAL = "manual"
    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"


class Mailbox(Table, table=True):
    """A shared inbox: the queue its tickets wait in. One with an address of its own can also sign in to submit mail."""

    # autoincrement: messages and rules name mailboxes that are gone, so no id is given twice
    __table_args__ = (UniqueConstraint("domain_id", "local_part"), {"sqlite_autoincrement": True})
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    name: str = Field(max_length=200)
    signature_html: str = Field(default="", sa_type=sa.Text)
    reopen_days: int = 30
    domain_id: int | None = optional_key("domain", on_delete="CASCADE")
    local_part: str | None = Field(default=None, max_length=64)
    active: bool = True
    password_hash: str = Field(default="", max_length=255)
    must_change_password: bool = False
    quota: int | None = None  # MiB; None = no limit
    used_bytes: int = Field(default=0, sa_type=BigId)
    used_messages: int = 0
    tls_in: bool = False  # mail is taken for it over TLS only
    tls_out: bool = False  # its mail leaves over TLS only
    timezone: str = Field(default="UTC", max_length=64)
    hours: dict[str, object] = json_object()  # {"mon": [["09:00", "17:00"]], …}; empty = always open
    holidays: list[str] = json_list()  # ISO dates
    remind_days: int | None = None  # a ticket that waits this long for its customer comes back
    close_days: int | None = None  # … and after this long is closed
    assignment: Assignment = Field(default=Assignment.MANUAL, sa_type=enum_type(Assignment))  # among its members
    load_cap: int | None = None  # open tickets a member may hold to be handed another; None = any number
    rating_hours: int | None = None  # how long after a ticket is resolved its customer is asked; None = never
    created_at: datetime
    updated_at: datetime | None = None


class MailboxMember(Table, table=True):
    """A member who takes turns at the new tickets of a mailbox."""

    mailbox_id: int = Field(foreign_key="mailbox.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    last_assigned_at: datetime | None = None


class Integration(Table, table=True):
    """A chat channel or webhook; the URL and signing secret are sealed and never given back."""

    __table_args__ = {"sqlite_autoincrement": True}  # rules name integrations that are gone, so no id is given twice
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    type: IntegrationType = Field(sa_type=enum_type(IntegrationType))
    name: str = Field(max_length=200)
    url: str = Field(sa_type=sa.Text)  # sealed
    secret: str = Field(default="", sa_type=sa.Text)  # sealed `whsec_…`
    previous_secret: str = Field(default="", sa_type=sa.Text)  # sealed; signs too until then
    previous_secret_until: datetime | None = None
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
    assignment: Assignment = Field(default=Assignment.MANUAL, sa_type=enum_type(Assignment))  # among its members
    expires_at: datetime | None = None
    expires_after: int | None = None  # messages
    private_comment: str = Field(default="", max_length=1000)
    public_comment: str = Field(default="", max_length=1000)
    received_count: int = 0
    sent_count: int = 0
    last_received_at: datetime | None = None
    created_at: datetime
    updated_at: datetime | None = None


class AliasMember(Table, table=True):
    """A member who is handed every new ticket of the alias, or who takes turns with the others."""

    alias_id: int = Field(foreign_key="alias.id", primary_key=True, ondelete="CASCADE")
    user_id: int = Field(foreign_key="user_account.id", primary_key=True, ondelete="CASCADE")
    last_assigned_at: datetime | None = None


class Correspondent(Table, table=True):
    """Somebody an alias has exchanged mail with; blocked = their mail to it is refused."""

    alias_id: int = Field(foreign_key="alias.id", primary_key=True, ondelete="CASCADE", sa_type=BigId)
    address: str = Field(primary_key=True, max_length=320)
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    received_count: int = 0
    sent_count: int = 0
    last_at: datetime
    blocked_at: datetime | None = None


class SyncJob(Table, table=True):
    """A remote IMAP folder tree pulled into a mailbox. `progress` holds UIDVALIDITY and how far it is, folder by
    folder; a run is whose who claimed it, until its lease ends."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    mailbox_id: int = key("mailbox", on_delete="CASCADE", index=True)
    user_id: int | None = optional_key("user_account", on_delete="SET NULL")  # for whom read is read
    host: str = Field(max_length=253)
    port: int
    username: str = Field(max_length=320)
    password: str = Field(sa_type=sa.Text)  # sealed
    encryption: str = Field(default="SSL", max_length=8)  # SSL, TLS, PLAIN
    interval_minutes: int = 20
    subfolder: str = Field(default="", max_length=200)
    max_age_days: int = 0  # 0 = everything
    exclude: str = Field(default="", max_length=1000)  # regular expression over folder names
    active: bool = True
    progress: dict[str, object] = json_object()
    last_run_at: datetime | None = None
    due_at: datetime | None = Field(default=None, index=True)
    claimed_at: datetime | None = None
    claimed_by: str | None = Field(default=None, max_length=32)  # the slot of the process that took it last
    leased_until: datetime | None = None
    run_done: int = 0
    run_total: int | None = None  # messages to look at in this run, once they are counted
    error: str = Field(default="", max_length=1000)
    pulled_count: int = 0
    created_at: datetime
    updated_at: datetime | None = None


class WebhookStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookDelivery(Table, table=True):
    """One event on its way to one integration, with the last answer it got."""

    __table_args__ = (
        sa.Index("ix_webhook_delivery_due", "status", "due_at"),
        sa.Index("ix_webhook_delivery_next", "integration_id", "status", "due_at"),
    )
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    integration_id: int = key("integration", on_delete="CASCADE", index=True)
    event_id: str = Field(max_length=64)
    event_type: str = Field(max_length=64)
    payload: str = Field(sa_type=sa.Text)
    status: WebhookStatus = Field(default=WebhookStatus.PENDING, sa_type=enum_type(WebhookStatus))
    attempts: int = 0
    due_at: datetime
    answer_code: int | None = None
    answer: str = Field(default="", max_length=2000)
    created_at: datetime
    delivered_at: datetime | None = None
