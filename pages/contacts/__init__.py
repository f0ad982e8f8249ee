"""Contacts: everybody the organisation has mail with, found by name, company or address."""

from nicegui import ui

from components import action, assets, button, field, finding, live
from components.avatar import avatar
from components.dialog import asking
from components.following import unreadable
from components.frame import actor, heading, page, screen, text
from components.newest import Newest
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


@screen("/contacts")
async def overview() -> None:
    ui.add_head_html(one.STYLE.format(assets.url("contact.css")))
    with page("Contacts", active="/contacts", menu=MENU):
        with heading("Contacts", "Everybody who wrote to you or was written to; they come here with their mail."):
            if may(actor(), Permission.WRITE_CONTACTS):
                button.brand("Add contact", add, icon="sym_o_person_add")
        await _Screen().begin()


class _Screen:
    """What is looked for, and how many are shown."""

    body: ui.element

    def __init__(self) -> None:
        self.words, self.limit = "", STEP
        self.newest: Newest[action.Outcome[tuple[list[Person], int]]] = Newest()

    async def begin(self) -> None:
        with ui.element("div").classes("row"):
            finding.search("Search contacts", "Name, company or address", self._search)
        self.body = ui.element("div").classes("followed")
        live.on(ContactsChanged, self._follow)
        await self._show()

    async def _search(self, words: str) -> None:
        self.words, self.limit = words, STEP
        await self._show()

    async def _more(self) -> None:
        self.limit += STEP
        await self._show()

    async def _follow(self, _: list[Fact]) -> None:
        await self._show()

    async def _show(self) -> None:
        found = await self.newest.of(action.read(contacts.page, q=self.words, limit=self.limit))
        if found is None:
            return
        self.body.clear()
        with self.body:
            if not found:
                unreadable(found)
                return
            with ui.element("div").classes("card"):
                self._lines(*found.value)
            if found.value[1] > self.limit:
                button.quiet(f"Show more of {found.value[1]:,}", self._more)

    def _lines(self, people: list[Person], total: int) -> None:
        if not total and self.words:
            empty("sym_o_search_off", "Nobody found", "Try a part of the name, or of the address.")
        elif not total:
            empty("sym_o_contacts", "Nobody yet", "Whoever writes to you appears here with their first mail.")
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
