"""One template: its editor beside a preview, its versions, copy and end."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, notice
from components.dialog import asking, confirm
from components.frame import actor, back, heading, page, screen, text
from components.moments import moment
from components.pieces import callout, empty
from components.template_editor import TemplateEditor
from models import Template, TemplateVersion, Ticket, User, Visibility
from pages import MENU
from pages.templates.tabs import dress
from services import ids, team, templates
from services.access import Actor, Permission, may
from services.errors import NotFound
from services.templates import KNOWN

_WRITTEN = ("name", "shortcut", "subject", "html", "text")


@screen("/templates/new")
async def new() -> None:
    with page("New template", active="/templates", menu=MENU):
        back("/templates", "Templates")
        heading("New template")
        if not may(actor(), Permission.WRITE_TEMPLATES):
            callout("Your role may use templates and not write them.", is_warning=True)
            return
        await _editor(None)


@screen("/templates/{key}")
async def one(key: str) -> None:
    with page("Template", active="/templates", menu=MENU):
        back("/templates", "Templates")
        try:
            outcome = await action.read(templates.get, ids.decode("tmpl", key), quietly=True)
            found = outcome.value if outcome else None
        except NotFound:
            found = None
        if found is None:
            with ui.element("div").classes("card"):
                about = "It was deleted, or it is somebody's own."
                empty("sym_o_quickreply", "There is no such template", about, is_page=True)
            return
        with heading(found.name):
            button.quiet("Versions", partial(_versions, found), icon="sym_o_history")
            if may(actor(), Permission.WRITE_TEMPLATES):
                button.icon("sym_o_delete", "Delete template", partial(_delete, found))
        await _editor(found)


async def _editor(template: Template | None) -> None:
    dress()
    people = await action.read(templates.samples)
    shown: dict[str, Any] = {name: getattr(template, name, "") for name in _WRITTEN}
    shown["visibility"] = (template.visibility if template else Visibility.SHARED).value
    editor = TemplateEditor(
        t=shown | {"version": template.version if template else 0},
        fields=list(KNOWN.items()),
        people=[_person(each) for each in people.value] if people else [],
        writes=may(actor(), Permission.WRITE_TEMPLATES),
        is_new=template is None,
    )
    editor.listen(save=partial(_save, editor, template.id if template else None))


def _person(ticket: Ticket) -> dict[str, str]:
    name = ticket.correspondent_name or ticket.correspondent
    return {"key": ids.encode("ticket", ticket.id or 0), "label": f"{name}, #{ticket.number} {ticket.subject}"[:90]}


async def _save(editor: TemplateEditor, number: int | None, said: dict[str, Any]) -> None:
    content = {name: str(said.get(name, "")) for name in _WRITTEN}
    content["visibility"] = "private" if said.get("visibility") == "private" else "shared"
    outcome = await action.run(_write, number, said.get("version"), content, quietly=True)
    if outcome.error is not None:
        editor.refused(outcome.error.field or "", outcome.error.message)
    elif number is None:
        editor.run_method("leave", f"/templates/{ids.encode('tmpl', outcome.value.id or 0)}")
    else:
        editor.saved(outcome.value.version)


def _write(session: Any, number: int | None, version: Any, content: Any, *, actor: Actor) -> Template:
    content = content | {"visibility": Visibility(content["visibility"])}
    if number is None:
        return templates.create(session, actor=actor, **content)
    known = version if isinstance(version, int) else None
    return templates.update(session, number, version=known, actor=actor, **content)


async def _versions(template: Template) -> None:
    found = await action.read(_history, template.id)
    if not found:
        return
    rows, names = found.value
    with asking(f"Versions of {template.name}", "What it said each time it was saved.", is_wide=True) as dialog:
        with ui.element("div").classes("scroll-box"):
            for version in rows:
                _version(template, version, names.get(version.author_id, "Mailroom"), version is rows[0])
        with ui.element("div").classes("row-end"):
            button.quiet("Close", dialog.close)


def _history(session: Any, number: int, *, actor: Actor) -> tuple[list[TemplateVersion], dict[int | None, str]]:
    people: list[User] = team.members(session, actor=actor)
    return templates.versions(session, number, actor=actor), {each.id: each.name for each in people}


def _version(template: Template, version: TemplateVersion, author: str, is_current: bool) -> None:
    with ui.element("details").classes("version"):
        with ui.element("summary").classes("list-row"):
            with ui.element("div").classes("list-main"):
                text(f"Version {version.number}" + (", the current one" if is_current else ""), "strong")
                text(f"{version.name}, by {author}").classes("muted")
            moment(version.created_at)
            if not is_current and may(actor(), Permission.WRITE_TEMPLATES):
                button.quiet("Restore", partial(_restore, template, version))
        for words in (version.subject, version.html, version.text):
            if words:
                text(words, "pre").classes("version-text")


async def _restore(template: Template, version: TemplateVersion) -> None:
    restored = await action.run(templates.restore, template.id, version.number)
    if restored:
        notice.done(f"Version {version.number} is the current one again.")
        ui.navigate.reload()


def _delete(template: Template) -> None:
    async def then() -> None:
        if await action.run(templates.delete, template.id):
            ui.navigate.to("/templates")

    confirm(f"Delete {template.name}?", "Its versions go too. What was sent stays.", "Delete template", then)
