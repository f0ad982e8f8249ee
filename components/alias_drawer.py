"""Drawers of an alias: whom it writes with, each one tap from being blocked, and what it could not forward."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, notice
from components.frame import actor
from components.moments import ago, moment
from components.pieces import badge, empty
from components.words import text
from models import Correspondent, Outbound
from services import aliases, forwarding
from services.access import Permission, may
from services.aliases import AliasEntry

SHOWN = 100


async def open_correspondents(entry: AliasEntry) -> None:
    with _drawer("Who writes to it", entry.address) as body:
        search = ui.input(placeholder="Search addresses").props("outlined dense clearable debounce=250")
        search.props["aria-label"] = "Search addresses"
        rows = ui.element("div").classes("drawer-list")

        async def draw() -> None:
            found = await action.read(
                aliases.correspondents, entry.alias.id, q=(search.value or "").strip(), limit=SHOWN
            )
            if not found:
                return
            people, total = found.value
            rows.clear()
            with rows:
                if not people:
                    about = "Everybody who writes to this address, or is written to from it, appears here."
                    empty("sym_o_contacts", "Nobody yet" if not search.value else "Nobody like that", about)
                for person in people:
                    _person(entry, person, draw)
                if total > len(people):
                    text(f"{total - len(people):,} more: search for them.").classes("muted")

        search.on_value_change(draw)
        await draw()
    body.open()


def _person(entry: AliasEntry, person: Correspondent, draw: Callable[[], Awaitable[None]]) -> None:
    is_blocked = person.blocked_at is not None
    with ui.element("div").classes("list-row is-off" if is_blocked else "list-row"):
        with ui.element("div").classes("list-main"):
            text(person.address, "strong")
            counts = f"{person.received_count:,} in · {person.sent_count:,} out · {ago(person.last_at)}"
            text(counts).classes("muted tabular")
        if is_blocked:
            badge("Blocked", "bad")
        if may(actor(), Permission.MANAGE_ALIASES):
            words = "Unblock" if is_blocked else "Block"
            press = button.quiet(words, partial(_block, entry, person.address, not is_blocked, draw))
            press.props["aria-label"] = f"{words} {person.address}"


async def _block(entry: AliasEntry, address: str, is_blocking: bool, draw: Callable[[], Awaitable[None]]) -> None:
    act: Any = aliases.block if is_blocking else aliases.unblock
    if await action.run(act, entry.alias.id, address):
        refused = f"Mail from {address} to {entry.address} is refused now."
        words = refused if is_blocking else f"{address} may write to {entry.address} again."
        notice.done(words, undo=partial(_block, entry, address, not is_blocking, draw))
        await draw()


async def open_failures(entry: AliasEntry) -> None:
    with _drawer("Forwards that failed", entry.address) as body:
        rows = ui.element("div").classes("drawer-list")

        async def draw() -> None:
            found = await action.read(forwarding.failed, entry.alias.id)
            if not found:
                return
            rows.clear()
            with rows:
                if not found.value:
                    empty("sym_o_task_alt", "Nothing is left here", "What is sent again can be followed in Outgoing.")
                elif may(actor(), Permission.MANAGE_QUEUE):
                    again = partial(_send_again, entry, None, draw)
                    button.brand("Send all again", again, icon="sym_o_refresh").classes("drawer-act")
                for row in found.value:
                    _failure(entry, row, draw)

        await draw()
    body.open()


def _failure(entry: AliasEntry, row: Outbound, draw: Callable[[], Awaitable[None]]) -> None:
    with ui.element("div").classes("list-row"):
        with ui.element("div").classes("list-main"):
            text(row.subject or "(no subject)", "strong")
            text(f"To {row.recipient}").classes("muted")
            text(f"{row.enhanced_code} {row.reply}".strip(), "div").classes("mono reply-words")
        moment(row.created_at)
        if may(actor(), Permission.MANAGE_QUEUE):
            press = button.quiet("Send again", partial(_send_again, entry, [row.id or 0], draw))
            press.props["aria-label"] = f"Send again to {row.recipient}"


async def _send_again(entry: AliasEntry, chosen: list[int] | None, draw: Callable[[], Awaitable[None]]) -> None:
    sent = await action.run(forwarding.send_again, entry.alias.id, outbound_ids=chosen)
    if sent:
        count = len(sent.value)
        notice.done(f"{count} message{'s' if count != 1 else ''} on the way again.")
        await draw()


@contextmanager
def _drawer(title: str, about: str) -> Iterator[ui.dialog]:
    with ui.context.client.layout, ui.dialog().props("position=right full-height") as dialog:
        dialog.props["aria-label"] = f"{title}: {about}"
        dialog.on_value_change(lambda event: None if event.value else ui.timer(0.4, dialog.delete, once=True))
        with ui.element("div").classes("drawer"):
            with ui.element("div").classes("card-head"):
                with ui.element("div").classes("list-main"):
                    text(title, "h2")
                    text(about).classes("muted")
                button.icon("sym_o_close", "Close", dialog.close)
            with ui.element("div").classes("drawer-body"):
                yield dialog
