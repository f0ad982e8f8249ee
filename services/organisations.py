"""Organisations: founding one, its name and settings."""

from sqlmodel import Session, col, exists, select

from models import Mailbox, Organisation
from services import access, clock, events
from services.access import Actor, Permission
from services.errors import Invalid


def any_exists(session: Session) -> bool:
    """Whether this installation has been set up."""
    return bool(session.exec(select(exists(select(Organisation.id)))).one())


def found(session: Session, name: str) -> Organisation:
    """A new organisation with one shared inbox, ready to receive."""
    organisation = Organisation(name=checked_name(name), created_at=clock.now())
    session.add(organisation)
    session.flush()
    assert organisation.id is not None
    session.add(Mailbox(organisation_id=organisation.id, name="Support", created_at=clock.now()))
    return organisation


def checked_name(name: str, *, field: str = "organisation") -> str:
    """A name people can read, trimmed. Raises Invalid."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("Enter a name.", code="invalid_name", field=field)
    if len(name) > 200 or not name.isprintable():
        raise Invalid("A name has at most 200 printable characters.", code="invalid_name", field=field)
    return name


def get(session: Session, *, actor: Actor) -> Organisation:
    return session.exec(select(Organisation).where(col(Organisation.id) == actor.organisation_id)).one()


def update(
    session: Session, *, name: str | None = None, settings: dict[str, object] | None = None, actor: Actor
) -> Organisation:
    """Change the name, or the given settings and no others."""
    access.require(actor, Permission.MANAGE_ORGANISATION)
    organisation = get(session, actor=actor)
    if name is not None:
        organisation.name = checked_name(name, field="name")
    if settings:
        organisation.settings = {**organisation.settings, **settings}
    session.add(organisation)
    events.record(session, events.TeamChanged(actor.organisation_id))
    return organisation
