"""Putting addresses on the list: many typed at once, or a file."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from nicegui import events, ui

from components import action, button, field, notice
from components.dialog import asking
from components.words import text
from services import clock, suppressions
from services.errors import Error
from services.suppressions import Found, Imported

LIFETIMES = {0: "For good", 7: "For a week", 30: "For 30 days", 90: "For 90 days", 365: "For a year"}
LARGEST = 20 * 1024 * 1024
Show = Callable[[], Awaitable[None]]


def ask_addresses(show: Show) -> None:
    """Ask for addresses, one a line or with commas between them."""
    with asking("Suppress addresses", "Nothing is sent to them any more.") as dialog:
        typed = field.area("Addresses", placeholder="ann@example.com\nbob@example.com", hint="One a line.")
        why = field.text("Why", placeholder="Asked by phone")
        lifetime = field.choice("Until", LIFETIMES, 0)

        async def save() -> None:
            addresses = (typed.value or "").replace(",", "\n").replace(";", "\n").split()
            days = int(lifetime.value)
            added = await action.run(
                suppressions.add,
                addresses,
                detail=why.value or "",
                expires_at=clock.now() + timedelta(days=days) if days else None,
                fields={"addresses": typed},
            )
            if added:
                dialog.close()
                notice.done(_told(len(added.value)))
                await show()

        dialog.buttons("Suppress", save)


def ask_file(show: Show) -> None:
    """Ask for a CSV file; addresses that are on the list stay as they are."""
    about = "A CSV file with an address in each line: exported here, or by the program you used before."
    with asking("Import addresses", about) as dialog:
        upload = ui.upload(auto_upload=True, max_files=1, max_file_size=LARGEST)
        problem = text("", "p").classes("rule-problem").props("role=alert")

        async def take(event: events.UploadEventArguments) -> None:
            upload.reset()
            content = await event.file.read()
            try:
                found = await asyncio.to_thread(suppressions.read, content)
            except Error as error:
                problem.set_text(error.message)
            else:
                await add(found)

        async def add(found: Found) -> None:
            done: action.Outcome[Any] = await action.run(suppressions.import_csv, found, quietly=True)
            if done:
                dialog.close()
                notice.done(_summary(done.value))
                await show()
            elif done.error:
                problem.set_text(done.error.message)

        upload.on_upload(take).props("accept=.csv,.txt").classes("hidden")
        upload.on_rejected(lambda: problem.set_text("Choose one CSV file of at most 20 MB."))
        with ui.element("div").classes("row-end"):
            button.quiet("Cancel", dialog.close)
            button.brand("Choose a file", lambda: upload.run_method("pickFiles"), icon="sym_o_upload_file")


def _told(count: int) -> str:
    return "1 address is suppressed." if count == 1 else f"{count:,} addresses are suppressed."


def _summary(done: Imported) -> str:
    known = f" {done.known:,} were on the list." if done.known else ""
    wrong = f" {done.wrong:,} lines hold no address." if done.wrong else ""
    return f"{done.added:,} added.{known}{wrong}"
