"""The list: each integration with what it hears of and how the last delivery went."""

from functools import partial

from nicegui import ui

from components import action, button, field
from components.following import follow
from components.frame import actor, heading, page, screen, text
from components.moments import moment
from components.pieces import badge, empty
from models import Integration, WebhookDelivery
from pages import MENU
from pages.integrations.form import add
from pages.integrations.kinds import KINDS, outcome, path
from pages.integrations.trial import try_out
from services import integrations, webhooks
from services.access import Permission, may
from services.events import DeliveryAnswered, DirectoryChanged
from services.webhooks import Standing


@screen("/integrations")
async def overview() -> None:
    with page("Integrations", active="/integrations", menu=MENU):
        with heading("Integrations", "Chat channels and programs that hear of what happens here."):
            if may_manage():
                button.quiet("What happened", partial(ui.navigate.to, "/events"), icon="sym_o_history")
                button.brand("Add integration", add, icon="sym_o_add")
        await follow(partial(action.read, webhooks.standings), _list, (DirectoryChanged, DeliveryAnswered))


def may_manage() -> bool:
    return may(actor(), Permission.MANAGE_INTEGRATIONS)


def _list(found: list[Standing]) -> None:
    with ui.element("div").classes("card"):
        if not found:
            about = "Let a Slack channel know of new mail, or send every event to a program of yours."
            do = "Add integration" if may_manage() else ""
            empty("sym_o_webhook", "No integration yet", about, do=do, press=add)
        for standing in found:
            _row(standing.integration, standing.last)


def _row(integration: Integration, last: WebhookDelivery | None) -> None:
    kind = KINDS[integration.type]
    with ui.element("div").classes("list-row" if integration.active else "list-row is-off"):
        ui.icon(kind.icon).classes("list-icon").props("aria-hidden=true")
        with ui.element("div").classes("list-main"):
            _name(integration)
            text(f"{kind.label} · hears of {_scope(integration)}").classes("muted")
        _state(integration, last)
        if may_manage():
            with ui.element("div").classes("list-end"):
                field.switch(f"{integration.name} is on", integration.active, partial(switch, integration))
                button.icon("sym_o_send", f"Send a test to {integration.name}", partial(try_out, integration))


def _name(integration: Integration) -> None:
    if not may_manage():
        text(integration.name, "strong")
        return
    with ui.element("a").classes("strong stretched") as link:
        link.props["href"] = path(integration)
        text(integration.name)


def _scope(integration: Integration) -> str:
    number = len(integration.event_types)
    if number == 0:
        return "what rules tell it"
    if number == len(integrations.EVENT_TYPES):
        return "everything"
    if number == 1:
        return integrations.EVENT_TYPES[integration.event_types[0]].headline.lower()
    return f"{number} sorts of event"


def _state(integration: Integration, last: WebhookDelivery | None) -> None:
    """Off, or how the last delivery that was tried went."""
    if not integration.active:
        badge("Switched off", "bad" if integration.failures else "")
    elif last is None:
        badge("Nothing sent yet")
    else:
        with ui.element("div").classes("list-counts"):
            badge(*outcome(last))
            moment(last.delivered_at or last.created_at)


async def switch(integration: Integration, is_on: bool) -> None:
    await action.run(integrations.update, integration.id, active=is_on)
