"""Adding an integration, kind by kind with the way to its URL, and changing one."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field
from components.controls import Checkbox
from components.dialog import asking
from components.frame import text
from components.pieces import callout, to_copy
from models import Integration, IntegrationType
from pages.integrations.kinds import KINDS, NOUNS, path
from services import integrations


async def add() -> None:
    """Choose the kind; what follows depends on it."""
    with asking("Add an integration", "Who is to hear of what happens here?") as dialog:
        with ui.element("div").classes("tiles"):
            for kind, words in KINDS.items():

                def choose(kind: IntegrationType = kind) -> None:
                    dialog.close()
                    _add(kind)

                with ui.button(color=None, on_click=choose).props("flat no-caps").classes("tile"):
                    ui.icon(words.icon).props("aria-hidden=true")
                    with ui.element("span").classes("list-main"):
                        text(words.label, "strong")
                        text(words.about).classes("muted")
        with ui.element("div").classes("row-end"):
            button.quiet("Cancel", dialog.close)


def _add(kind: IntegrationType) -> None:
    words = KINDS[kind]
    with asking(f"Add {words.label}", is_wide=True) as dialog:
        with ui.element("ol").classes("how-to"):
            for step in words.steps:
                text(step, "li")
        with ui.element("div").classes("two"):
            name = field.text("Name", placeholder=words.name, is_focused=True)
            url = field.text("URL", placeholder=words.url, hint="Kept sealed and never shown again.")
        chosen = _events(tuple(integrations.EVENT_TYPES) if kind is IntegrationType.WEBHOOK else integrations.NEWS)

        async def save() -> None:
            typed: dict[str, Any] = {"name": name.value or words.name, "url": url.value or ""}
            typed |= {"event_types": field.checked(chosen)}
            added = await action.apart(integrations.connect, kind=kind, **typed, fields={"name": name, "url": url})
            if added:
                dialog.close()
                _after(added.value)

        dialog.buttons("Add integration", save)


def _after(made: integrations.Created) -> None:
    if made.secret:
        show_secret(made, then=partial(ui.navigate.to, path(made.integration)))
    else:
        ui.navigate.to(path(made.integration))


def change(integration: Integration) -> None:
    """Name, URL and events; a URL left empty stays as it is."""
    with asking(f"Change {integration.name}", is_wide=True) as dialog:
        with ui.element("div").classes("two"):
            name = field.text("Name", integration.name)
            url = field.text("URL", placeholder="Unchanged", hint="Empty: as it is.")
        chosen = _events(integration.event_types)

        async def save() -> None:
            changes: dict[str, Any] = {"name": name.value or "", "event_types": field.checked(chosen)}
            if url.value:
                changes["url"] = url.value
            fields = {"name": name, "url": url}
            if await action.apart(integrations.change, integration_id=integration.id, **changes, fields=fields):
                dialog.close()

        dialog.buttons("Save", save)


def show_secret(made: integrations.Created, *, then: Any = None) -> None:
    """The one time that a signing secret is shown."""

    def copied() -> None:
        dialog.close()
        if then is not None:
            then()

    with asking("Signing secret", "Your program verifies each delivery with it (Standard Webhooks).") as dialog:
        callout("Copy it now: it is not shown again.", is_warning=True, icon="sym_o_warning")
        to_copy(made.secret, "Copy the secret")
        with ui.element("div").classes("row-end"):
            button.brand("I have copied it", copied)


def _events(chosen: Sequence[str]) -> dict[str, Checkbox]:
    """The registry, noun by noun; `field.checked` reads what is chosen."""
    boxes: dict[str, Checkbox] = {}
    text(
        "It hears of what is ticked here, and of what a rule tells it. Tick nothing and it hears rules alone.", "p"
    ).classes("muted")
    with ui.element("div").classes("scroll-box event-types"):
        for noun, heading in NOUNS.items():
            known = integrations.EVENT_TYPES.values()
            words = {each.name: each.words for each in known if each.noun == noun}
            boxes |= field.checks(heading, words, chosen)
    return boxes
