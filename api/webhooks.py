"""Beside dialect A: signed webhooks as a resource of their own, with what each was sent and answered."""

from typing import Annotated, Any, Self, cast

from fastapi import APIRouter, Depends, Query

from api.access import Acting
from api.integrations import Deliveries, Delivery, IntegrationDetail
from api.shapes import Deleted, Flag, Page, Paging, Shape, example, paging
from models import IntegrationType
from services import database, ids, integrations, webhooks
from services.errors import NotFound
from services.integrations import Changes, Created

router = APIRouter(prefix="/webhooks", tags=["Webhooks"])

_SHOWN: dict[str, Any] = {
    "id": "int_2h9m4t6y0b8dq",
    "type": "webhook",
    "name": "CRM",
    "createdAt": "2026-11-21T09:00:00.000Z",
    "eventTypes": ["ticket.created", "message.received"],
    "active": True,
    "disabledAt": None,
    "failures": 0,
}
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the specification's own example


class MadeWebhook(IntegrationDetail):
    """A webhook with its signing secret, shown this once."""

    model_config = Shape.model_config | example(**_SHOWN, signingSecret=_SECRET)
    signing_secret: str

    @classmethod
    def of_made(cls, made: Created) -> Self:
        return cls.of(made.integration, signing_secret=made.secret)


class Webhooks(Page):
    model_config = Shape.model_config | example(webhooks=[_SHOWN], page=1, limit=20, total=1)
    webhooks: list[IntegrationDetail]


class EventTypeShape(Shape):
    model_config = Shape.model_config | example(name="message.received", description="Mail arrives")
    name: str
    description: str


class EventTypes(Shape):
    model_config = Shape.model_config | example(
        eventTypes=[{"name": "message.received", "description": "Mail arrives"}]
    )
    event_types: list[EventTypeShape]


class NewWebhook(Shape):
    """Without `eventTypes` it hears of everything."""

    model_config = Shape.model_config | example(
        name="CRM", url="https://crm.example.com/hooks/mailroom", eventTypes=["ticket.created", "message.received"]
    )
    name: str = "Webhook"
    url: str
    event_types: list[str] | None = None


class WebhookChange(Shape):
    model_config = Shape.model_config | example(active=True)
    name: str | None = None
    url: str | None = None
    event_types: list[str] | None = None
    active: Flag | None = None

    def changes(self) -> Changes:
        """What was sent and is not null."""
        return cast(Changes, self.model_dump(exclude_none=True))


@router.get("")
def list_webhooks(actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> Webhooks:
    """The organisation's webhooks, oldest first; never their URLs or secrets."""
    with database.reading() as session:
        found = [row for row in integrations.all(session, actor=actor) if row.type is IntegrationType.WEBHOOK]
    shown = [IntegrationDetail.of(row) for row in found[paging.offset : paging.offset + paging.limit]]
    return Webhooks(webhooks=shown, page=paging.page, limit=paging.limit, total=len(found))


@router.post("", status_code=201)
async def add_webhook(body: NewWebhook, actor: Acting) -> MadeWebhook:
    """Add a webhook. Each delivery is signed after Standard Webhooks with the secret of this answer."""
    kind = IntegrationType.WEBHOOK
    return MadeWebhook.of_made(
        await integrations.connect(kind, body.name, body.url, event_types=body.event_types, actor=actor)
    )


@router.get("/event-types")
def list_event_types(actor: Acting) -> EventTypes:
    """What a webhook or chat channel can hear of."""
    known = integrations.EVENT_TYPES.values()
    return EventTypes(event_types=[EventTypeShape(name=each.name, description=each.words) for each in known])


@router.get("/{id}")
def get_webhook(id: str, actor: Acting) -> IntegrationDetail:
    """One webhook with its state."""
    with database.reading() as session:
        found = integrations.get(session, ids.decode("int", id), actor=actor)
    if found.type is not IntegrationType.WEBHOOK:
        raise NotFound("There is no such integration.")
    return IntegrationDetail.of(found)


@router.patch("/{id}")
async def update_webhook(id: str, body: WebhookChange, actor: Acting) -> IntegrationDetail:
    """Rename it, move it, choose its events, switch it off or on."""
    found = await database.read(integrations.webhook, ids.decode("int", id), actor=actor)
    return IntegrationDetail.of(await integrations.change(found.id or 0, actor=actor, **body.changes()))


@router.delete("/{id}")
def delete_webhook(id: str, actor: Acting) -> Deleted:
    """Remove a webhook and its log."""
    with database.transaction() as session:
        found = integrations.webhook(session, ids.decode("int", id), actor=actor)
        integrations.remove(session, found.id or 0, actor=actor)
    return Deleted(id=id)


@router.post("/{id}/secret")
def renew_webhook_secret(id: str, actor: Acting) -> MadeWebhook:
    """A new signing secret; for 24 hours deliveries carry the signatures of both."""
    with database.transaction() as session:
        number = integrations.webhook(session, ids.decode("int", id), actor=actor).id or 0
        return MadeWebhook.of_made(integrations.renew_secret(session, number, actor=actor))


@router.post("/{id}/test", status_code=202)
def test_webhook(id: str, actor: Acting) -> Delivery:
    """Send a test event; the log of deliveries shows what came of it."""
    with database.transaction() as session:
        number = integrations.webhook(session, ids.decode("int", id), actor=actor).id or 0
        return Delivery.of(webhooks.test(session, number, actor=actor))


@router.get("/{id}/deliveries")
def list_webhook_deliveries(
    id: str, actor: Acting, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Deliveries:
    """What was sent and what came back, newest first; `cursor` of one page gets the next."""
    before = ids.decode("whd", cursor) if cursor else None
    with database.reading() as session:
        number = integrations.webhook(session, ids.decode("int", id), actor=actor).id or 0
        found = webhooks.deliveries(session, number, before=before, limit=limit, actor=actor)
    shown = [Delivery.of(row) for row in found]
    return Deliveries(deliveries=shown, cursor=shown[-1].id if len(shown) == limit else None)


@router.get("/deliveries/{id}")
def get_webhook_delivery(id: str, actor: Acting) -> Delivery:
    """One delivery as it stands now."""
    with database.reading() as session:
        return Delivery.of(webhooks.one(session, ids.decode("whd", id), actor=actor))


@router.post("/deliveries/{id}/redeliver", status_code=202)
def redeliver_webhook(id: str, actor: Acting) -> Delivery:
    """Send the same event again, under its first event id."""
    with database.transaction() as session:
        return Delivery.of(webhooks.redeliver(session, ids.decode("whd", id), actor=actor))
