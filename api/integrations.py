"""Dialect B: integrations (chat channels and webhooks) and the log of what they were sent."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query

from api import errors
from api.access import Acting
from api.shapes import Deleted, Flag, Moment, Page, Paging, Shape, example, paging
from models import Integration, IntegrationType, WebhookDelivery, WebhookStatus
from services import database, ids, integrations, webhooks
from services.integrations import Changes, Created

router = APIRouter(prefix="/integrations", tags=["Integrations"])

_SHOWN: dict[str, Any] = {
    "id": "int_2h9m4t6y0b8dq",
    "type": "slack",
    "name": "#support",
    "createdAt": "2026-11-21T09:00:00.000Z",
}
_DELIVERY: dict[str, Any] = {
    "id": "whd_7q3r5n1j9v2fz",
    "eventId": "evt_Zk3v0Q…",
    "eventType": "message.received",
    "status": "delivered",
    "attempts": 1,
    "answerCode": 200,
    "answer": "ok",
    "body": '{"type": "message.received", …}',
    "createdAt": "2026-11-21T09:00:00.000Z",
    "deliveredAt": "2026-11-21T09:00:00.250Z",
    "nextAttemptAt": None,
}


class IntegrationShape(Shape):
    """An integration; its URL is never given back."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    type: IntegrationType
    name: str
    created_at: Moment

    @classmethod
    def of(cls, row: Integration, **more: Any) -> Self:
        return cls(id=ids.encode("int", row.id or 0), type=row.type, name=row.name, created_at=row.created_at, **more)


class IntegrationDetail(IntegrationShape):
    model_config = Shape.model_config | example(
        **_SHOWN, eventTypes=["message.received"], active=True, disabledAt=None, failures=0
    )
    event_types: list[str]
    active: bool
    disabled_at: Moment | None
    failures: int

    @classmethod
    def of(cls, row: Integration, **more: Any) -> Self:
        state = {"active": row.active, "disabled_at": row.disabled_at, "failures": row.failures}
        return super().of(row, event_types=row.event_types, **state, **more)


class MadeIntegration(IntegrationShape):
    """A new integration. A webhook's `signingSecret` is shown this once; other types have none."""

    model_config = Shape.model_config | example(**_SHOWN)
    signing_secret: str | None = None

    @classmethod
    def of_made(cls, made: Created) -> Self:
        return cls.of(made.integration, **({"signing_secret": made.secret} if made.secret else {}))


class Integrations(Page):
    model_config = Shape.model_config | example(integrations=[_SHOWN], page=1, limit=20, total=1)
    integrations: list[IntegrationShape]


class NewIntegration(Shape):
    model_config = Shape.model_config | example(
        type="slack", name="#support", webhookUrl="https://hooks.slack.com/services/T000/B000/XXXX"
    )
    type: IntegrationType
    name: str
    webhook_url: str
    event_types: list[str] | None = None


class IntegrationChange(Shape):
    model_config = Shape.model_config | example(active=False)
    name: str | None = None
    webhook_url: str | None = None
    event_types: list[str] | None = None
    active: Flag | None = None

    def changes(self) -> Changes:
        """What was sent and is not null."""
        changes: Changes = {}
        if self.name is not None:
            changes["name"] = self.name
        if self.webhook_url is not None:
            changes["url"] = self.webhook_url
        if self.event_types is not None:
            changes["event_types"] = self.event_types
        if self.active is not None:
            changes["active"] = self.active
        return changes


class Delivery(Shape):
    """One event on its way to an integration, with the last answer."""

    model_config = Shape.model_config | example(**_DELIVERY)
    id: str
    event_id: str
    event_type: str
    status: WebhookStatus
    attempts: int
    answer_code: int | None
    answer: str
    body: str
    created_at: Moment
    delivered_at: Moment | None
    next_attempt_at: Moment | None

    @classmethod
    def of(cls, row: WebhookDelivery) -> Self:
        return cls(
            id=ids.encode("whd", row.id or 0),
            event_id=row.event_id,
            event_type=row.event_type,
            status=row.status,
            attempts=row.attempts,
            answer_code=row.answer_code,
            answer=row.answer,
            body=row.payload,
            created_at=row.created_at,
            delivered_at=row.delivered_at,
            next_attempt_at=row.due_at if row.status is WebhookStatus.PENDING else None,
        )


class Deliveries(Shape):
    model_config = Shape.model_config | example(deliveries=[_DELIVERY], cursor=None)
    deliveries: list[Delivery]
    cursor: str | None


class Replay(Shape):
    model_config = Shape.model_config | example(since="2026-11-21T09:00:00.000Z")
    since: Moment


class Replayed(Shape):
    model_config = Shape.model_config | example(queued=12)
    queued: int


@router.get("")
def list_integrations(actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> Integrations:
    """The organisation's integrations, oldest first."""
    with database.reading() as session:
        found = integrations.all(session, actor=actor)
    shown = [IntegrationShape.of(row) for row in found[paging.offset : paging.offset + paging.limit]]
    return Integrations(integrations=shown, page=paging.page, limit=paging.limit, total=len(found))


@router.post("", status_code=201, response_model_exclude_unset=True)
async def add_integration(body: NewIntegration, actor: Acting) -> MadeIntegration:
    """Add a chat channel or a webhook. Aliases that name it narrow what it hears to their mail."""
    with errors.naming(url="webhook_url"):
        made = await integrations.connect(
            body.type, body.name, body.webhook_url, event_types=body.event_types, actor=actor
        )
    return MadeIntegration.of_made(made)


@router.get("/{id}")
def get_integration(id: str, actor: Acting) -> IntegrationDetail:
    """One integration with its state."""
    with database.reading() as session:
        return IntegrationDetail.of(integrations.get(session, ids.decode("int", id), actor=actor))


@router.patch("/{id}")
async def update_integration(id: str, body: IntegrationChange, actor: Acting) -> IntegrationDetail:
    """Rename it, move it, choose its events, switch it off or on."""
    number = ids.decode("int", id)
    with errors.naming(url="webhook_url"):
        return IntegrationDetail.of(await integrations.change(number, actor=actor, **body.changes()))


@router.delete("/{id}")
def delete_integration(id: str, actor: Acting) -> Deleted:
    """Remove an integration; the aliases that name it go on without it."""
    with database.transaction() as session:
        integrations.remove(session, ids.decode("int", id), actor=actor)
        return Deleted(id=id)


@router.post("/{id}/verify", status_code=202)
def verify_integration(id: str, actor: Acting) -> Delivery:
    """Send a test event; the log of deliveries shows what came of it."""
    with database.transaction() as session:
        return Delivery.of(webhooks.test(session, ids.decode("int", id), actor=actor))


@router.post("/{id}/secret", response_model_exclude_unset=True)
def renew_secret(id: str, actor: Acting) -> MadeIntegration:
    """Replace a webhook's signing secret; for 24 hours deliveries carry the signatures of both."""
    with database.transaction() as session:
        return MadeIntegration.of_made(integrations.renew_secret(session, ids.decode("int", id), actor=actor))


@router.get("/{id}/deliveries")
def list_deliveries(
    id: str, actor: Acting, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Deliveries:
    """What was sent and what came back, newest first; `cursor` of one page gets the next."""
    before = ids.decode("whd", cursor) if cursor else None
    with database.reading() as session:
        found = webhooks.deliveries(session, ids.decode("int", id), before=before, limit=limit, actor=actor)
    shown = [Delivery.of(row) for row in found]
    return Deliveries(deliveries=shown, cursor=shown[-1].id if len(shown) == limit else None)


@router.post("/{id}/replay", status_code=202)
def replay_events(id: str, body: Replay, actor: Acting) -> Replayed:
    """Send again what happened since then and it follows, under the first event ids; at most 1,000 events."""
    with database.transaction() as session:
        return Replayed(queued=webhooks.replay(session, ids.decode("int", id), body.since, actor=actor))


@router.post("/deliveries/{id}/redeliver", status_code=202)
def redeliver(id: str, actor: Acting) -> Delivery:
    """Send the same event again, under its first event id."""
    with database.transaction() as session:
        return Delivery.of(webhooks.redeliver(session, ids.decode("whd", id), actor=actor))
