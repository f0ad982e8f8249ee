"""Mail from elsewhere: files brought in with their progress, remote accounts that are pulled, and a mailbox as mbox."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, live, notice
from components.dialog import confirm
from components.following import unreadable
from components.frame import actor, heading, page, screen, text
from components.meter import meter
from components.moments import moment
from components.newest import Newest
from components.pieces import Tone, badge, empty
from models import ImportState
from pages import MENU
from pages.imports.accounts import Accounts
from pages.imports.asking import ask_export, ask_file
from pages.imports.transfer import ROUTES as ROUTES
from services import ids, imports
from services.access import Permission, may
from services.events import Fact, ImportAdvanced
from services.imports import OPEN, Entry

_STATES: dict[ImportState, tuple[str, Tone]] = {
    ImportState.WAITING: ("Waiting", ""),
    ImportState.RUNNING: ("Running", "busy"),
    ImportState.DONE: ("Done", "good"),
    ImportState.FAILED: ("Stopped", "bad"),
    ImportState.CANCELLED: ("Cancelled", "warn"),
}


@screen("/imports")
async def overview() -> None:
    with page("Import and export", active="/imports", menu=MENU):
        screen = _Screen()
        about = "Mail you have elsewhere, into your mailboxes; and out again, whenever you like."
        with heading("Import and export", about):
            button.quiet("Export", ask_export, icon="sym_o_download")
            button.brand("Import a file", partial(ask_file, screen.show), icon="sym_o_upload_file")
        screen.body = ui.element("div").classes("followed")
        await screen.show()
        live.on(ImportAdvanced, screen.on_facts, quiet=0.5)
        if may(actor(), Permission.MANAGE_MAILBOXES):
            await Accounts().draw()


class _Screen:
    """The list of imports, drawn again as they advance."""

    body: ui.element

    def __init__(self) -> None:
        self.newest: Newest[action.Outcome[list[Entry]]] = Newest()

    async def on_facts(self, _: list[Fact]) -> None:
        await self.show()

    async def show(self) -> None:
        found = await self.newest.of(action.read(imports.entries))
        if found is None:
            return
        self.body.clear()
        with self.body:
            if not found:
                unreadable(found)
                return
            with ui.element("div").classes("card"):
                if not found.value:
                    words = "mbox and .eml files, a Maildir or Google Takeout as zip or tar. Nothing comes twice."
                    empty("sym_o_move_to_inbox", "Nothing was imported yet", words)
                for entry in found.value:
                    self._line(entry)

    def _line(self, entry: Entry) -> None:
        row = entry.row
        with ui.element("div").classes("list-row").mark("import"):
            with ui.element("div").classes("list-main"):
                text(row.name, "strong")
                text(_told(entry)).classes("muted")
                if row.error:
                    text(row.error).classes("muted")
            if row.state is ImportState.RUNNING and row.total:
                with ui.element("div").classes("use"):
                    meter(f"{row.name}: messages done", entry.done, row.total, is_progress=True)
                    text(f"{entry.done:,} of {row.total:,} messages").classes("muted tabular")
            badge(*_STATES[row.state])
            moment(row.finished_at or row.created_at)
            with ui.element("div").classes("list-end"):
                self._verbs(entry)

    def _verbs(self, entry: Entry) -> None:
        row = entry.row
        if row.failed:
            link = ui.element("a").classes("link nowrap").props("download")
            link.props["href"] = f"/imports/{ids.encode('import', row.id or 0)}/faults.csv"
            with link:
                text("Errors as CSV")
        if row.state in OPEN:
            button.quiet("Cancel", partial(self._do, imports.cancel, row.id))
            return
        if row.state is ImportState.FAILED and not row.is_kept:
            button.quiet("Go on", partial(self._do, imports.retry, row.id))
        button.icon("sym_o_delete", f"Remove {row.name} from the list", partial(self._remove, entry))

    async def _do(self, verb: Any, import_id: int | None) -> None:
        if await action.run(verb, import_id):
            await self.show()

    def _remove(self, entry: Entry) -> None:
        async def then() -> None:
            if await action.run(imports.remove, entry.row.id):
                notice.done("Removed from the list.")
                await self.show()

        confirm(f"Remove {entry.row.name} from the list?", "The messages it brought stay.", "Remove", then)


def _told(entry: Entry) -> str:
    row = entry.row
    if row.state is ImportState.WAITING or (row.state is ImportState.RUNNING and row.total is None):
        return f"Into {entry.mailbox} · " + ("counting its messages" if row.state is ImportState.RUNNING else "waiting")
    parts = [f"Into {entry.mailbox}", f"{row.imported:,} imported"]
    if row.skipped:
        parts.append(f"{row.skipped:,} skipped")
    if row.failed:
        parts.append(f"{row.failed:,} failed")
    return " · ".join(parts)
