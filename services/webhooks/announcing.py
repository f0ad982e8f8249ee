"""Telling of an event in the transaction that caused it: to the feed, and to the integrations that want it."""

import base64
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from models import Alias, Integration, Message, Ticket, WebhookDelivery, WebhookStatus
from services import clock, events, feed, ids, jsontext
from services.access import Actor
from services.webhooks.telling import AnyMessage, AnyTicket, told, written

_ACTIVE = select(Integration).where(
    col(Integration.organisation_id) == sa.bindparam("organisation_id"), col(Integration.active)
)


@dataclass(frozen=True)
class Listener:
    """What an integration wants to hear of."""

    integration_id: int
    event_types: frozenset[str]
    alias_ids: frozenset[int]  # empty: every alias

    def wants(self, event_type: str, alias_id: int | None) -> bool:
        return event_type in self.event_types and (not self.alias_ids or alias_id in self.alias_ids)


def announce(
    session: Session,
    organisation_id: int,
    event_type: str,
    data: dict[str, Any],
    *,
    alias_id: int | None = None,
    at: datetime | None = None,
) -> str:
    """Write `event_type` with `data` into the feed, and queue it for every active integration that follows it, and the
    alias if it has one.

    `at`: when it will have happened. Returns the event's id.
    """
    return announce_all(session, organisation_id, (event_type,), data, alias_id=alias_id, at=at)[0]


def announce_all(
    session: Session,
    organisation_id: int,
    event_types: Sequence[str],
    data: dict[str, Any],
    *,
    alias_id: int | None = None,
    at: datetime | None = None,
) -> list[str]:
    """The same of several that happened at once and of which the same is told."""
    timestamp, listeners = written(at or clock.now()), _listeners(session, organisation_id)
    event_ids = []
    for event_type in event_types:
        payload = jsontext.write({"type": event_type, "timestamp": timestamp, "data": data})
        event_id = new_event_id()
        feed.record(session, organisation_id, event_id, event_type, payload, alias_id=alias_id, at=at)
        for each in listeners:
            if each.wants(event_type, alias_id):
                queue(session, organisation_id, each.integration_id, event_id, event_type, payload, at=at)
        event_ids.append(event_id)
    return event_ids


def withdraw(session: Session, organisation_id: int, event_id: str) -> None:
    """Nobody hears of an event that was announced for later and has not come to pass."""
    waiting = (col(WebhookDelivery.event_id) == event_id, col(WebhookDelivery.status) == WebhookStatus.PENDING)
    session.exec(delete(WebhookDelivery).where(col(WebhookDelivery.organisation_id) == organisation_id, *waiting))
    feed.withdraw(session, organisation_id, event_id)


def announce_ticket(
    session: Session,
    event_type: str,
    ticket: AnyTicket,
    *,
    message: AnyMessage | None = None,
    actor: Actor | None = None,
    at: datetime | None = None,
    **more: Any,
) -> str:
    """The same for something that happened to a ticket, with what a receiver wants to know of it, and `more`."""
    data: dict[str, Any] = {**told(ticket, message), **more}
    if actor is not None and actor.user_id is not None:
        data["actor"] = {"id": ids.encode("user", actor.user_id), "name": actor.name}
    return announce(session, ticket.organisation_id, event_type, data, alias_id=ticket.alias_id, at=at)


def tell(session: Session, integration_id: int, ticket: Ticket, *, message: Message | None = None) -> None:
    """Queue a ticket for one integration that did not ask for it itself: a rule has it told."""
    data = told(ticket, message)
    payload = jsontext.write({"type": "rule.matched", "timestamp": written(clock.now()), "data": data})
    queue(session, ticket.organisation_id, integration_id, new_event_id(), "rule.matched", payload)


def new_event_id() -> str:
    """Unlike any other; it tells nothing and opens nothing, so it need not be hard to guess."""
    return "evt_" + base64.urlsafe_b64encode(random.randbytes(16)).decode()[:22]


def queue(
    session: Session,
    organisation_id: int,
    integration_id: int,
    event_id: str,
    event_type: str,
    payload: str,
    *,
    at: datetime | None = None,
) -> WebhookDelivery:
    """One delivery, due now or `at`."""
    now = clock.now()
    delivery = WebhookDelivery(
        organisation_id=organisation_id,
        integration_id=integration_id,
        event_id=event_id,
        event_type=event_type,
        payload=payload,
        due_at=at or now,
        created_at=now,
    )
    session.add(delivery)
    events.record(session, events.WorkArrived(0, "jobs"))
    return delivery


def _listeners(session: Session, organisation_id: int) -> list[Listener]:
    """Read once a transaction, because a batch of mail asks for every message."""
    known: dict[int, list[Listener]] = session.info.setdefault("webhook listeners", {})
    if organisation_id not in known:
        known[organisation_id] = _read_listeners(session, organisation_id)
    return known[organisation_id]


def listener(session: Session, integration: Integration) -> Listener:
    """What one integration wants to hear of."""
    named = select(Alias.id).where(Alias.integration_id == integration.id)
    return Listener(
        integration.id or 0,
        frozenset(integration.event_types),
        frozenset(number or 0 for number in session.exec(named)),
    )


def _read_listeners(session: Session, organisation_id: int) -> list[Listener]:
    found = session.scalars(_ACTIVE, {"organisation_id": organisation_id}).all()
    if not found:
        return []
    aliases: dict[int, set[int]] = {}
    named = select(Alias.integration_id, Alias.id).where(
        Alias.organisation_id == organisation_id, col(Alias.integration_id).is_not(None)
    )
    for integration_id, alias_id in session.exec(named):
        aliases.setdefault(integration_id or 0, set()).add(alias_id or 0)
    return [
        Listener(each.id or 0, frozenset(each.event_types), frozenset(aliases.get(each.id or 0, ()))) for each in found
    ]
