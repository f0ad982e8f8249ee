"""Telling an integration again of what the feed kept: one event, or all it would have heard of since some moment."""

from datetime import datetime

from sqlmodel import Session

from models import FeedEvent, Integration, WebhookDelivery
from services import access, feed, integrations
from services.access import Actor, Permission
from services.errors import Conflict
from services.webhooks.announcing import listener, queue

MOST = 1000  # events at one time


def send(session: Session, integration_id: int, event: int, *, actor: Actor) -> WebhookDelivery:
    """One event of the feed, under its first id; whether the integration follows such events or not."""
    integration = _active(session, integration_id, actor)
    delivery = _queue(session, integration, feed.event(session, event, actor=actor))
    session.flush()
    return delivery


def replay(session: Session, integration_id: int, since: datetime, *, actor: Actor) -> int:
    """Queue every event since then that the integration follows, under their first ids, oldest first: how many.

    Raises Conflict where so much has happened that it could not tell whether it is done.
    """
    integration = _active(session, integration_id, actor)
    known = listener(session, integration)
    found = feed.since(session, since, types=integration.event_types, limit=MOST + 1, actor=actor)
    if len(found) > MOST:
        words = f"More than {MOST:,} events happened since then. Choose a later time, or read them from the feed."
        raise Conflict(words, code="too_many", field="since")
    wanted = [each for each in found if known.wants(each.event_type, each.alias_id)]
    for each in wanted:
        _queue(session, integration, each)
    return len(wanted)


def _active(session: Session, integration_id: int, actor: Actor) -> Integration:
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    integration = integrations.get(session, integration_id, actor=actor)
    if not integration.active:
        raise Conflict(f"“{integration.name}” is switched off.", code="switched_off")
    return integration


def _queue(session: Session, integration: Integration, event: FeedEvent) -> WebhookDelivery:
    return queue(
        session,
        integration.organisation_id,
        integration.id or 0,
        event.event_id,
        event.event_type,
        event.payload,
    )
