"""Mailboxes: the queues conversations wait in, with signature and how long a closed one can be reopened."""

from functools import partial

from nicegui import ui

from components import action, button, field, notice
from components.dialog import asking
from components.following import follow
from components.frame import actor, heading, page, text
from models import Mailbox
from pages import MENU
from services import mailboxes
from services.access import Permission, may
from services.events import DirectoryChanged


@ui.page("/mailboxes")
async def overview() -> None:
    with page("Mailboxes", active="/mailboxes", menu=MENU):
        with heading("Mailboxes", "Each is a shared queue; aliases decide which one a message waits in."):
            if may(actor(), Permission.MANAGE_ALIASES):
                button.brand("Add mailbox", add, icon="sym_o_add")
        await follow(partial(action.read, mailboxes.all), _list, DirectoryChanged)


def _list(boxes: list[Mailbox]) -> None:
    with ui.element("div").classes("card"):
        for box in boxes:
            with ui.element("div").classes("list-row"):
                ui.icon("sym_o_inbox").classes("list-icon").props("aria-hidden=true")
                with ui.element("div").classes("list-main"):
                    text(box.name, "strong")
                    signature = "With signature" if box.signature_html else "No signature"
                    text(f"{signature} · a reply reopens within {box.reopen_days} days").classes("muted")
                if may(actor(), Permission.MANAGE_ALIASES):
                    with ui.element("div").classes("list-end"):
                        button.icon("sym_o_edit", f"Edit {box.name}", partial(edit, box))


def add() -> None:
    with asking("Add a mailbox") as dialog:
        name = field.text("Name", placeholder="Billing", is_focused=True)

        async def save() -> None:
            if await action.run(mailboxes.create, name.value or "", fields={"name": name}):
                dialog.close()

        dialog.buttons("Add mailbox", save)


def edit(box: Mailbox) -> None:
    with asking(f"Edit {box.name}") as dialog:
        name = field.text("Name", box.name)
        signature = field.signature("Signature", box.signature_html, hint="Stands under every reply from this mailbox.")
        days = field.number("Reopen within", box.reopen_days, lowest=0, highest=3650, suffix="days")
        text("A reply to a conversation closed longer ago starts a new one that is linked to it.").classes("muted")

        async def save() -> None:
            saved = await action.run(
                mailboxes.update,
                box.id,
                name=name.value,
                signature_html=signature.html,
                reopen_days=int(days.value or 0),
                fields={"name": name, "reopen_days": days},
            )
            if saved:
                dialog.close()
                notice.done("Saved.")

        dialog.buttons("Save", save)
