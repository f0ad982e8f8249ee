"""One alias in the list: its address, where its mail goes as chips, counts, and what can be done with it."""

from collections.abc import Callable
from functools import partial

from nicegui import ui

from components import action, alias_drawer, button, field, notice
from components.alias_form import Directory, edit
from components.controls import Checkbox
from components.dialog import confirm
from components.moments import ago
from components.pieces import badge
from components.words import text
from models import AliasStatus, Assignment
from services import aliases, clock
from services.aliases import AliasEntry

_TURNS = {Assignment.ROUND_ROBIN: "in turn", Assignment.LEAST_LOADED: "by load", Assignment.MANUAL: "follow"}


def row(entry: AliasEntry, directory: Directory, choose: Callable[[bool], None] | None, is_chosen: bool) -> None:
    """`choose` is told when it is ticked; None for who may only look."""
    alias = entry.alias
    is_on = alias.status is AliasStatus.ACTIVE
    with ui.element("div").classes("list-row" if is_on else "list-row is-off"):
        if choose is None:
            ui.icon("sym_o_alternate_email").classes("list-icon").props("aria-hidden=true")
        else:
            tick = Checkbox(value=is_chosen, on_change=lambda event: choose(bool(event.value))).props("dense")
            tick.props["aria-label"] = f"Choose {entry.address}"
        with ui.element("div").classes("list-main"):
            with ui.element("div").classes("row"):
                text(entry.address, "strong")
                _states(entry, directory)
            _targets(entry, directory)
            if alias.description:
                text(alias.description).classes("muted")
        with ui.element("div").classes("list-counts muted tabular"):
            text(f"{alias.received_count:,} in · {alias.sent_count:,} out")
            text(f"Last mail {ago(alias.last_received_at, never='never')}")
        with ui.element("div").classes("list-end"):
            people = f"Who writes to {entry.address}"
            button.icon("sym_o_contacts", people, partial(alias_drawer.open_correspondents, entry)).mark("people")
            if choose is not None:
                field.switch(f"{entry.address} receives", is_on, partial(switch, entry))
                button.icon("sym_o_edit", f"Edit {entry.address}", partial(edit, directory, entry))
                button.icon("sym_o_delete", f"Remove {entry.address}", partial(_remove, entry))


def _states(entry: AliasEntry, directory: Directory) -> None:
    alias = entry.alias
    if alias.local_part == aliases.CATCH_ALL:
        badge("Everything else")
    if alias.status is not AliasStatus.ACTIVE:
        badge("Off")
    elif alias.expires_at is not None and alias.expires_at <= clock.now():
        badge("Expired", "warn")
    elif alias.expires_after is not None and alias.received_count >= alias.expires_after:
        badge("Used up", "warn")
    else:
        if alias.expires_at is not None:
            badge(f"Expires {ago(alias.expires_at)}")
        if alias.expires_after is not None:
            badge(f"{alias.expires_after - alias.received_count:,} messages left")
    failed = directory.failures.get(alias.id or 0, 0)
    if failed:
        words = f"{failed} forward{'s' if failed > 1 else ''} failed"
        button.quiet(words, partial(alias_drawer.open_failures, entry), icon="sym_o_warning").classes("small-button")


def _targets(entry: AliasEntry, directory: Directory) -> None:
    alias = entry.alias
    with ui.element("div").classes("targets"):
        if alias.mailbox_id is not None:
            _target("sym_o_inbox", directory.mailboxes.get(alias.mailbox_id, "A mailbox"))
        members = [directory.members[member] for member in entry.member_ids if member in directory.members]
        if members:
            _target("sym_o_group", f"{', '.join(members)} · {_TURNS[alias.assignment]}")
        for address in alias.forward_to:
            _target("sym_o_forward_to_inbox", address)
        if alias.integration_id in directory.integrations:
            _target("sym_o_webhook", directory.integrations[alias.integration_id])


def _target(icon: str, words: str) -> None:
    with ui.element("span").classes("target"):
        ui.icon(icon).props("aria-hidden=true")
        text(words)


async def switch(entry: AliasEntry, is_on: bool) -> None:
    status = AliasStatus.ACTIVE if is_on else AliasStatus.DISABLED
    if await action.run(aliases.update, entry.alias.id, status=status):
        words = f"{entry.address} receives again." if is_on else f"{entry.address} receives nothing now."
        notice.done(words, undo=lambda: switch(entry, not is_on))


def _remove(entry: AliasEntry) -> None:
    about = "Mail to it is refused from then on. Its conversations stay."
    confirm(f"Remove {entry.address}?", about, "Remove alias", partial(action.run, aliases.remove, entry.alias.id))
