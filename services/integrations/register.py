"""Adding, changing and removing integrations; the one trouble an integration can be in."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict, Unpack

from sqlmodel import Session, col, select

from models import Integration, IntegrationType
from services import access, clock, events, notices, secrets, targets
from services.access import Actor, Permission
from services.errors import Invalid, NotFound
from services.integrations.event_types import EVENT_TYPES, NEWS

OVERLAP = timedelta(hours=24)  # a renewed secret and the one before it both sign, so that receivers can change over


@dataclass(frozen=True)
class Created:
    """A new integration with its signing secret (webhooks only): the one time that it is shown."""

    integration: Integration
    secret: str = ""


class Changes(TypedDict, total=False):
    name: str
    url: str
    event_types: Sequence[str]
    active: bool


def add(
    session: Session,
    kind: IntegrationType,
    name: str,
    url: str,
    *,
    event_types: Sequence[str] | None = None,
    actor: Actor,
) -> Created:
    """A new integration. Without `event_types` chats hear of new mail and webhooks of everything; with an empty list
    it hears only what rules tell it."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    if event_types is None:
        event_types = tuple(EVENT_TYPES) if kind is IntegrationType.WEBHOOK else NEWS
    secret = _new_secret() if kind is IntegrationType.WEBHOOK else ""
    integration = Integration(
        organisation_id=actor.organisation_id,
        type=kind,
        name=_name(name),
        url=secrets.seal(targets.checked_url(url)),
        secret=secrets.seal(secret) if secret else "",
        event_types=_event_types(event_types),
        created_at=clock.now(),
    )
    session.add(integration)
    session.flush()
    events.record(session, events.DirectoryChanged(actor.organisation_id))
    return Created(integration, secret)


def all(session: Session, *, actor: Actor) -> list[Integration]:
    """The organisation's integrations, oldest first."""
    access.require(actor, Permission.READ_DIRECTORY)
    own = Integration.organisation_id == actor.organisation_id
    return list(session.exec(select(Integration).where(own).order_by(col(Integration.id))))


def get(session: Session, integration_id: int, *, actor: Actor) -> Integration:
    access.require(actor, Permission.READ_DIRECTORY)
    integration = session.get(Integration, integration_id)
    if integration is None or integration.organisation_id != actor.organisation_id:
        raise NotFound("There is no such integration.")
    return integration


def webhook(session: Session, integration_id: int, *, actor: Actor) -> Integration:
    """A webhook that `actor` may change. Raises NotFound for a chat channel."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    integration = get(session, integration_id, actor=actor)
    if integration.type is not IntegrationType.WEBHOOK:
        raise NotFound("There is no such webhook.")
    return integration


def update(session: Session, integration_id: int, *, actor: Actor, **changes: Unpack[Changes]) -> Integration:
    """Change what is named. Switching one on again forgets its failures."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    integration = get(session, integration_id, actor=actor)
    if "name" in changes:
        integration.name = _name(changes["name"])
    if "url" in changes:
        integration.url = secrets.seal(targets.checked_url(changes["url"]))
    if "event_types" in changes:
        integration.event_types = _event_types(changes["event_types"])
    if "active" in changes:
        integration.active = changes["active"]
        integration.disabled_at = None if integration.active else clock.now()
        integration.failures = 0 if integration.active else integration.failures
        notices.close(session, trouble(integration))
    session.add(integration)
    events.record(session, events.DirectoryChanged(actor.organisation_id))
    return integration


def renew_secret(session: Session, integration_id: int, *, actor: Actor) -> Created:
    """A new signing secret; for a day deliveries carry the old one's signature too (Standard Webhooks: rotation)."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    integration = get(session, integration_id, actor=actor)
    if integration.type is not IntegrationType.WEBHOOK:
        raise Invalid("Only webhooks are signed.", code="not_signed", field="type")
    secret = _new_secret()
    integration.previous_secret, integration.previous_secret_until = integration.secret, clock.now() + OVERLAP
    integration.secret = secrets.seal(secret)
    session.add(integration)
    return Created(integration, secret)


def remove(session: Session, integration_id: int, *, actor: Actor) -> None:
    """Forget the integration and its deliveries; aliases that named it go on without it."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    integration = get(session, integration_id, actor=actor)
    notices.close(session, trouble(integration))
    session.delete(integration)
    events.record(session, events.DirectoryChanged(actor.organisation_id))


def trouble(integration: Integration) -> notices.Trouble:
    """That it was switched off, because what it was sent did not arrive."""
    return notices.Trouble(integration.organisation_id, "integration_off", integration.id or 0)


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()


def _name(name: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in name).strip()
    if not plain or len(plain) > 200:
        raise Invalid("Give the integration a name of 1 to 200 characters.", code="invalid_name", field="name")
    return plain


def _event_types(chosen: Sequence[str]) -> list[str]:
    """In the registry's order; none at all is for rules to fill."""
    unknown = [each for each in chosen if each not in EVENT_TYPES]
    if unknown:
        raise Invalid(f"There is no event “{unknown[0][:64]}”.", code="invalid_event_type", field="event_types")
    return [each for each in EVENT_TYPES if each in chosen]
