"""The delivery log: what was sent to an integration and what it answered; sending again; trying it out."""

import json
from datetime import timedelta

from sqlmodel import Session, col, delete, select

from models import WebhookDelivery, WebhookStatus
from services import access, clock, database, integrations
from services.access import Actor, Permission
from services.errors import NotFound
from services.webhooks.announcing import new_event_id, queue

KEPT = timedelta(days=30)  # of the log
BATCH = 500
LONGEST = 501  # read at once


def deliveries(
    session: Session, integration_id: int, *, before: int | None = None, limit: int = 50, actor: Actor
) -> list[WebhookDelivery]:
    """An integration's deliveries, newest first; `before` is the id of the last one seen."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    integrations.get(session, integration_id, actor=actor)
    query = select(WebhookDelivery).where(WebhookDelivery.integration_id == integration_id)
    if before is not None:
        query = query.where(col(WebhookDelivery.id) < before)
    return list(session.exec(query.order_by(col(WebhookDelivery.id).desc()).limit(min(limit, LONGEST))))


def redeliver(session: Session, delivery_id: int, *, actor: Actor) -> WebhookDelivery:
    """The same event once more, under its first id, so that the receiver can tell."""
    first = one(session, delivery_id, actor=actor)
    again = queue(session, first.organisation_id, first.integration_id, first.event_id, first.event_type, first.payload)
    session.flush()
    return again


def test(session: Session, integration_id: int, *, actor: Actor) -> WebhookDelivery:
    """Queue an event that says hello."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    integration = integrations.get(session, integration_id, actor=actor)
    data = {"text": f"Mailroom reaches “{integration.name}”. Sent by {actor.name or 'Mailroom'} as a test."}
    payload = {"type": "test", "timestamp": clock.now().isoformat().replace("+00:00", "Z"), "data": data}
    delivery = queue(session, actor.organisation_id, integration_id, new_event_id(), "test", json.dumps(payload))
    session.flush()
    return delivery


def forget_old(session: Session) -> bool:
    """Delete some of what has been in the log for too long; False when nothing was."""
    over = (col(WebhookDelivery.status) != WebhookStatus.PENDING, col(WebhookDelivery.due_at) < clock.now() - KEPT)
    oldest = select(WebhookDelivery.id).where(*over).order_by(col(WebhookDelivery.due_at)).limit(BATCH)
    return database.affected(session.exec(delete(WebhookDelivery).where(col(WebhookDelivery.id).in_(oldest)))) > 0


def one(session: Session, delivery_id: int, *, actor: Actor) -> WebhookDelivery:
    """A delivery as it stands now."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    delivery = session.get(WebhookDelivery, delivery_id)
    if delivery is None or delivery.organisation_id != actor.organisation_id:
        raise NotFound("There is no such delivery.")
    return delivery
