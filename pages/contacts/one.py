"""One contact on a page of their own: what is known, their mail, a copy of everything, and forgetting them."""

from functools import partial

from nicegui import ui

from components import action, assets, button
from components.dialog import confirm
from components.frame import actor, back, page, screen, text
from components.pieces import empty
from pages import MENU
from pages.inbox.person import PersonPane, of_contact
from services import contacts, database, ids
from services.access import Actor, Permission, may
from services.errors import NotFound

STYLE = '<link rel="stylesheet" href="{}">'


@screen("/contacts/{contact}")
async def overview(contact: str) -> None:
    for sheet in ("inbox.css", "contact.css"):
        ui.add_head_html(STYLE.format(assets.url(sheet)))
    with page("Contact", active="/contacts", menu=MENU):
        back("/contacts", "Contacts")
        try:
            number = ids.decode("contact", contact)
        except NotFound:
            number = 0
        found = await action.read(contacts.get, number, quietly=True)
        if not found:
            with ui.element("div").classes("card"):
                about = "They were forgotten, or are one with another."
                empty("sym_o_person_off", "There is no such contact", about, is_page=True)
            return
        text(found.value.contact.name or next(iter(found.value.emails), "Contact"), "h1").classes("person-title")
        with ui.element("div").classes("card"):
            PersonPane(
                of_contact, _open, subject=number, worker=may(actor(), Permission.WRITE_CONTACTS), whole=True
            ).wire()
        if may(actor(), Permission.MANAGE_ORGANISATION):
            _rights(number, contact)


async def _open(ticket: int) -> None:
    ui.navigate.to(f"/t/{ids.encode('ticket', int(ticket))}")


def _rights(number: int, contact: str) -> None:
    """What a person may ask for: a copy, and to be forgotten."""
    with ui.element("div").classes("row-end"):
        link = ui.element("a").classes("button button-quiet").props("download")
        link.props["href"] = f"/contacts/{contact}/export"
        with link:
            ui.icon("sym_o_download").props("aria-hidden=true")
            text("Export everything")
        about = "All conversations with them go for good, with every message and file. This cannot be undone."
        ask = partial(confirm, "Forget this person everywhere?", about, "Forget everything", partial(_erase, number))
        button.quiet("Forget this person", ask, icon="sym_o_person_remove")


async def _erase(number: int) -> None:
    if await action.apart(_erase_all, number):
        ui.navigate.to("/contacts")


def _erase_all(number: int, *, actor: Actor) -> None:
    """In short transactions: mail waits for none of them long."""
    while True:
        with database.transaction() as session:
            if not contacts.erase(session, number, actor=actor):
                return
