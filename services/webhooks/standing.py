"""How integrations fare: each with what it was sent last, one with its whole log."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models import Integration, WebhookDelivery
from services import integrations
from services.access import Actor
from services.webhooks.log import deliveries


@dataclass(frozen=True)
class Standing:
    integration: Integration
    last: WebhookDelivery | None  # that was tried


@dataclass(frozen=True)
class Story:
    """Newest first; `has_more` than were asked for."""

    integration: Integration
    deliveries: list[WebhookDelivery]
    has_more: bool


def standings(session: Session, *, actor: Actor) -> list[Standing]:
    """The organisation's integrations, oldest first."""
    return [Standing(each, _last(session, each.id or 0)) for each in integrations.all(session, actor=actor)]


def story(session: Session, integration_id: int, *, limit: int = 50, actor: Actor) -> Story:
    """One integration with its log."""
    found = deliveries(session, integration_id, limit=limit + 1, actor=actor)
    integration = integrations.get(session, integration_id, actor=actor)
    return Story(integration, found[:limit], len(found) > limit)


def _last(session: Session, integration_id: int) -> WebhookDelivery | None:
    tried = (WebhookDelivery.integration_id == integration_id, WebhookDelivery.attempts > 0)
    return session.exec(select(WebhookDelivery).where(*tried).order_by(col(WebhookDelivery.id).desc()).limit(1)).first()
