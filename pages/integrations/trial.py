"""Sending a test and showing what the server answered, in one small dialog."""

import asyncio

from nicegui import ui

from components import action, button
from components.dialog import Dialog, asking
from components.frame import text
from components.pieces import badge
from models import Integration, WebhookDelivery, WebhookStatus
from pages.integrations.kinds import outcome
from services import webhooks

PATIENCE = 25.0  # seconds; a target has 15
LOOK = 0.25


async def try_out(integration: Integration) -> None:
    """Queue a test event and wait, with everybody who looks, for the answer."""
    queued = await action.run(webhooks.test, integration.id)
    if not queued:
        return
    with asking(f"Test of {integration.name}") as dialog:
        box = ui.element("div").classes("trial").props("role=status")
        with box, ui.element("div").classes("row"):
            ui.spinner(size="18px")
            text("Waiting for the answer…").classes("muted")
        with ui.element("div").classes("row-end"):
            button.brand("Close", dialog.close)
    answered = await _answer(queued.value.id or 0, dialog)
    if answered is not None and not dialog.is_deleted:
        box.clear()
        with box:
            show_answer(answered)


async def _answer(delivery_id: int, dialog: Dialog) -> WebhookDelivery | None:
    """The delivery once it was tried; as it is when patience ends; None when nobody waits any more."""
    for _ in range(int(PATIENCE / LOOK)):
        if not dialog.value:
            return None
        found = await action.read(webhooks.one, delivery_id)
        if not found or found.value.status is not WebhookStatus.PENDING:
            break
        await asyncio.sleep(LOOK)
    return found.value if found else None


def show_answer(delivery: WebhookDelivery) -> None:
    """State, code and the answer's body as it came."""
    with ui.element("div").classes("row"):
        badge(*outcome(delivery))
        if delivery.answer_code:
            text(f"It answered {delivery.answer_code}").classes("muted")
    if delivery.answer:
        text(delivery.answer, "div").classes("mono reply-words")
    elif delivery.answer_code:
        text("The answer had no text.").classes("muted")
