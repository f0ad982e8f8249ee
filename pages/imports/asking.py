"""What an import and an export need to know before they begin."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from nicegui import ui

from components import action, button, field, notice
from components.controls import Checkbox
from components.dialog import asking
from components.uploader import Uploader
from models import TicketStatus
from services import ids, mailboxes

Show = Callable[[], Awaitable[None]]
KINDS = ".mbox,.mbx,.eml,.zip,.tar,.tgz,.gz,.bz2,.xz,.txt,application/mbox,message/rfc822"
STATUSES = {TicketStatus.CLOSED: "Closed", TicketStatus.OPEN: "Open"}


async def ask_file(show: Show) -> None:
    """Mailbox and options first; the file begins to travel when it is chosen."""
    boxes = await _boxes()
    if boxes is None:
        return
    about = "An mbox or .eml file, or a zip or tar with a Maildir or many files. Messages keep their dates; nobody is "
    with asking(
        "Import a file", about + "notified, nothing is answered, and what is here already is skipped."
    ) as dialog:
        box = field.choice("Mailbox", boxes, next(iter(boxes)))
        status = field.choice("Conversations come in as", STATUSES, TicketStatus.CLOSED)
        tag = field.text("Tag", placeholder="From the old system", hint="For every imported conversation, if any.")
        folders = Checkbox("Folders become tags", value=True).props("dense")

        def address() -> str:
            asked = {"mailbox": ids.encode("mbx", int(box.value)), "status": str(status.value)}
            asked |= {"tag": tag.value or "", "folders": "1" if folders.value else "0"}
            return "/imports/file?" + urlencode(asked)

        uploader = Uploader("Choose a file", KINDS, address)

        async def done(*_: Any) -> None:
            dialog.close()
            notice.done("The file is here; its messages come in now.")
            await show()

        uploader.listen(done=done)
        with ui.element("div").classes("row-end"):
            button.quiet("Cancel", dialog.close)


async def ask_export() -> None:
    boxes = await _boxes()
    if boxes is None:
        return
    with asking("Export a mailbox", "All its messages, in and out, byte for byte, as one mbox file.") as dialog:
        box = field.choice("Mailbox", boxes, next(iter(boxes)))

        def save() -> None:
            dialog.close()
            ui.navigate.to(f"/imports/{ids.encode('mbx', int(box.value))}/export.mbox")

        dialog.buttons("Export", save)


async def _boxes() -> dict[int, str] | None:
    found = await action.read(mailboxes.all)
    if found and not found.value:
        notice.problem("There is no mailbox yet.")
    return {each.id or 0: each.name for each in found.value} if found and found.value else None
