"""What is audited, column by column: shown, secret (only that it changed is told) or left out; a test holds it whole.

Tickets and messages have their own history, counters are no decisions, and contacts are knowledge, not configuration.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from models import (
    Alias,
    AliasMember,
    ApiKey,
    Correspondent,
    DkimKey,
    Domain,
    Integration,
    Invitation,
    Macro,
    Mailbox,
    MailboxMember,
    Organisation,
    Rule,
    ServiceLevel,
    Suppression,
    SyncJob,
    Template,
    User,
    Visibility,
)

Naming = Callable[[Session, Any], str]
_BOOKKEEPING = frozenset({"id", "organisation_id", "created_at", "updated_at"})


@dataclass(frozen=True)
class Kind:
    """How one table is told of: the noun people know it by, and what becomes of each column."""

    noun: str
    name: Naming
    shown: frozenset[str]
    secret: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    number: str = "id"  # the column that identifies it
    owner: str = ""  # the domain or mailbox whose organisation it is of, where it names none itself

    @property
    def columns(self) -> frozenset[str]:
        return self.shown | self.secret | self.left_out | _BOOKKEEPING


@dataclass(frozen=True)
class Link:
    """A row that stands for a place on a list of its owner; with a `gate` only while that column is set."""

    owner: type[Any]
    owner_id: str
    listed: str
    member: str
    gate: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _name(_: Session, row: Any) -> str:
    return str(row.name)


def _email(_: Session, row: Any) -> str:
    return str(row.email)


def _address(_: Session, row: Any) -> str:
    return str(row.address)


def _alias(session: Session, row: Any) -> str:
    return f"{row.local_part}@{_named(session, Domain, row.domain_id)}"


def _selector(session: Session, row: Any) -> str:
    return f"{row.selector}._domainkey.{_named(session, Domain, row.domain_id)}"


def _of_mailbox(session: Session, row: Any) -> str:
    return _named(session, Mailbox, row.mailbox_id)


def _account(_: Session, row: Any) -> str:
    return f"{row.username} at {row.host}"


def _unless_private(_: Session, row: Any) -> str:
    return "a private one" if is_private(row) else str(row.name)


def is_private(row: Any) -> bool:
    """What somebody keeps for themself is nobody else's to read, here neither."""
    return isinstance(row, Template | Macro) and row.visibility is Visibility.PRIVATE


def _named(session: Session, kind: type[Any], number: int | None) -> str:
    row = session.get(kind, number) if number else None
    return REFERENCES_BY_KIND[kind](row) if row else "(gone)"


REFERENCES_BY_KIND: dict[type[Any], Callable[[Any], str]] = {
    Domain: lambda row: str(row.name),
    Mailbox: lambda row: str(row.name),
    Integration: lambda row: str(row.name),
    Template: lambda row: "a private one" if is_private(row) else str(row.name),
    User: lambda row: str(row.name or row.email),
}
REFERENCES: dict[str, type[Any]] = {
    "domain_id": Domain,
    "mailbox_id": Mailbox,
    "integration_id": Integration,
    "template_id": Template,
    "owner_id": User,
    "user_id": User,
    "invited_by_id": User,
}


def reference(session: Session, column: str, number: int) -> str:
    """What `number` in `column` is called."""
    return _named(session, REFERENCES[column], number)


KINDS: dict[type[Any], Kind] = {
    Organisation: Kind("organisation", _name, _words("name settings"), left_out=_words("next_ticket_number")),
    User: Kind(
        "member",
        _email,
        _words("email name role status timezone signature_html"),
        _words("password_hash"),
        _words("is_away preferences"),
    ),
    Invitation: Kind(
        "invitation",
        _email,
        _words("email name role accepted_at revoked_at"),
        _words("token_hash"),
        _words("invited_by_id expires_at"),
    ),
    ApiKey: Kind(
        "API key",
        _name,
        _words("name mode scopes user_id expires_at revoked_at"),
        _words("secret_hash"),
        _words("key_id last_used_at"),
    ),
    Domain: Kind(
        "domain",
        _name,
        _words("name status description max_aliases max_mailboxes max_quota quota default_quota is_backup"),
        left_out=_words("verification_token checks checked_at next_check_at check_failures verified_at"),
    ),
    DkimKey: Kind(
        "DKIM key",
        _selector,
        _words("selector algorithm state"),
        _words("private_key"),
        _words("domain_id public_key published_at retired_at"),
        owner="domain_id",
    ),
    Mailbox: Kind(
        "mailbox",
        _name,
        _words(
            "name signature_html reopen_days domain_id local_part active must_change_password quota tls_in tls_out"
            " timezone hours holidays remind_days close_days assignment load_cap rating_hours"
        ),
        _words("password_hash"),
        _words("used_bytes used_messages"),
    ),
    Alias: Kind(
        "alias",
        _alias,
        _words(
            "domain_id local_part status disabled_policy mailbox_id integration_id display_name description forward_to"
            " assignment expires_at expires_after private_comment public_comment"
        ),
        left_out=_words("received_count sent_count last_received_at"),
    ),
    Integration: Kind(
        "integration",
        _name,
        _words("type name event_types active"),
        _words("url secret previous_secret"),
        _words("previous_secret_until failures disabled_at"),
    ),
    Rule: Kind(
        "rule",
        _name,
        _words("name priority match conditions actions active shadow stop"),
        left_out=_words("hit_count shadow_count last_hit_at turns"),
    ),
    Suppression: Kind(
        "suppression", _address, _words("address reason detail expires_at"), left_out=_words("report_id actor_id")
    ),
    Template: Kind(
        "template",
        _unless_private,
        _words("owner_id name subject html text shortcut visibility"),
        left_out=_words("version used_count"),
    ),
    Macro: Kind("macro", _unless_private, _words("owner_id name template_id actions visibility position")),
    SyncJob: Kind(
        "sync job",
        _account,
        _words("mailbox_id host port username encryption interval_minutes subfolder max_age_days exclude active"),
        _words("password"),
        _words("user_id progress claimed_at claimed_by leased_until run_done run_total last_run_at due_at error")
        | {"pulled_count"},
    ),
    ServiceLevel: Kind(
        "service level",
        _of_mailbox,
        _words("targets remind_minutes"),
        left_out=_words("mailbox_id since"),
        number="mailbox_id",
    ),
}

LINKS: dict[type[Any], Link] = {
    AliasMember: Link(Alias, "alias_id", "members", "user_id"),
    MailboxMember: Link(Mailbox, "mailbox_id", "rota", "user_id"),
    Correspondent: Link(Alias, "alias_id", "blocked", "address", gate="blocked_at"),
}
