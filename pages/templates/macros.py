"""Macros: the list, and the form in which acts are put one after the other."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field
from components.controls import Checkbox
from components.dialog import asking, confirm
from components.following import follow
from components.frame import actor, heading, page, screen, text
from components.macro_form import MacroForm, Surroundings, spoken
from components.pieces import badge, empty
from models import Macro, MemberStatus, Visibility
from pages import MENU
from pages.templates.tabs import dress, tabs
from services import macros, team, templates
from services.access import MAY, Actor, Permission, may
from services.events import MacrosChanged, TeamChanged


@screen("/templates/macros")
async def overview() -> None:
    dress()
    with page("Macros", active="/templates", menu=MENU):
        with heading("Macros", "Several steps on a conversation, done with one click and undone with one.") as actions:
            pass
        tabs("/templates/macros")
        shown: list[Surroundings] = []

        def draw(found: tuple[list[Macro], Surroundings]) -> None:
            shown[:] = [found[1]]
            _list(*found)

        await follow(partial(action.read, _read), draw, (MacrosChanged, TeamChanged))
        if shown and may(actor(), Permission.WRITE_TEMPLATES):
            with actions:
                button.brand("Add macro", lambda: _edit(shown[0]), icon="sym_o_add")


def _read(session: Any, *, actor: Actor) -> tuple[list[Macro], Surroundings]:
    workers = {
        member.id or 0: member.name
        for member in team.members(session, actor=actor)
        if member.status is MemberStatus.ACTIVE and member.role in MAY[Permission.WORK_TICKETS]
    }
    found = {each.id or 0: each.name for each in templates.all(session, actor=actor)}
    return macros.all(session, actor=actor), Surroundings(workers, found)


def _list(found: list[Macro], around: Surroundings) -> None:
    with ui.element("div").classes("card"):
        if not found:
            about = "Tag, set the priority, hand over, put an answer in: what you do together, kept under one name."
            do = "Add macro" if may(actor(), Permission.WRITE_TEMPLATES) else ""
            empty("sym_o_bolt", "No macro yet", about, do=do, press=lambda: _edit(around))
        for macro in found:
            _row(macro, around)


def _row(macro: Macro, around: Surroundings) -> None:
    with ui.element("div").classes("list-row"):
        ui.icon("sym_o_bolt").classes("list-icon").props("aria-hidden=true")
        with ui.element("div").classes("list-main"):
            text(macro.name, "strong")
            text(", then ".join(spoken(act, around) for act in macro.actions)).classes("muted")
        if macro.visibility is Visibility.PRIVATE:
            badge("Only you")
        if may(actor(), Permission.WRITE_TEMPLATES):
            with ui.element("div").classes("list-end"):
                button.icon("sym_o_edit", f"Edit {macro.name}", partial(_edit, around, macro))
                button.icon("sym_o_delete", f"Delete {macro.name}", partial(_delete, macro))


def _edit(around: Surroundings, macro: Macro | None = None) -> None:
    title = f"Edit {macro.name}" if macro else "Add a macro"
    with asking(title, is_wide=True) as dialog:
        name = field.text("Name", macro.name if macro else "", placeholder="Refund approved", is_focused=not macro)
        form = MacroForm(around, macro.actions if macro else [])
        shared = Checkbox("The whole team may use it", value=macro is None or macro.visibility is Visibility.SHARED)
        shared.props("dense")

        async def save() -> None:
            visibility = Visibility.SHARED if shared.value else Visibility.PRIVATE
            said: dict[str, Any] = {"name": name.value or "", "actions": form.actions(), "visibility": visibility}
            if await action.run(macros.save, macro.id if macro else None, fields={"name": name}, **said):
                dialog.close()

        dialog.buttons("Save" if macro else "Add macro", save)


def _delete(macro: Macro) -> None:
    about = "What it did to conversations stays."
    confirm(f"Delete {macro.name}?", about, "Delete macro", partial(action.run, macros.delete, macro.id))
