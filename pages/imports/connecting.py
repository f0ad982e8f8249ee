"""The form of a remote account, new or changed: it is tried step by step, and nothing is saved until it works."""

import asyncio
from typing import Any

from nicegui import ui

from components import action, field, notice
from components.dialog import asking
from components.frame import actor, text
from components.pieces import badge
from services import mailboxes, syncjobs
from services.access import Permission, may
from services.flows import syncing
from services.syncjobs import JobEntry

ENCRYPTIONS = {"SSL": "TLS from the first byte (port 993)", "TLS": "STARTTLS (port 143)", "PLAIN": "None"}
EVERY = {5: "Every 5 minutes", 20: "Every 20 minutes", 60: "Every hour", 1440: "Every day"}
_USUAL = {"SSL": 993, "TLS": 143, "PLAIN": 143}
_NUMBERS = {"port", "interval_minutes", "max_age_days"}


async def ask_account(address: str = "", entry: JobEntry | None = None) -> None:
    """A new account into the mailbox of `address`, if that is known, or a change of `entry`."""
    boxes = await action.read(mailboxes.addressed)
    addresses = {each.address: each.address for each in boxes.value if each.address} if boxes else {}
    if not addresses:
        notice.problem("Accounts are pulled into mailboxes with an address of their own; add one first.")
        return
    title = f"Change {entry.job.username}" if entry else "Add a remote account"
    about = "It is tried first; nothing is saved until it works. Its mail stays where it is."
    with asking(title, about) as dialog:
        controls = _form(addresses, address or next(iter(addresses)), entry)
        steps = ui.element("div").classes("check-steps").props("aria-live=polite")

        async def save() -> None:
            said = {name: _value(name, control.value) for name, control in controls.items()}
            if entry is not None and not said["password"]:
                del said["password"]
            password = said.get("password", "") if entry is None else await _password(said, controls, entry)
            is_good = password is not None and await _is_good(steps, said, password)
            if dialog.value and is_good and await _saved(said, controls, entry):  # not cancelled meanwhile
                dialog.close()
                notice.done("Saved." if entry else "The account is pulled from now on.")

        dialog.buttons("Check and save", save)


def _value(name: str, said: Any) -> Any:
    return int(said or 0) if name in _NUMBERS else str(said or "")


def _form(addresses: dict[str, str], address: str, entry: JobEntry | None) -> dict[str, Any]:
    job = entry.job if entry else None
    hint = "Kept sealed, never shown again."
    controls: dict[str, Any] = {
        "host": field.text("Server", job.host if job else "", placeholder="imap.example.com", is_focused=True),
        "encryption": field.choice("Encryption", ENCRYPTIONS, job.encryption if job else "SSL"),
        "port": field.number("Port", job.port if job else 993, lowest=1, highest=65_535),
    }
    with ui.element("div").classes("two"):
        controls["username"] = field.text("User name", job.username if job else "")
        controls["password"] = field.password(
            "Password", hint="Empty keeps the one it has, on the same server." if job else hint
        )
        controls["address"] = field.choice("Into the mailbox", addresses, address)
        every = job.interval_minutes if job else 20
        controls["interval_minutes"] = field.choice("How often", _intervals(every), every)
    with ui.element("details").classes("more-options"):
        with ui.element("summary"):
            ui.icon("sym_o_chevron_right").props("aria-hidden=true")
            text("More options")
        hint = "Its folders are tags here. With a name they stand below it, like Name/Folder."
        controls["subfolder"] = field.text("Put all under the tag", job.subfolder if job else "", hint=hint)
        days = job.max_age_days if job else 0
        age = field.number("Only what is newer than", days, lowest=0, highest=36_500, suffix="days", hint="0 is all.")
        controls["max_age_days"] = age
        hint = "A regular expression, like ^(Archive|Lists)."
        controls["exclude"] = field.text("Leave out folders", job.exclude if job else "", hint=hint)
    controls["encryption"].on_value_change(lambda event: controls["port"].set_value(_USUAL[event.value]))
    return controls


def _intervals(minutes: int) -> dict[int, str]:
    own = {minutes: f"Every {minutes:,} minutes" if minutes > 1 else "Every minute"}  # the API takes any
    return dict(sorted((own | EVERY).items()))


async def _saved(said: dict[str, Any], controls: dict[str, Any], entry: JobEntry | None) -> Any:
    if entry is None:
        return await action.run(syncjobs.add, fields=controls, **said)
    return await action.run(syncjobs.update, entry.job.id, fields=controls, **said)


async def _password(said: dict[str, Any], controls: dict[str, Any], entry: JobEntry) -> str | None:
    """The one that was typed, or the one that is kept; None where that is not for this server."""
    if "password" in said:
        return str(said["password"])
    where = {name: said[name] for name in ("host", "port", "encryption")}
    kept = await action.read(syncjobs.password, entry.job.id, fields=controls, **where)
    return kept.value if kept else None


async def _is_good(steps: ui.element, said: dict[str, Any], password: str) -> bool:
    if not may(actor(), Permission.MANAGE_MAILBOXES):  # any more
        return False
    steps.clear()
    with steps:
        text("Trying …").classes("muted")
    account = syncing.Account(said["host"], said["port"], said["username"], password, said["encryption"])
    tried = await asyncio.to_thread(syncing.check, account)
    if steps.is_deleted:
        return False
    steps.clear()
    with steps:
        for step in tried:
            with ui.element("div").classes("row"):
                badge(step.name, "good" if step.is_good else "bad")
                text(step.seen).classes("muted")
    steps.run_method("scrollIntoView", {"block": "end"})
    return all(step.is_good for step in tried)
