"""The list of templates: found by any of their words, shared or private, how often used."""

from functools import partial

from nicegui import ui

from components import action, button, finding, notice
from components.dialog import confirm
from components.following import follow
from components.frame import actor, heading, page, screen, text
from components.moments import ago
from components.pieces import badge, empty
from models import Template, Visibility
from pages import MENU
from pages.templates.opening import opening
from pages.templates.tabs import dress, tabs
from services import ids, templates
from services.access import Permission, may
from services.events import TemplatesChanged

ROOM = 160  # characters of a template on its line


@screen("/templates")
async def overview() -> None:
    dress()
    with page("Templates", active="/templates", menu=MENU):
        with heading("Templates", "What your team writes again and again. In an answer, type / to put one in."):
            if may(actor(), Permission.WRITE_TEMPLATES):
                button.brand("Add template", partial(ui.navigate.to, "/templates/new"), icon="sym_o_add")
        tabs("/templates")
        listing = _Listing()
        searching = ui.element("div").classes("row")
        again = await follow(listing.load, listing.draw, TemplatesChanged)

        async def find(words: str) -> None:
            listing.query = words
            await again()

        with searching:
            finding.search("Search templates", "Name, shortcut or text", find)


class _Listing:
    """What is searched for, and what that finds."""

    query = ""

    async def load(self) -> action.Outcome[list[Template]]:
        return await action.read(templates.all, q=self.query)

    def draw(self, found: list[Template]) -> None:
        with ui.element("div").classes("card"):
            if not found and self.query:
                empty("sym_o_search_off", "Nothing found", f"No template says “{self.query}”.")
            elif not found:
                _nothing()
            for template in found:
                _row(template)


def _nothing() -> None:
    name = "{{\u00a0first_name\u00a0}}"
    about = f"Write the answer you give most often once, with {name} for the name, and give it a shortcut."
    do = "Add template" if may(actor(), Permission.WRITE_TEMPLATES) else ""
    empty("sym_o_quickreply", "No template yet", about, do=do, press=partial(ui.navigate.to, "/templates/new"))


def _row(template: Template) -> None:
    path = f"/templates/{ids.encode('tmpl', template.id or 0)}"
    with ui.element("div").classes("list-row"):
        ui.icon("sym_o_quickreply").classes("list-icon").props("aria-hidden=true")
        with ui.element("div").classes("list-main"):
            link = ui.element("a").classes("strong stretched")
            link.props["href"] = path
            with link:
                text(template.name)
            text(" · ".join(filter(None, (template.subject, opening(template, ROOM))))).classes("muted")
        if template.shortcut:
            text(f"/{template.shortcut}").classes("kbd")
        if template.visibility is Visibility.PRIVATE:
            badge("Only you")
        with ui.element("div").classes("list-counts muted tabular"):
            times = f"Used {template.used_count:,} time" + ("" if template.used_count == 1 else "s")
            text(times if template.used_count else "Not used yet")
            text(f"Changed {ago(template.updated_at)}")
        if may(actor(), Permission.WRITE_TEMPLATES):
            with ui.element("div").classes("list-end"):
                button.icon("sym_o_content_copy", f"Duplicate {template.name}", partial(_duplicate, template))
                button.icon("sym_o_delete", f"Delete {template.name}", partial(_delete, template))


async def _duplicate(template: Template) -> None:
    if await action.run(templates.duplicate, template.id):
        notice.done(f"There is a copy of {template.name} now.")


def _delete(template: Template) -> None:
    about = "Its versions go too. What was sent with it stays as it is."
    confirm(f"Delete {template.name}?", about, "Delete template", partial(action.run, templates.delete, template.id))
