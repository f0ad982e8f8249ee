"""Contacts: everybody the organisation has mail with, found by name, company or address."""

from typing import Any

from nicegui import ui

from components import action, assets, button, field, live
from components.avatar import avatar
from components.dialog import asking
from components.frame import actor, heading, page, text
from components.handling import on_value
from components.pieces import empty
from pages import MENU
from pages.contacts import one
from pages.contacts.export import ROUTES as ROUTES
from services import contacts, ids
from services.access import Permission, may
from services.contacts import Person
from services.events import ContactsChanged, Fact

__all__ = ["ROUTES", "one", "overview"]
STEP = 50


@ui.page("/contacts")
async def overview() -> None:
    ui.add_head_html(one.STYLE.format(assets.url("contact.css")))
    with page("Contacts", active="/contacts", menu=MENU):
        with heading("Contacts", "Whoever writes is remembered by themselves, with the mail that told."):
            if may(actor(), Permission.WRITE_CONTACTS):
                button.brand("Add contact", add, icon="sym_o_person_add")
        await _Screen().begin()


class _Screen:
    """What is looked for, and how many are shown."""

    body: ui.element

    def __init__(self) -> None:
        self.words, self.limit = "", STEP

    async def begin(self) -> None:
        words = field.text("Search", placeholder="Name, company or address").props("clearable debounce=250")
        words.on_value_change(on_value(self._search))
        self.body = ui.element("div").classes("followed")
        live.on(ContactsChanged, self._follow)
        await self._show()

    async def _search(self, words: Any) -> None:
        self.words, self.limit = str(words or "")[:200], STEP
        await self._show()

    async def _more(self) -> None:
        self.limit += STEP
        await self._show()

    async def _follow(self, _: list[Fact]) -> None:
        await self._show()

    async def _show(self) -> None:
        found = await action.read(contacts.page, q=self.words, limit=self.limit)
        self.body.clear()
        with self.body:
            with ui.element("div").classes("card"):
                if found:
                    self._lines(*found.value)
                else:
                    empty("sym_o_lock", "This cannot be shown", found.error.message if found.error else "")
            if found and found.value[1] > self.limit:
                button.quiet(f"Show more of {found.value[1]:,}", self._more)

    def _lines(self, people: list[Person], total: int) -> None:
        if not total and self.words:
            empty("sym_o_search_off", "Nobody found", "Try a part of the name, or of the address.")
        elif not total:
            empty("sym_o_contacts", "Nobody yet", "Everybody who writes to you shows here by themselves.")
        for person in people:
            _line(person)


def _line(person: Person) -> None:
    contact, address = person.contact, next(iter(person.emails), "")
    with ui.element("div").classes("list-row"):
        avatar(contact.name, address)
        with ui.element("div").classes("list-main"):
            link = ui.element("a").classes("strong stretched")
            link.props["href"] = f"/contacts/{ids.encode('contact', contact.id or 0)}"
            with link:
                text(contact.name or address)
            text(", ".join(person.emails)).classes("muted")
        if contact.company:
            text(contact.company).classes("muted contact-company")


def add() -> None:
    with asking("Add a contact") as dialog:
        name = field.text("Name", is_focused=True)
        address = field.text("Address", placeholder="name@company.com")

        async def save() -> None:
            emails = [address.value.strip()] if (address.value or "").strip() else []
            fields = {"name": name, "emails": address}
            made = await action.run(contacts.create, name=name.value or "", emails=emails, fields=fields)
            if made:
                dialog.close()
                ui.navigate.to(f"/contacts/{ids.encode('contact', made.value.contact.id or 0)}")

        dialog.buttons("Add contact", save)
