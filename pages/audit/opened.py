"""One entry of the audit opened: each field that differs, before and after."""

from nicegui import ui

from components import button
from components.dialog import asking
from components.frame import text
from models import AuditEntry
from services import audit


def open_entry(entry: AuditEntry) -> None:
    title = f"{entry.action.capitalize()} {entry.subject}"
    at = entry.at.strftime("%-d %B %Y, %H:%M:%S UTC")
    with asking(title, f"{entry.subject_name} · {entry.actor_name} · {at}", is_wide=True) as dialog:
        found = audit.differences(entry)
        if not found:
            text("No field of it had anything to tell.").classes("muted")
        with ui.element("dl").classes("audit-fields"):
            for difference in found:
                _difference(difference)
        with ui.element("div").classes("row-end"):
            button.quiet("Close", dialog.close)


def _difference(difference: audit.Difference) -> None:
    text(difference.field, "dt")
    with ui.element("dd"):
        if difference.is_hidden:
            text("Changed; a secret or private text is not kept here.").classes("muted")
            return
        for words, kind in ((difference.before, "del"), (difference.after, "ins")):
            if words:
                text(words, kind)
