"""From a recipient to its alias or mailbox: exact local part, without +detail, postmaster, pattern, catch-all; and
from a reverse-path that we rewrote when we forwarded to the one whose mail it was."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Alias, Domain, Mailbox
from services import clock, secrets
from services.mail import address as mail_address
from services.mail import srs, verp
from services.mailboxes.routes import CATCH_ALL, EVERY, Route, Routes, read_routes

M = TypeVar("M")
POSTMASTER = "postmaster"

# Built once: mail asks them for every recipient, and SQLAlchemy takes longer over a statement than the database over
# its answer.
_MINE: sa.BindParameter[str] = sa.bindparam("names", expanding=True)
_ROUTES = EVERY.where(
    col(Alias.domain_id) == sa.bindparam("domain_id"),
    sa.or_(col(Alias.local_part).in_(_MINE), col(Alias.local_part).contains(CATCH_ALL, autoescape=True)),
)
_MAILBOXES = sa.select(col(Mailbox.local_part), col(Mailbox.id)).where(
    col(Mailbox.domain_id) == sa.bindparam("domain_id"), col(Mailbox.local_part).in_(_MINE)
)
_ANY_DOMAIN = sa.select(col(Domain.id), col(Domain.organisation_id), col(Domain.is_backup))
_DOMAIN = _ANY_DOMAIN.where(col(Domain.name) == sa.bindparam("name"))
_FIRST_DOMAIN = _ANY_DOMAIN.order_by(col(Domain.id)).limit(1)


@dataclass(frozen=True, slots=True)
class Target:
    """Where mail for one recipient goes. `alias_id` is None for postmaster and for a mailbox's own address, which need
    no alias; `dropped` mail is taken and then thrown away, because the alias is disabled with that policy; `relayed`
    mail is taken for another server of a domain whose backup we are, and sent on to it; `returns` says to whom mail
    goes that answers what we forwarded; `about` which delivery of ours it answers (VERP); `left` how many more messages
    the alias takes."""

    organisation_id: int
    domain_id: int
    alias_id: int | None
    mailbox_id: int | None
    detail: str = ""
    dropped: bool = False
    relayed: bool = False
    forward_to: tuple[str, ...] = ()
    left: int | None = None
    returns: srs.Original | None = None
    about: int | None = None


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


def match(local: str, aliases: Routes, mailboxes: Mapping[str, M]) -> tuple[Route | None, M | None, str]:
    """The alias, or else the mailbox, among those of one domain that takes mail for `local`, and the detail left over.

    Postmaster is never left to a pattern or the catch-all: RFC 5321 4.5.1 gives that address a meaning of its own.
    """
    base, detail = candidates(local)
    for name, rest in ((local, ""), (base, detail)):
        if name in aliases.whole:
            return aliases.whole[name], None, rest
        if name in mailboxes:
            return None, mailboxes[name], rest
    return (aliases.otherwise(base) if base != POSTMASTER else None), None, detail


def original_of(address: str) -> srs.Original | None:
    """Whose mail it was that we forwarded with this reverse-path; None where we never did, or too long ago."""
    return srs.restore(address.rpartition("@")[0], key=secrets.subkey("srs"), at=clock.now())


def delivery_of(local: str, organisation_id: int) -> int | None:
    """The delivery of the organisation's that this reverse-path names; None for what we never wrote."""
    return verp.read(local, organisation_id, key=secrets.subkey("verp"))


def reverse_path_of(organisation_id: int, outbound_id: int, domain: str) -> str:
    """The reverse-path that names one delivery; mail to it comes back to that domain."""
    return verp.write(organisation_id, outbound_id, domain, key=secrets.subkey("verp"))


def whole_address(recipient: str, detail: str) -> str:
    """The address written to, as it is compared and without its detail."""
    local, domain = split(recipient)
    return f"{local.removesuffix('+' + detail) if detail else local}@{domain}"


def resolve(session: Session, recipient: str) -> Target | None:
    """Where an accepted recipient's mail goes now; None when its domain or alias has been removed since.

    What was accepted is filed even if the alias was disabled or has expired meanwhile: we answered 250 for it.
    """
    local, name = split(recipient)
    domain = _domain(session, name)
    if domain is None:
        return None
    if domain.is_backup:
        return Target(domain.organisation_id, domain.id, None, None, relayed=True)
    if srs.is_ours(local):
        original = original_of(recipient)
        return Target(domain.organisation_id, domain.id, None, None, returns=original) if original else None
    if verp.is_ours(local):
        about = delivery_of(local, domain.organisation_id)
        return Target(domain.organisation_id, domain.id, None, None, about=about) if about else None
    aliases = _aliases(session, domain.id, local)
    mailboxes = {} if local in aliases.whole else _mailboxes(session, domain.id, local)
    route, mailbox_id, detail = match(local, aliases, mailboxes)
    if route is not None:
        return target_of(route, domain.organisation_id, domain.id, detail)
    if mailbox_id is None and candidates(local)[0] != POSTMASTER:
        return None
    mailbox_id = mailbox_id or default_mailbox(session, domain.organisation_id)
    return Target(domain.organisation_id, domain.id, None, mailbox_id, detail)


def target_of(route: Route, organisation_id: int, domain_id: int, detail: str) -> Target:
    dropped = route.is_silent and route.is_closed(clock.now().timestamp())
    return Target(
        organisation_id,
        domain_id,
        route.id,
        route.mailbox_id,
        detail,
        dropped,
        forward_to=route.forward_to,
        left=route.left,
    )


def _aliases(session: Session, domain_id: int, local: str) -> Routes:
    routes = Routes()
    for _, local_part, route in read_routes(session, _ROUTES, domain_id=domain_id, names=[local, candidates(local)[0]]):
        routes.add(local_part, route)
    return routes


def _mailboxes(session: Session, domain_id: int, local: str) -> dict[str, int]:
    """The mailboxes that have `local`, with or without its detail, as their own address."""
    asked = {"domain_id": domain_id, "names": [local, candidates(local)[0]]}
    rows = session.connection().execute(_MAILBOXES, asked)
    return {name or "": number or 0 for name, number in rows}


def _domain(session: Session, name: str) -> Any:
    run = session.connection().execute
    return (run(_DOMAIN, {"name": name}) if name else run(_FIRST_DOMAIN)).first()


def default_mailbox(session: Session, organisation_id: int) -> int | None:
    """The oldest mailbox of an organisation, which takes what is addressed to no alias."""
    query = select(Mailbox.id).where(Mailbox.organisation_id == organisation_id).order_by(col(Mailbox.id)).limit(1)
    return session.exec(query).first()
