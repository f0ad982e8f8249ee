"""Mailboxes: the queues conversations wait in, each with its address, how full it is, and what it lacks."""

from functools import partial

from nicegui import ui

from components import action, button, field
from components.dialog import asking
from components.following import follow
from components.frame import actor, heading, page, screen, text
from components.meter import use
from components.pieces import badge
from pages import MENU
from pages.mailboxes import one
from services import mailboxes
from services.access import Permission, may
from services.events import DirectoryChanged, MessageFiled
from services.mailboxes import Addressed

__all__ = ["one", "overview"]


@screen("/mailboxes")
async def overview() -> None:
    with page("Mailboxes", active="/mailboxes", menu=MENU):
        with heading("Mailboxes", "Each is a shared queue; its own address and aliases decide which mail waits in it."):
            if may(actor(), Permission.MANAGE_MAILBOXES):
                button.brand("Add mailbox", add, icon="sym_o_add")
        await follow(partial(action.read, mailboxes.entries), _list, (DirectoryChanged, MessageFiled))


def _list(entries: list[Addressed]) -> None:
    with ui.element("div").classes("card"):
        for entry in entries:
            box = entry.mailbox
            with ui.element("div").classes("list-row" if box.active else "list-row is-off"):
                ui.icon("sym_o_inbox").classes("list-icon").props("aria-hidden=true")
                with ui.element("div").classes("list-main"):
                    link = ui.element("a").classes("strong stretched")
                    link.props["href"] = f"/mailboxes/{box.id}"
                    with link:
                        text(box.name)
                    text(entry.address or "No address of its own").classes("muted")
                with ui.element("div").classes("list-end"):
                    for words, is_so in (
                        ("Off", not box.active),
                        ("Password due", box.must_change_password),
                        ("TLS in", box.tls_in),
                        ("TLS out", box.tls_out),
                    ):
                        if is_so:
                            badge(words, "warn" if words == "Password due" else "")
                use(f"How full {box.name} is", box.used_bytes, box.used_messages, box.quota)


def add() -> None:
    with asking("Add a mailbox") as dialog:
        name = field.text("Name", placeholder="Billing", is_focused=True)

        async def save() -> None:
            made = await action.run(mailboxes.create, name.value or "", fields={"name": name})
            if made:
                dialog.close()
                ui.navigate.to(f"/mailboxes/{made.value.id}")

        dialog.buttons("Add mailbox", save)
