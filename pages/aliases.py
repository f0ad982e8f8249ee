"""Aliases: every address that receives, where its mail goes, how much came, and switching it on and off."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, notice
from components.alias_form import Directory, edit
from components.dialog import confirm
from components.following import follow
from components.frame import actor, heading, page, text
from components.moments import ago
from components.pieces import badge, empty
from models import AliasStatus
from pages import MENU
from services import aliases, domains, integrations, mailboxes, team
from services.access import Actor, Permission, may
from services.aliases import AliasEntry
from services.events import DirectoryChanged, TeamChanged


def _read(session: Any, *, actor: Actor) -> Directory:
    return Directory(
        aliases.all(session, actor=actor),
        {entry.domain.id or 0: entry.domain.name for entry in domains.all(session, actor=actor)},
        {mailbox.id or 0: mailbox.name for mailbox in mailboxes.all(session, actor=actor)},
        {member.id or 0: member.name for member in team.members(session, actor=actor)},
        {each.id or 0: each.name for each in integrations.all(session, actor=actor)},
    )


@ui.page("/aliases")
async def overview() -> None:
    with page("Aliases", active="/aliases", menu=MENU):
        with heading("Aliases", "The addresses people write to, and where their mail goes.") as actions:
            pass
        shown: list[Directory] = []

        def draw(directory: Directory) -> None:
            shown[:] = [directory]
            _list(directory)

        await follow(partial(action.read, _read), draw, (DirectoryChanged, TeamChanged))
        if shown and shown[0].domains and may(actor(), Permission.MANAGE_ALIASES):
            with actions:
                button.brand("Add alias", lambda: edit(shown[0]), icon="sym_o_add")


def _list(directory: Directory) -> None:
    if not directory.entries:
        _nothing(directory)
        return
    with ui.element("div").classes("card"):
        for entry in directory.entries:
            _row(entry, directory)


def _nothing(directory: Directory) -> None:
    with ui.element("div").classes("card"):
        if directory.domains:
            about = "Add the first address, such as support, and mail to it appears in the inbox."
            empty("sym_o_alternate_email", "No alias yet", about, do="Add alias", press=lambda: edit(directory))
        else:
            about = "An alias is an address of one of your domains, so a domain comes first."
            go = partial(ui.navigate.to, "/domains")
            empty("sym_o_alternate_email", "Add a domain first", about, do="To the domains", press=go)


def _row(entry: AliasEntry, directory: Directory) -> None:
    alias = entry.alias
    is_on = alias.status is AliasStatus.ACTIVE
    with ui.element("div").classes("list-row" if is_on else "list-row is-off"):
        ui.icon("sym_o_all_inclusive" if alias.local_part == aliases.CATCH_ALL else "sym_o_alternate_email").classes(
            "list-icon"
        ).props("aria-hidden=true")
        with ui.element("div").classes("list-main"):
            text(entry.address, "strong")
            text(_where(entry, directory)).classes("muted")
        with ui.element("div").classes("list-counts muted tabular"):
            text(f"{alias.received_count:,} in · {alias.sent_count:,} out")
            text(f"Last mail {ago(alias.last_received_at, never='never')}")
        with ui.element("div").classes("list-end"):
            if may(actor(), Permission.MANAGE_ALIASES):
                field.switch(f"{entry.address} receives", is_on, partial(_switch, entry))
                button.icon("sym_o_edit", f"Edit {entry.address}", lambda: edit(directory, entry))
                button.icon("sym_o_delete", f"Remove {entry.address}", lambda: _remove(entry))
            elif not is_on:
                badge("Off")


def _where(entry: AliasEntry, directory: Directory) -> str:
    """Where its mail goes, in words."""
    parts = [f"{directory.mailboxes.get(entry.alias.mailbox_id or 0, 'the first mailbox')} queue"]
    members = [directory.members[member] for member in entry.member_ids if member in directory.members]
    if members:
        parts.append("handed to " + ", ".join(members))
    if entry.alias.integration_id in directory.integrations:
        parts.append(f"announced in {directory.integrations[entry.alias.integration_id]}")
    words = ", ".join(parts)
    return "Everything else of the domain → " + words if entry.alias.local_part == aliases.CATCH_ALL else "→ " + words


async def _switch(entry: AliasEntry, is_on: bool) -> None:
    status = AliasStatus.ACTIVE if is_on else AliasStatus.DISABLED
    if await action.run(aliases.update, entry.alias.id, status=status):
        words = f"{entry.address} receives again." if is_on else f"{entry.address} receives nothing now."
        notice.done(words, undo=lambda: _switch(entry, not is_on))


def _remove(entry: AliasEntry) -> None:
    about = "Mail to it is refused from then on. Its conversations stay."
    confirm(f"Remove {entry.address}?", about, "Remove alias", partial(action.run, aliases.remove, entry.alias.id))
