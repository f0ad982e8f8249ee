"""API keys: made, shown once, narrowed by scopes, revoked."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, notice
from components.dialog import asking, confirm
from components.following import follow
from components.frame import actor, heading, page, screen, text
from components.moments import ago, moment
from components.pieces import callout, empty, to_copy
from models import ApiKey
from pages import MENU
from services import api_keys, clock
from services.access import Permission, may

LIFETIMES = {0: "Never", 30: "In 30 days", 90: "In 90 days", 365: "In a year"}

SCOPES = {
    Permission.READ_TICKETS: "Read conversations",
    Permission.WORK_TICKETS: "Work on conversations",
    Permission.DELETE_TICKETS: "Delete conversations",
    Permission.READ_EMAILS: "Read mail",
    Permission.SEND_EMAILS: "Send mail",
    Permission.IMPORT_MAIL: "Import and export mail",
    Permission.READ_CONTACTS: "See contacts",
    Permission.WRITE_CONTACTS: "Change contacts",
    Permission.READ_TEMPLATES: "See templates",
    Permission.WRITE_TEMPLATES: "Change templates",
    Permission.READ_RULES: "See rules",
    Permission.MANAGE_RULES: "Change rules",
    Permission.READ_DIRECTORY: "See domains, aliases, integrations",
    Permission.MANAGE_ALIASES: "Change aliases",
    Permission.MANAGE_DOMAINS: "Change domains",
    Permission.MANAGE_MAILBOXES: "Change mailboxes",
    Permission.MANAGE_INTEGRATIONS: "Change integrations",
    Permission.READ_SUPPRESSIONS: "See suppressed addresses",
    Permission.WRITE_SUPPRESSIONS: "Change suppressed addresses",
    Permission.READ_QUEUE: "See outgoing mail",
    Permission.MANAGE_QUEUE: "Steer outgoing mail",
    Permission.READ_TEAM: "See the team",
    Permission.MANAGE_TEAM: "Change the team",
    Permission.MANAGE_OWN_KEYS: "Make API keys",
    Permission.MANAGE_ORGANISATION: "Change the organisation",
    Permission.READ_AUDIT: "Read the audit",
}


@screen("/keys")
async def overview() -> None:
    with page("API keys", active="/keys", menu=MENU):
        listing = _Listing()
        with heading("API keys", "For programs that act in your name. A key can do no more than you."):
            button.brand("Create key", listing.create, icon="sym_o_add")
        listing.show = await follow(partial(action.read, api_keys.listed), listing.draw, ())


class _Listing:
    """The keys on the page, drawn again after each change made here."""

    show: Callable[[], Awaitable[None]]

    def draw(self, keys: list[ApiKey]) -> None:
        with ui.element("div").classes("card"):
            if not keys:
                about = "Create one to use the API from a script or another program."
                empty("sym_o_key", "No key yet", about, do="Create key", press=self.create)
            for key in keys:
                self._row(key)

    def _row(self, key: ApiKey) -> None:
        with ui.element("div").classes("list-row"):
            ui.icon("sym_o_key").classes("list-icon").props("aria-hidden=true")
            with ui.element("div").classes("list-main"):
                text(key.name, "strong")
                expiry = f"expires {ago(key.expires_at)}" if key.expires_at else "does not expire"
                scopes = f"{len(key.scopes)} right" + ("" if len(key.scopes) == 1 else "s")
                text(f"mr_{key.mode}_{key.key_id}_… · {scopes} · {expiry}").classes("muted")
            moment(key.last_used_at, before="Used" if key.last_used_at else "", never="Never used")
            button.icon("sym_o_delete", f"Revoke {key.name}", partial(self._revoke, key))

    def _revoke(self, key: ApiKey) -> None:
        async def then() -> None:
            if await action.run(api_keys.revoke, key.id):
                notice.done(f"{key.name} opens nothing any more.")
                await self.show()

        confirm(f"Revoke {key.name}?", "Programs that use it are refused from now on.", "Revoke key", then)

    def create(self) -> None:
        with asking("Create an API key", "Give it the rights its program needs, and no more.") as dialog:
            name = field.text("Name", placeholder="Nightly export", is_focused=True)
            scopes = _rights([permission for permission in SCOPES if may(actor(), permission)])
            lifetime = field.choice("It expires", LIFETIMES, 90)

            async def save() -> None:
                days = int(lifetime.value)
                made = await action.run(
                    api_keys.create,
                    name.value or "",
                    scopes=field.checked(scopes),
                    expires_at=clock.now() + timedelta(days=days) if days else None,
                    fields={"name": name},
                )
                if made:
                    dialog.close()
                    _show_once(made.value)
                    await self.show()

            dialog.buttons("Create key", save)


def _rights(mine: list[Permission]) -> dict[str, Any]:
    """None is ticked: what a key may do is a choice, and two buttons tick what is chosen most."""
    with ui.element("div").classes("scroll-box in-dialog"):
        boxes = field.checks("It may", {each: SCOPES[each] for each in mine}, ())
    reading = [each for each in mine if each.name.startswith("READ_")]
    with ui.element("div").classes("row"):
        for words, chosen in (("Only read", reading), ("Everything", mine), ("None", [])):
            button.quiet(words, partial(_tick, boxes, chosen))
    return boxes


def _tick(boxes: dict[str, Any], chosen: list[Permission]) -> None:
    for name, box in boxes.items():
        box.value = name in chosen


def _show_once(made: api_keys.NewKey) -> None:
    with asking(f"Your key {made.key.name}") as dialog:
        callout(
            "Copy it now: it is kept as a hash, and nobody can show it again.", is_warning=True, icon="sym_o_warning"
        )
        to_copy(made.plain, "Copy the key")
        with ui.element("div").classes("row-end"):
            button.brand("I have copied it", dialog.close)
