"""Integrations: chat channels and webhooks; adding, testing, and what each delivery was answered."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, notice
from components.dialog import asking, confirm
from components.following import follow
from components.frame import actor, heading, page, text
from components.moments import moment
from components.pieces import Tone, badge, callout, empty, to_copy
from models import Integration, IntegrationType, WebhookDelivery, WebhookStatus
from pages import MENU
from services import integrations, webhooks
from services.access import Permission, may
from services.events import DirectoryChanged

KINDS = {
    IntegrationType.SLACK: "Slack",
    IntegrationType.DISCORD: "Discord",
    IntegrationType.TEAMS: "Microsoft Teams",
    IntegrationType.WEBHOOK: "Webhook",
}
ANSWERS: dict[WebhookStatus, tuple[str, Tone]] = {
    WebhookStatus.PENDING: ("On its way", "busy"),
    WebhookStatus.DELIVERED: ("Delivered", "good"),
    WebhookStatus.FAILED: ("Failed", "bad"),
}


@ui.page("/integrations")
async def overview() -> None:
    with page("Integrations", active="/integrations", menu=MENU):
        with heading("Integrations", "Chat channels and programs that hear of what happens here."):
            if _may_manage():
                button.brand("Add integration", add, icon="sym_o_add")
        await follow(partial(action.read, integrations.all), _list, DirectoryChanged)


def _may_manage() -> bool:
    return may(actor(), Permission.MANAGE_INTEGRATIONS)


def _list(found: list[Integration]) -> None:
    with ui.element("div").classes("card"):
        if not found:
            about = "Let a Slack channel know of new mail, or send every event to a program of yours."
            do = "Add integration" if _may_manage() else ""
            empty("sym_o_webhook", "No integration yet", about, do=do, press=add)
        for integration in found:
            _row(integration)


def _row(integration: Integration) -> None:
    with ui.element("div").classes("list-row" if integration.active else "list-row is-off"):
        ui.icon("sym_o_webhook").classes("list-icon").props("aria-hidden=true")
        with ui.element("div").classes("list-main"):
            text(integration.name, "strong")
            number = len(integration.event_types)
            text(f"{KINDS[integration.type]} · {number} event" + ("" if number == 1 else "s")).classes("muted")
        if integration.failures:
            badge(f"{integration.failures} failures in a row", "warn" if integration.active else "bad")
        if _may_manage():
            with ui.element("div").classes("list-end"):
                field.switch(f"{integration.name} is on", integration.active, partial(_switch, integration))
                button.icon("sym_o_send", f"Send a test to {integration.name}", partial(_test, integration))
                button.icon("sym_o_history", f"Deliveries of {integration.name}", partial(_log, integration))
                button.icon("sym_o_delete", f"Remove {integration.name}", partial(_remove, integration))


async def _switch(integration: Integration, is_on: bool) -> None:
    await action.run(integrations.update, integration.id, active=is_on)


def _remove(integration: Integration) -> None:
    async def then() -> None:
        await action.run(integrations.remove, integration.id)

    confirm(f"Remove {integration.name}?", "It hears of nothing any more; its log goes too.", "Remove", then)


def add() -> None:
    with asking("Add an integration") as dialog:
        kind = field.choice("Kind", KINDS, IntegrationType.SLACK)
        name = field.text("Name", placeholder="#support")
        url = field.text("URL", placeholder="https://", hint="The incoming webhook's address; kept sealed.")
        names = {each: each.replace(".", " ").replace("_", " ") for each in integrations.EVENT_TYPES}
        chosen = field.checks("It hears of", names, list(integrations.NEWS))

        async def save() -> None:
            fields: dict[str, Any] = {"name": name, "url": url, "type": kind}
            typed = (kind.value, name.value or "", url.value or "")
            added = await action.run(integrations.add, *typed, event_types=field.checked(chosen), fields=fields)
            if added:
                dialog.close()
                if added.value.secret:
                    _show_secret(added.value)

        dialog.buttons("Add integration", save)


def _show_secret(created: integrations.Created) -> None:
    with asking("Signing secret", "Your program verifies each delivery with it (Standard Webhooks).") as dialog:
        callout("Copy it now: it is not shown again.", is_warning=True, icon="sym_o_warning")
        to_copy(created.secret, "Copy the secret")
        with ui.element("div").classes("row-end"):
            button.brand("I have copied it", dialog.close)


async def _test(integration: Integration) -> None:
    if await action.run(webhooks.test, integration.id):
        notice.done("A test is on its way; its answer appears under deliveries.")


async def _log(integration: Integration) -> None:
    found = await action.read(webhooks.deliveries, integration.id)
    if not found:
        return
    with asking(f"Deliveries of {integration.name}", is_wide=True) as dialog:
        if not found.value:
            empty("sym_o_history", "Nothing sent yet", "Send a test to see how it is answered.")
        with ui.element("div").classes("scroll-box"):
            for delivery in found.value:
                _delivery(delivery)
        with ui.element("div").classes("row-end"):
            button.quiet("Close", dialog.close)


def _delivery(delivery: WebhookDelivery) -> None:
    with ui.element("div").classes("list-row"):
        with ui.element("div").classes("list-main"):
            text(delivery.event_type, "strong")
            code = f"{delivery.answer_code} " if delivery.answer_code else ""
            text(code + delivery.answer if delivery.answer or code else "No answer yet").classes("muted")
        moment(delivery.created_at)
        badge(*ANSWERS[delivery.status])
        again = partial(action.run, webhooks.redeliver, delivery.id)
        button.icon("sym_o_replay", f"Send {delivery.event_type} again", again)
