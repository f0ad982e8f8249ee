"""Mailboxes with an address of their own: it receives without an alias, and signs in to submit mail."""

import re
from dataclasses import dataclass
from typing import Unpack

from sqlmodel import Session, col, select

from models import Alias, Domain, Mailbox
from services import access, clock, errors, quotas
from services.access import Actor, Permission
from services.mail import address as mail_address
from services.mailboxes.addresses import split
from services.mailboxes.inboxes import Options, apply, changed, owned
from services.passwords import Hashed

_ATEXT = r"[a-z0-9!#$%&'/=?^_`{|}~-]+"  # RFC 5322 3.2.3 without + (it opens the detail) and * (the catch-all)
_DOT_ATOM = re.compile(rf"{_ATEXT}(\.{_ATEXT})*")


@dataclass(frozen=True)
class Addressed:
    """A mailbox with its whole address."""

    mailbox: Mailbox
    address: str


def addressed(session: Session, *, actor: Actor) -> list[Addressed]:
    """The organisation's mailboxes that have an address, by that."""
    access.require(actor, Permission.READ_DIRECTORY)
    query = (
        select(Mailbox, Domain.name)
        .join(Domain, col(Domain.id) == col(Mailbox.domain_id))
        .where(Mailbox.organisation_id == actor.organisation_id, col(Mailbox.local_part).is_not(None))
    )
    rows = session.exec(query.order_by(col(Domain.name), col(Mailbox.local_part)))
    return [Addressed(box, f"{box.local_part}@{name}") for box, name in rows]


def entries(session: Session, *, actor: Actor) -> list[Addressed]:
    """Every mailbox, oldest first; the address of one without is ""."""
    access.require(actor, Permission.READ_DIRECTORY)
    query = select(Mailbox, Domain.name).join(Domain, col(Domain.id) == col(Mailbox.domain_id), isouter=True)
    rows = session.exec(query.where(Mailbox.organisation_id == actor.organisation_id).order_by(col(Mailbox.id)))
    return [Addressed(box, f"{box.local_part}@{name}" if box.local_part else "") for box, name in rows]


def entry(session: Session, mailbox_id: int, *, actor: Actor) -> Addressed:
    """One mailbox. Raises NotFound."""
    found = next((each for each in entries(session, actor=actor) if each.mailbox.id == mailbox_id), None)
    if found is None:
        raise errors.NotFound("There is no such mailbox.")
    return found


def with_address(session: Session, email: str, *, actor: Actor) -> Addressed:
    """The mailbox of that address. Raises NotFound."""
    access.require(actor, Permission.READ_DIRECTORY)
    local, name = split(email)
    query = (
        select(Mailbox)
        .join(Domain, col(Domain.id) == col(Mailbox.domain_id))
        .where(Mailbox.organisation_id == actor.organisation_id, Domain.name == name, Mailbox.local_part == local)
    )
    box = session.exec(query).first()
    if box is None:
        raise errors.NotFound("There is no such mailbox.")
    return Addressed(box, f"{box.local_part}@{name}")


def create_at(
    session: Session, domain_name: str, local_part: str, *, password: Hashed, actor: Actor, **options: Unpack[Options]
) -> Addressed:
    """A new mailbox with an address and a password; without a quota it gets the domain's default.

    Raises Conflict for an address that is taken or a domain that is full, Invalid for a quota past the domain's.
    """
    access.require(actor, Permission.MANAGE_MAILBOXES)
    domain, local = _domain(session, domain_name, actor), checked_local_part(local_part)
    now = quotas.lock(session, domain)
    _require_free(session, domain, local)
    quotas.room_for_mailbox(domain, now)
    options.setdefault("quota", domain.default_quota)
    quotas.check_mailbox(domain, now, options["quota"])
    box = Mailbox(
        organisation_id=actor.organisation_id,
        name=local,
        domain_id=domain.id,
        local_part=local,
        password_hash=password.text,
        created_at=clock.now(),
    )
    apply(session, box, options, actor)
    return Addressed(box, f"{local}@{domain.name}")


def move_to(session: Session, mailbox_id: int, email: str, *, actor: Actor) -> Mailbox:
    """Give a mailbox an address of its own, another one, or none (""). It may be that of an alias that leads to it."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    box = owned(session, mailbox_id, actor)
    if not email.strip():
        box.domain_id, box.local_part, box.password_hash = None, None, ""
    else:
        local, name = mail_address.split(email.strip())
        domain, local = _domain(session, name, actor), checked_local_part(local)
        now = quotas.lock(session, domain)
        _require_free(session, domain, local, box)
        if box.domain_id != domain.id:
            quotas.room_for_mailbox(domain, now)
            quotas.check_mailbox(domain, now, box.quota)
        box.domain_id, box.local_part = domain.id, local
    box.updated_at = clock.now()
    session.add(box)
    changed(session, actor)
    return box


def set_password(session: Session, mailbox_id: int, password: Hashed, *, actor: Actor) -> Mailbox:
    """Replace the password mail programs sign in with; one that had to be changed has been."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    box = owned(session, mailbox_id, actor)
    if box.local_part is None:
        raise errors.Conflict("Give the mailbox an address first: it signs in with that.", field="password")
    box.password_hash, box.must_change_password = password.text, False
    box.updated_at = clock.now()
    session.add(box)
    changed(session, actor)
    return box


def checked_local_part(text: str) -> str:
    """What may stand before the @, lower-cased: a dot-atom (RFC 5321 4.1.2) of at most 64 octets (4.5.3.1.1)."""
    local = text.strip().lower()
    if not _DOT_ATOM.fullmatch(local) or len(local) > 64:
        words = f"“{local[:100]}@” cannot be an address: letters, digits, - _ and single dots between them can."
        raise errors.Invalid(words, code="invalid_local_part", field="local_part")
    return local


def _domain(session: Session, name: str, actor: Actor) -> Domain:
    query = select(Domain).where(Domain.organisation_id == actor.organisation_id, Domain.name == split(f"x@{name}")[1])
    domain = session.exec(query).first()
    if domain is None:
        raise errors.NotFound("There is no such domain.", field="domain")
    return domain


def _require_free(session: Session, domain: Domain, local: str, box: Mailbox | None = None) -> None:
    """Raises Conflict where another mailbox has the address, or an alias that leads elsewhere."""
    boxes = select(Mailbox.id).where(Mailbox.domain_id == domain.id, Mailbox.local_part == local)
    aliases = select(Alias.mailbox_id).where(Alias.domain_id == domain.id, Alias.local_part == local)
    own = box.id if box is not None else None
    if any(each != own for each in session.exec(boxes)) or any(each != own for each in session.exec(aliases)):
        words = f"Resource already exists: {local}@{domain.name}."
        raise errors.Conflict(words, code="address_exists", field="local_part")
