"""Dialect A, ours: the event feed, everything that happened, to be read from a cursor on."""

import json
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query

from api.access import Acting
from api.shapes import Shape, example
from models import FeedEvent
from services import database, feed, ids, integrations
from services.errors import Invalid

router = APIRouter(prefix="/events", tags=["Events"])

LATEST = "latest"
_SHOWN: dict[str, Any] = {
    "id": "evt_Zk3v0Q7sT1aWcY5eLr8uBd",
    "type": "ticket.claimed",
    "timestamp": "2026-11-21T09:00:00.000000Z",
    "data": {
        "ticket": {"id": "ticket_7k2m9x4c1v5bn", "number": 42, "subject": "Broken lamp", "status": "in_progress"},
        "actor": {"id": "user_4f0c1n8b2k7qe", "name": "Ann Example"},
    },
}


class EventShape(Shape):
    """One event, as webhooks get it; `id` is their `webhook-id`."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: str
    type: str
    timestamp: str
    data: dict[str, Any]

    @classmethod
    def of(cls, event: FeedEvent) -> Self:
        return cls(id=event.event_id, **json.loads(event.payload))


class Events(Shape):
    """`cursor` is `after` of the next question, also where nothing has happened since; null: nothing ever has."""

    model_config = Shape.model_config | example(events=[_SHOWN], cursor="cur_3m8k1z5x7c9vb", hasMore=False)
    events: list[EventShape]
    cursor: str | None
    has_more: bool


@router.get("")
def list_events(
    actor: Acting,
    after: Annotated[str | None, Query(max_length=64)] = None,
    types: Annotated[str, Query(max_length=1000, description="Several with commas between; none: all")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Events:
    """What happened, in an order that never changes, kept for 30 days. Ask again with `after` set to the `cursor` of
    the last answer, and nothing is missed or comes twice; `after=latest` begins with what happens next. A cursor that
    is older than what is kept is 409 `cursor_expired`."""
    start = feed.LATEST if after == LATEST else ids.decode("cur", after) if after else None
    with database.reading() as session:
        page = feed.page(session, after=start, types=_types(types), limit=limit, actor=actor)
    cursor = ids.encode("cur", page.cursor) if page.cursor else None
    return Events(events=[EventShape.of(each) for each in page.events], cursor=cursor, has_more=page.has_more)


def _types(words: str) -> list[str]:
    wanted = [each.strip() for each in words.split(",") if each.strip()]
    for each in wanted:
        if each not in integrations.EVENT_TYPES:
            raise Invalid(f"There is no event “{each[:64]}”.", code="invalid_event_type", field="types")
    return wanted
