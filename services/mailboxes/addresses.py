"""From a recipient to its alias: exact local part, then without +detail, then postmaster, then the catch-all."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, col, select

from models import Alias, AliasStatus, DisabledPolicy, Domain, Mailbox
from services.mail import address as mail_address

T = TypeVar("T")
CATCH_ALL = "*"
POSTMASTER = "postmaster"


@dataclass(frozen=True, slots=True)
class Target:
    """Where mail for one recipient goes. `alias_id` is None for postmaster, who needs no alias; `dropped` mail is
    taken and then thrown away, because the alias is disabled with that policy."""

    organisation_id: int
    domain_id: int
    alias_id: int | None
    mailbox_id: int | None
    detail: str = ""
    dropped: bool = False


def split(recipient: str) -> tuple[str, str]:
    """Local part and domain as they are compared; the domain is "" for the bare <postmaster> of RFC 5321 4.1.1.3."""
    local, _, domain = recipient.rpartition("@") if "@" in recipient else (recipient, "", "")
    local, domain = local.lower(), domain.lower()
    if local.startswith('"'):
        local = local.strip('"').replace("\\", "")
    if not local.isascii():
        local = unicodedata.normalize("NFC", local)
    if not domain.isascii():
        try:
            domain = mail_address.ascii_domain(domain)
        except ValueError:
            return local, domain
    return local, domain.removesuffix(".")


def candidates(local: str) -> tuple[str, str]:
    """The local part without its +detail, and the detail."""
    return mail_address.detail(local)


def match(local: str, aliases: Mapping[str, T]) -> tuple[T | None, str]:
    """The alias among those of one domain that takes mail for `local`, and the detail that was left over.

    Postmaster is never left to the catch-all: RFC 5321 4.5.1 gives that address a meaning of its own.
    """
    found = aliases.get(local)
    if found is not None:
        return found, ""
    base, detail = candidates(local)
    found = aliases.get(base)
    if found is None and base != POSTMASTER:
        found = aliases.get(CATCH_ALL)
    return found, detail


def resolve(session: Session, recipient: str) -> Target | None:
    """Where an accepted recipient's mail goes now; None when its domain or alias has been removed since.

    What was accepted is filed even if the alias was disabled or has expired meanwhile: we answered 250 for it.
    """
    local, name = split(recipient)
    domain = _domain(session, name)
    if domain is None or domain.id is None:
        return None
    wanted = {local, candidates(local)[0], CATCH_ALL}
    rows = session.exec(select(Alias).where(Alias.domain_id == domain.id, col(Alias.local_part).in_(wanted)))
    alias, detail = match(local, {row.local_part: row for row in rows})
    if alias is None:
        if candidates(local)[0] != POSTMASTER:
            return None
        return Target(domain.organisation_id, domain.id, None, default_mailbox(session, domain.organisation_id), detail)
    dropped = alias.status is AliasStatus.DISABLED and alias.disabled_policy is DisabledPolicy.DROP
    return Target(domain.organisation_id, domain.id, alias.id, alias.mailbox_id, detail, dropped)


def _domain(session: Session, name: str) -> Domain | None:
    if not name:
        return session.exec(select(Domain).order_by(col(Domain.id)).limit(1)).first()
    return session.exec(select(Domain).where(Domain.name == name)).first()


def default_mailbox(session: Session, organisation_id: int) -> int | None:
    """The oldest mailbox of an organisation, which takes what is addressed to no alias."""
    query = select(Mailbox.id).where(Mailbox.organisation_id == organisation_id).order_by(col(Mailbox.id)).limit(1)
    return session.exec(query).first()
