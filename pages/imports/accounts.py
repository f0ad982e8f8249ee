"""Remote accounts that are pulled into a mailbox: tried step by step before they are saved, then followed."""

import asyncio
from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, notice
from components.dialog import asking, confirm
from components.frame import actor, text
from components.moments import moment
from components.pieces import badge, empty
from services import mailboxes, syncjobs
from services.access import Permission, may
from services.flows import syncing
from services.syncjobs import JobEntry

ENCRYPTIONS = {"SSL": "TLS from the first byte (port 993)", "TLS": "STARTTLS (port 143)", "PLAIN": "None"}
EVERY = {5: "Every 5 minutes", 20: "Every 20 minutes", 60: "Every hour", 1440: "Every day"}
SECONDS = 5.0  # between two looks at the list: runs tell nobody


class Accounts:
    """The list of accounts, looked at again while the page is open."""

    body: ui.element

    async def draw(self) -> None:
        with ui.element("div").classes("card"):
            with ui.element("div").classes("card-head"):
                text("Remote accounts", "h2")
                ui.element("div").classes("spacer")
                button.quiet("Add an account", self._ask, icon="sym_o_add")
            self.body = ui.element("div")
        self._shown: Any = None
        await self.show()
        ui.timer(SECONDS, self.show)

    async def show(self) -> None:
        found = await action.read(syncjobs.all)
        seen = [each.job.model_dump() for each in found.value] if found else None
        if seen is not None and seen == self._shown:
            return
        self._shown = seen
        self.body.clear()
        with self.body:
            if not found:
                empty("sym_o_lock", "This cannot be shown", found.error.message if found.error else "")
            elif not found.value:
                words = "An IMAP account elsewhere whose mail should come here, again and again."
                empty("sym_o_sync", "No account is pulled", words)
            else:
                for entry in found.value:
                    self._line(entry)

    def _line(self, entry: JobEntry) -> None:
        job = entry.job
        with ui.element("div").classes("list-row").mark("account"):
            with ui.element("div").classes("list-main"):
                text(f"{job.username} at {job.host}", "strong")
                text(f"Into {entry.address} · {job.pulled_count:,} messages pulled").classes("muted")
                if job.error:
                    text(job.error).classes("muted")
            if not job.active:
                badge("Paused", "warn")
            elif job.error:
                badge("Trouble", "bad")
            elif job.last_run_at is None:
                badge("First run", "busy")
            else:
                badge("Up to date", "good")
            if job.last_run_at is not None:
                moment(job.last_run_at, before="Last run")
            with ui.element("div").classes("list-end"):
                if job.active:
                    button.icon("sym_o_sync", "Run now", partial(self._do, syncjobs.run_now, job.id))
                pause = "sym_o_pause" if job.active else "sym_o_play_arrow"
                label = "Pause" if job.active else "Go on"
                button.icon(pause, label, partial(self._do, syncjobs.update, job.id, active=not job.active))
                button.icon("sym_o_delete", f"Delete {job.username}", partial(self._remove, entry))

    async def _do(self, verb: Any, job_id: int | None, **changes: Any) -> None:
        if await action.run(verb, job_id, **changes):
            await self.show()

    def _remove(self, entry: JobEntry) -> None:
        async def then() -> None:
            if await action.run(syncjobs.remove, entry.job.id):
                notice.done("The account is pulled no more.")
                await self.show()

        confirm(f"Delete {entry.job.username}?", "What was pulled stays here.", "Delete", then)

    async def _ask(self) -> None:
        boxes = await action.read(mailboxes.addressed)
        addresses = {each.address: each.address for each in boxes.value} if boxes else {}
        if not addresses:
            notice.problem("Accounts are pulled into mailboxes with an address of their own; add one first.")
            return
        about = "It is tried first; nothing is saved until it works. Its mail stays where it is."
        with asking("Add a remote account", about) as dialog:
            controls = _form(addresses)
            steps = ui.element("div").classes("check-steps").props("aria-live=polite")

            async def save() -> None:
                said = {name: control.value for name, control in controls.items()}
                address = str(said.pop("address"))
                said = {name: int(value or 0) if name in _NUMBERS else str(value or "") for name, value in said.items()}
                if not await _is_good(steps, said):
                    return
                if await action.run(syncjobs.add, address, fields=controls, **said):
                    dialog.close()
                    notice.done("The account is pulled from now on.")
                    await self.show()

            dialog.buttons("Check and save", save)


_USUAL = {"SSL": 993, "TLS": 143, "PLAIN": 143}
_NUMBERS = {"port", "interval_minutes"}


def _form(addresses: dict[str, str]) -> dict[str, Any]:
    controls: dict[str, Any] = {
        "host": field.text("Server", placeholder="imap.example.com", is_focused=True),
        "encryption": field.choice("Encryption", ENCRYPTIONS, "SSL"),
        "port": field.number("Port", 993, lowest=1, highest=65_535),
        "username": field.text("User name"),
        "password": field.password("Password", hint="Kept sealed, and never shown again."),
        "address": field.choice("Into the mailbox", addresses, next(iter(addresses))),
        "interval_minutes": field.choice("How often", EVERY, 20),
    }
    controls["encryption"].on_value_change(lambda event: controls["port"].set_value(_USUAL[event.value]))
    return controls


async def _is_good(steps: ui.element, said: dict[str, Any]) -> bool:
    if not may(actor(), Permission.MANAGE_MAILBOXES):  # any more
        return False
    steps.clear()
    with steps:
        text("Trying …").classes("muted")
    account = syncing.Account(said["host"], said["port"], said["username"], said["password"], said["encryption"])
    tried = await asyncio.to_thread(syncing.check, account)
    steps.clear()
    with steps:
        for step in tried:
            with ui.element("div").classes("row"):
                badge(step.name, "good" if step.is_good else "bad")
                text(step.seen).classes("muted")
    return all(step.is_good for step in tried)
