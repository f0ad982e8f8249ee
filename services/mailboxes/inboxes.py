"""Shared inboxes: their names, signatures, and for how long an answer reopens a closed ticket."""

from typing import Any

from sqlmodel import Session, col, select

from models import Mailbox
from services import access, clock, errors, events
from services.access import Actor, Permission
from services.mail import sanitize
from services.mailboxes.directory import touch

LONGEST_REOPEN = 3650


def all(session: Session, *, actor: Actor) -> list[Mailbox]:
    """The organisation's mailboxes, oldest first: the first takes what is addressed to no alias."""
    access.require(actor, Permission.READ_DIRECTORY)
    query = select(Mailbox).where(Mailbox.organisation_id == actor.organisation_id).order_by(col(Mailbox.id))
    return list(session.exec(query))


def get(session: Session, mailbox_id: int, *, actor: Actor) -> Mailbox:
    access.require(actor, Permission.READ_DIRECTORY)
    return _own(session, mailbox_id, actor)


def create(session: Session, name: str, *, actor: Actor) -> Mailbox:
    access.require(actor, Permission.MANAGE_ALIASES)
    mailbox = Mailbox(organisation_id=actor.organisation_id, name=_name(session, name, actor), created_at=clock.now())
    session.add(mailbox)
    session.flush()
    touch(session)
    events.record(session, events.DirectoryChanged(actor.organisation_id))
    return mailbox


def update(
    session: Session,
    mailbox_id: int,
    *,
    name: str | None = None,
    signature_html: str | None = None,
    reopen_days: int | None = None,
    actor: Actor,
) -> Mailbox:
    """Change what is given. Raises Conflict for a name another mailbox has."""
    access.require(actor, Permission.MANAGE_ALIASES)
    mailbox = _own(session, mailbox_id, actor)
    if name is not None:
        mailbox.name = _name(session, name, actor, besides=mailbox_id)
    if signature_html is not None:
        mailbox.signature_html = sanitize.signature(signature_html)
    if reopen_days is not None:
        if not 0 <= reopen_days <= LONGEST_REOPEN:
            raise errors.Invalid(f"Give a number of days from 0 to {LONGEST_REOPEN}.", field="reopen_days")
        mailbox.reopen_days = reopen_days
    session.add(mailbox)
    touch(session)
    events.record(session, events.DirectoryChanged(actor.organisation_id))
    return mailbox


def _own(session: Session, mailbox_id: int, actor: Actor) -> Mailbox:
    mailbox = session.get(Mailbox, mailbox_id)
    if mailbox is None or mailbox.organisation_id != actor.organisation_id:
        raise errors.NotFound("There is no such mailbox.")
    return mailbox


def _name(session: Session, name: str, actor: Actor, besides: int | None = None) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 200:
        raise errors.Invalid("Give the mailbox a name of at most 200 characters.", field="name")
    taken: Any = select(Mailbox.id).where(Mailbox.organisation_id == actor.organisation_id, Mailbox.name == name)
    if any(other != besides for other in session.exec(taken)):
        raise errors.Conflict(f"There is already a mailbox called {name}.", field="name", code="name_taken")
    return name
