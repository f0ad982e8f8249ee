"""What happened: the event feed, newest first, narrowed by sort; an event opened, and told again to an integration."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, live, notice
from components.dialog import asking
from components.following import unreadable
from components.frame import back, heading, page, screen, text
from components.handling import in_page, on_value
from components.moments import moment
from components.newest import Newest
from components.pieces import empty
from models import FeedEvent, Integration
from pages import MENU
from services import clock, feed, integrations, webhooks
from services.events import Fact, MessageFiled, TicketChanged

STEP = 50
MOST = 500
SPANS = {1: "The last hour", 6: "The last 6 hours", 24: "The last day", 72: "The last 3 days", 168: "The last week"}


@screen("/events")
async def overview() -> None:
    with page("What happened", active="/integrations", menu=MENU):
        back("/integrations", "Integrations")
        heading(
            "What happened", "Everything integrations can hear of, kept for 30 days. Programs read it at /api/events."
        )
        screen = _Screen()
        live.on((TicketChanged, MessageFiled), screen.on_facts)
        await screen.show()


class _Screen:
    """What is asked for, and the lines it gives."""

    def __init__(self) -> None:
        self.types: list[str] = []
        self.limit = STEP
        self.newest: Newest[action.Outcome[list[FeedEvent]]] = Newest()
        sorts = {"": "Everything"} | {each.name: each.words for each in integrations.EVENT_TYPES.values()}
        with ui.element("div").classes("audit-filters"):
            chosen = field.choice("What", sorts, "")
        chosen.on_value_change(on_value(self._narrow))
        self.body = ui.element("div").classes("followed")

    async def on_facts(self, _: list[Fact]) -> None:
        await self.show()

    async def _narrow(self, name: str) -> None:
        self.types, self.limit = [name] if name else [], STEP
        await self.show()

    async def _more(self) -> None:
        self.limit = min(self.limit * 3, MOST)
        await self.show()

    async def show(self) -> None:
        found = await self.newest.of(action.read(feed.latest, types=self.types, limit=self.limit))
        if found is None:
            return
        self.body.clear()
        with self.body:
            if not found:
                unreadable(found)
                return
            with ui.element("div").classes("card"):
                if not found.value:
                    about = "Mail that comes in, and what people do with it, appears here."
                    empty("sym_o_history", "Nothing yet", about)
                for each in found.value:
                    _line(each)
            if len(found.value) == self.limit < MOST:
                with ui.element("div").classes("row-end"):
                    button.quiet("Show older ones", self._more)


def _line(event: FeedEvent) -> None:
    data: dict[str, Any] = json.loads(event.payload)["data"]
    known = integrations.EVENT_TYPES.get(event.event_type)
    ticket, actor = data.get("ticket", {}), data.get("actor", {})
    with ui.element("div").classes("list-row"):
        ui.icon("sym_o_bolt").classes("list-icon").props("aria-hidden=true")
        with ui.element("div").classes("list-main"):
            opener = ui.element("button").classes("plain-button stretched audit-line").mark("event")
            opener.on("click", in_page(partial(_open, event)))
            with opener:
                text(known.headline if known else event.event_type, "strong")
                text(ticket.get("subject") or data.get("domain", {}).get("name") or "")
            about = [f"#{ticket['number']}" if ticket else "", f"by {actor['name']}" if actor else "", event.event_type]
            text(" · ".join(filter(None, about))).classes("muted")
        moment(event.at)


async def _open(event: FeedEvent) -> None:
    found = await action.read(integrations.all)
    told: dict[Any, str] = {each.id: each.name for each in found.value if each.active} if found else {}
    with asking(event.event_type, event.event_id, is_wide=True) as dialog:
        words = json.dumps(json.loads(event.payload), indent=2, ensure_ascii=False)
        text(words, "div").classes("mono reply-words scroll-box").props(
            'tabindex=0 role=region aria-label="Its content"'
        )
        if not told:
            text("Add an integration to send it to.").classes("muted")
            with ui.element("div").classes("row-end"):
                button.quiet("Close", dialog.close)
            return
        whom = field.choice(
            "Send it to", told, next(iter(told)), hint="Under its first id, so that the receiver can tell."
        )

        async def send() -> None:
            if await action.run(webhooks.send, whom.value, event.id):
                dialog.close()
                notice.done(f"On its way to {told[whom.value]}.")

        dialog.buttons("Send", send)


def replay(integration: Integration) -> None:
    """Ask from when on, and tell the integration again of all it follows."""
    about = "Everything it follows that happened since then, under the first ids, so that it can tell."
    with asking(f"Send again to {integration.name}", about) as dialog:
        span = field.choice("What happened in", SPANS, 1)

        async def press() -> None:
            since = clock.now() - timedelta(hours=span.value)
            queued = await action.run(webhooks.replay, integration.id, since)
            if queued:
                dialog.close()
                count = queued.value
                notice.done(
                    f"{count:,} event{'s' if count != 1 else ''} on the way." if count else "Nothing happened then."
                )

        dialog.buttons("Send again", press)
