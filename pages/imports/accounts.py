"""Remote accounts that are pulled into mailboxes: followed while a run is under way, run, changed, paused, deleted."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, notice
from components.dialog import confirm
from components.following import follow
from components.frame import text
from components.meter import meter
from components.moments import moment
from components.pieces import Tone, badge, empty
from pages.imports.connecting import ask_account
from services import syncjobs
from services.events import SyncAdvanced
from services.syncjobs import JobEntry


class Accounts:
    """The card with the list of accounts: of the organisation, or of the one mailbox with `address`."""

    def __init__(self, mailbox_id: int | None = None, address: str = "") -> None:
        self._load = partial(action.read, syncjobs.all, mailbox_id=mailbox_id)
        self._address = address

    async def draw(self) -> None:
        with ui.element("section").classes("card narrow" if self._address else "card"):
            with ui.element("div").classes("card-head"):
                text("Remote accounts", "h2")
                ui.element("div").classes("spacer")
                button.quiet("Add an account", partial(ask_account, self._address), icon="sym_o_add")
            await follow(self._load, self._list, SyncAdvanced)

    def _list(self, found: list[JobEntry]) -> None:
        if not found:
            into = "this mailbox" if self._address else "a mailbox"
            words = f"Add an IMAP account from elsewhere: its mail comes into {into}, again and again."
            empty("sym_o_sync", "No remote account yet", words)
        with ui.element("div"):
            for entry in found:
                self._line(entry)

    def _line(self, entry: JobEntry) -> None:
        job = entry.job
        with ui.element("div").classes("list-row").mark("account"):
            with ui.element("div").classes("list-main"):
                text(f"{job.username} at {job.host}", "strong")
                into = "" if self._address else f"Into {entry.address} · "
                text(f"{into}{job.pulled_count:,} {'message' if job.pulled_count == 1 else 'messages'} pulled").classes(
                    "muted"
                )
                if job.error and not entry.is_running:
                    text(job.error).classes("muted wrapped")
            if entry.is_running and job.run_total:
                with ui.element("div").classes("use"):
                    name = f"{job.username} at {job.host}: messages looked at"
                    meter(name, job.run_done, job.run_total, is_progress=True)
                    text(f"{job.run_done:,} of {job.run_total:,} messages").classes("muted tabular")
            badge(*_state(entry))
            if job.last_run_at is not None and not entry.is_running:
                moment(job.last_run_at, before="Last run")
            with ui.element("div").classes("list-end"):
                _verbs(entry)


def _state(entry: JobEntry) -> tuple[str, Tone]:
    job = entry.job
    if not job.active:
        return "Paused", "warn"
    if entry.is_running:
        return "Running", "busy"
    if job.error:
        return "Trouble", "bad"
    return ("Waiting", "") if job.last_run_at is None else ("Up to date", "good")


def _verbs(entry: JobEntry) -> None:
    job = entry.job
    if job.active and not entry.is_running:
        button.icon("sym_o_sync", f"Run {job.username} now", partial(action.run, syncjobs.run_now, job.id))
    pause = partial(action.run, syncjobs.update, job.id, active=not job.active)
    if job.active:
        button.icon("sym_o_pause", f"Pause {job.username}", pause)
    else:
        button.icon("sym_o_play_arrow", f"Go on with {job.username}", pause)
    button.icon("sym_o_edit", f"Change {job.username}", partial(ask_account, entry.address, entry))
    button.icon("sym_o_delete", f"Delete {job.username}", partial(_remove, entry))


def _remove(entry: JobEntry) -> None:
    async def then() -> Any:
        if await action.run(syncjobs.remove, entry.job.id):
            notice.done("The account is pulled no more.")

    confirm(f"Delete {entry.job.username}?", "What was pulled stays here.", "Delete", then)
