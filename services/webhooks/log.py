"""The delivery log: what was sent to an integration and what it answered; sending again; trying it out."""

import json

from sqlmodel import Session, col, select

from models import WebhookDelivery
from services import access, clock, integrations, secrets
from services.access import Actor, Permission
from services.errors import NotFound
from services.webhooks.announcing import queue


def deliveries(
    session: Session, integration_id: int, *, before: int | None = None, limit: int = 50, actor: Actor
) -> list[WebhookDelivery]:
    """An integration's deliveries, newest first; `before` is the id of the last one seen."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    integrations.get(session, integration_id, actor=actor)
    query = select(WebhookDelivery).where(WebhookDelivery.integration_id == integration_id)
    if before is not None:
        query = query.where(col(WebhookDelivery.id) < before)
    return list(session.exec(query.order_by(col(WebhookDelivery.id).desc()).limit(min(limit, 100))))


def redeliver(session: Session, delivery_id: int, *, actor: Actor) -> WebhookDelivery:
    """The same event once more, under its first id, so that the receiver can tell."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    first = session.get(WebhookDelivery, delivery_id)
    if first is None or first.organisation_id != actor.organisation_id:
        raise NotFound("There is no such delivery.")
    again = queue(session, first.organisation_id, first.integration_id, first.event_id, first.event_type, first.payload)
    session.flush()
    return again


def test(session: Session, integration_id: int, *, actor: Actor) -> WebhookDelivery:
    """Queue an event that says hello."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    integration = integrations.get(session, integration_id, actor=actor)
    data = {"text": f"Mailroom reaches “{integration.name}”. Sent by {actor.name or 'Mailroom'} as a test."}
    payload = {"type": "test", "timestamp": clock.now().isoformat().replace("+00:00", "Z"), "data": data}
    event_id = "evt_" + secrets.token()[:22]
    delivery = queue(session, actor.organisation_id, integration_id, event_id, "test", json.dumps(payload))
    session.flush()
    return delivery
