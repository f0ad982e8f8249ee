"""Shared inboxes: their names, flags, quotas, signatures, and for how long an answer reopens a closed ticket."""

from typing import Any, TypedDict, Unpack

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Domain, Mailbox, Ticket
from services import access, clock, errors, events, notices, quotas
from services.access import Actor, Permission
from services.mail import sanitize
from services.mailboxes.directory import touch
from services.mailboxes.heirs import move_aliases
from services.notices import Trouble

LONGEST_REOPEN = 3650
LONGEST_RATING = 24 * 90
LARGEST_QUOTA = 1 << 30  # MiB: what fits the column in bytes


class Options(TypedDict, total=False):
    """What a mailbox can be given; `quota` in MiB, None for no limit; `rating_hours` None: nobody is asked."""

    name: str
    signature_html: str
    reopen_days: int
    active: bool
    quota: int | None
    must_change_password: bool
    tls_in: bool
    tls_out: bool
    rating_hours: int | None


def all(session: Session, *, actor: Actor) -> list[Mailbox]:
    """The organisation's mailboxes, oldest first: the first takes what is addressed to no alias."""
    access.require(actor, Permission.READ_DIRECTORY)
    query = select(Mailbox).where(Mailbox.organisation_id == actor.organisation_id).order_by(col(Mailbox.id))
    return list(session.exec(query))


def get(session: Session, mailbox_id: int, *, actor: Actor) -> Mailbox:
    access.require(actor, Permission.READ_DIRECTORY)
    return owned(session, mailbox_id, actor)


def needs_tls(session: Session, mailbox_id: int | None) -> bool:
    """Whether mail of that mailbox leaves over TLS only."""
    mailbox = session.get(Mailbox, mailbox_id) if mailbox_id else None
    return mailbox is not None and mailbox.tls_out


def create(session: Session, name: str, *, actor: Actor) -> Mailbox:
    access.require(actor, Permission.MANAGE_MAILBOXES)
    mailbox = Mailbox(organisation_id=actor.organisation_id, name=_name(session, name, actor), created_at=clock.now())
    session.add(mailbox)
    changed(session, actor)
    return mailbox


def update(session: Session, mailbox_id: int, *, actor: Actor, **changes: Unpack[Options]) -> Mailbox:
    """Change what is given. Raises Conflict for a name another mailbox has, Invalid for a quota past its domain's."""
    access.require(actor, Permission.MANAGE_MAILBOXES)
    mailbox = owned(session, mailbox_id, actor)
    if "quota" in changes:
        _check_quota(session, mailbox, changes["quota"])
    apply(session, mailbox, changes, actor)
    quotas.note(session, mailbox_id)
    return mailbox


def apply(session: Session, mailbox: Mailbox, options: Options, actor: Actor) -> None:
    """Set what is given, checked, and tell listeners. The quota has been checked."""
    values: dict[str, Any] = {**options}
    if "name" in options:
        values["name"] = _name(session, options["name"], actor, besides=mailbox.id, alone=not mailbox.local_part)
    if "signature_html" in options:
        values["signature_html"] = sanitize.signature(options["signature_html"])
    if not 0 <= options.get("reopen_days", 0) <= LONGEST_REOPEN:
        raise errors.Invalid(f"Give a number of days from 0 to {LONGEST_REOPEN}.", field="reopen_days")
    if not 0 <= (options.get("rating_hours") or 0) <= LONGEST_RATING:
        raise errors.Invalid(f"Give a number of hours from 0 to {LONGEST_RATING}.", field="rating_hours")
    if not 0 < (options.get("quota") or 1) <= LARGEST_QUOTA:
        raise errors.Invalid("Give the quota in MB, or none.", code="invalid_quota", field="quota")
    for name, value in values.items():
        setattr(mailbox, name, value)
    mailbox.updated_at = clock.now() if mailbox.id else None
    session.add(mailbox)
    changed(session, actor)


def _check_quota(session: Session, mailbox: Mailbox, quota: int | None) -> None:
    domain = session.get(Domain, mailbox.domain_id) if mailbox.domain_id else None
    if domain is not None:
        now = quotas.lock(session, domain)
        session.refresh(mailbox)
        quotas.check_mailbox(domain, now, quota, instead_of=mailbox.quota or 0)


def remove(session: Session, mailbox_id: int, *, heir_id: int | None = None, actor: Actor) -> None:
    """Forget a mailbox; its conversations and aliases go to `heir_id`, or else to the oldest one there is and to what
    is their domain's default.

    Raises Conflict for the last one: mail that is addressed to nobody in particular needs a place.
    """
    access.require(actor, Permission.MANAGE_MAILBOXES)
    mailbox = owned(session, mailbox_id, actor)
    others = [each.id for each in all(session, actor=actor) if each.id != mailbox_id]
    if not others:
        raise errors.Conflict("This is the last mailbox; it stays.", code="last_mailbox")
    if heir_id is not None and heir_id not in others:
        raise errors.NotFound("There is no such mailbox.")
    move_aliases(session, mailbox_id, heir_id, actor=actor)
    own = (col(Ticket.organisation_id) == actor.organisation_id, col(Ticket.mailbox_id) == mailbox_id)
    session.connection().execute(sa.update(Ticket).where(*own).values(mailbox_id=heir_id or others[0]))
    session.expire_all()
    notices.close(session, Trouble(actor.organisation_id, "quota", mailbox_id))
    session.delete(mailbox)
    changed(session, actor)


def changed(session: Session, actor: Actor) -> None:
    """Tell listeners and open pages."""
    session.flush()
    touch(session)
    events.record(session, events.DirectoryChanged(actor.organisation_id))


def owned(session: Session, mailbox_id: int, actor: Actor) -> Mailbox:
    """The mailbox, if it is the actor's organisation's."""
    mailbox = session.get(Mailbox, mailbox_id)
    if mailbox is None or mailbox.organisation_id != actor.organisation_id:
        raise errors.NotFound("There is no such mailbox.")
    return mailbox


def _name(session: Session, name: str, actor: Actor, *, besides: int | None = None, alone: bool = True) -> str:
    """A name for people. Where no address tells a mailbox from others (`alone`), its name must."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise errors.Invalid("Give the mailbox a name of at most 200 characters.", field="name")
    taken: Any = select(Mailbox.id).where(
        Mailbox.organisation_id == actor.organisation_id, Mailbox.name == name, col(Mailbox.local_part).is_(None)
    )
    if alone and any(other != besides for other in session.exec(taken)):
        raise errors.Conflict(f"There is already a mailbox called {name}.", field="name", code="name_taken")
    return name
