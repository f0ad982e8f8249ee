"""Rules as files: in from JSON, out as JSON, out as a Sieve script with what it could not say."""

import asyncio
import json
from typing import Any

from nicegui import events, ui

from components import action, button, notice
from components.dialog import asking
from components.frame import text
from components.pieces import callout
from services import rules
from services.errors import Error
from services.rules import Script, exporting


def menu(*, is_manager: bool) -> None:
    """The button behind which files come in and go out."""
    with button.quiet("Files", icon="sym_o_swap_vert"):
        with ui.menu().props('anchor="bottom right" self="top right" :offset="[0, 4]"').classes("popover"):
            if is_manager:
                ui.menu_item("Import from JSON…", take_in)
            ui.menu_item("Export as JSON", give_out)
            ui.menu_item("Export as Sieve…", show_sieve)


async def give_out() -> None:
    found = await action.read(rules.exported)
    if found:
        content = json.dumps(found.value, indent=2, ensure_ascii=False).encode()
        ui.download.content(content, "rules.json", "application/json")


async def show_sieve() -> None:
    found = await action.read(rules.sieve_script)
    if not found:
        return
    script: Script = found.value
    about = "For another mail server (RFC 5228). Only rules that are on, and not in shadow, are in it."
    with asking("Rules as a Sieve script", about, is_wide=True) as dialog:
        _left_out(script)
        text(script.text, "pre").classes("mono rule-script").props("tabindex=0 role=region aria-label=Script")
        with ui.element("div").classes("row-end"):
            button.quiet("Close", dialog.close)
            button.brand("Download", lambda: _download(script), icon="sym_o_download")


def _left_out(script: Script) -> None:
    if not script.left_out:
        callout("Everything these rules say is in the script.", icon="sym_o_check_circle")
        return
    callout("Sieve has no words for some of it, which is left out:", icon="sym_o_warning", is_warning=True)
    with ui.element("ul").classes("rule-left-out").props("tabindex=0"):
        for sentence in script.left_out:
            text(sentence, "li")


def _download(script: Script) -> None:
    ui.download.content(script.text.encode(), "rules.sieve", "application/sieve")


def take_in() -> None:
    """Ask for the file; its rules are added behind those there are, all or none."""
    about = "A file exported here or in another organisation. Its rules are added behind yours, all or none."
    with asking("Import rules", about) as dialog:
        upload = ui.upload(auto_upload=True, max_files=1, max_file_size=exporting.MOST_BYTES)
        problem = text("", "p").classes("rule-problem").props("role=alert")

        async def take(event: events.UploadEventArguments) -> None:
            upload.reset()
            content = await event.file.read()
            document = await asyncio.to_thread(_document, content)
            added: action.Outcome[Any] = await action.run(rules.imported, document, quietly=True)
            if added:
                dialog.close()
                count = len(added.value)
                notice.done(f"{count} rule{'' if count == 1 else 's'} added at the end.")
            elif added.error:
                problem.set_text(_refusal(added.error))

        upload.on_upload(take).props("accept=.json").classes("hidden")
        upload.on_rejected(lambda: problem.set_text("Choose one JSON file of at most 5 MB."))
        with ui.element("div").classes("row-end"):
            button.quiet("Cancel", dialog.close)
            button.brand("Choose a file", lambda: upload.run_method("pickFiles"), icon="sym_o_upload_file")


def _document(content: bytes) -> Any:
    """What the file holds; where that is no JSON, its text, for the service to refuse."""
    words = content.decode("utf-8-sig", "replace")
    try:
        return json.loads(words)
    except (ValueError, RecursionError):
        return words


def _refusal(error: Error) -> str:
    rules_word, _, place = (error.field or "").partition(".")
    number = place.partition(".")[0]
    where = f"Rule {int(number) + 1} of the file: " if rules_word == "rules" and number.isdigit() else ""
    return f"{where}{error.message} Nothing was imported."
