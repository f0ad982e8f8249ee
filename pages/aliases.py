"""Aliases: every address that receives, where its mail goes, how much came; one by one or many at once."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, alias_row, assets, button, finding, notice
from components.alias_form import Directory, edit
from components.following import follow
from components.frame import actor, heading, page, screen, text
from components.pieces import empty
from models import AliasStatus
from pages import MENU
from services import aliases, domains, forwarding, integrations, mailboxes, team
from services.access import Permission, may
from services.aliases import AliasEntry
from services.events import DirectoryChanged, NoticesChanged, TeamChanged

_LINK = '<link rel="stylesheet" href="{}">'


def _read(session: Any, *, actor: Any) -> Directory:
    return Directory(
        aliases.all(session, actor=actor),
        {entry.domain.id or 0: entry.domain.name for entry in domains.all(session, actor=actor)},
        {mailbox.id or 0: mailbox.name for mailbox in mailboxes.all(session, actor=actor)},
        {member.id or 0: member.name for member in team.members(session, actor=actor)},
        {each.id or 0: each.name for each in integrations.all(session, actor=actor)},
        forwarding.failure_counts(session, actor=actor),
    )


@screen("/aliases")
async def overview() -> None:
    ui.add_head_html(_LINK.format(assets.url("aliases.css")))
    with page("Aliases", active="/aliases", menu=MENU):
        with heading("Aliases", "The addresses people write to, and where their mail goes.") as actions:
            pass
        screen = _Screen(may(actor(), Permission.MANAGE_ALIASES))
        await follow(partial(action.read, _read), screen.draw, (DirectoryChanged, TeamChanged, NoticesChanged))
        if screen.directory and screen.directory.domains and screen.may_manage:
            with actions:
                button.brand("Add alias", screen.add, icon="sym_o_add")


class _Screen:
    """The list, what is looked for in it and what is ticked; both outlive its being drawn again."""

    def __init__(self, may_manage: bool) -> None:
        self.may_manage = may_manage
        self.directory: Directory | None = None
        self.looking_for = ""
        self.chosen: set[int] = set()

    def add(self) -> None:
        if self.directory:
            edit(self.directory)

    def draw(self, directory: Directory) -> None:
        self.directory = directory
        self.chosen &= {entry.alias.id or 0 for entry in directory.entries}
        if not directory.entries:
            self._nothing(directory)
            return
        with ui.element("div").classes("alias-bar"):
            finding.search("Search aliases", "Address, name or note", self._look, value=self.looking_for)
            self.bar = ui.element("div").classes("alias-chosen")
        self.card = ui.element("div").classes("card")
        self._rows()

    def _nothing(self, directory: Directory) -> None:
        with ui.element("div").classes("card"):
            if directory.domains:
                about = "Add the first address, such as support, and mail to it appears in the inbox."
                do = "Add alias" if self.may_manage else ""
                empty("sym_o_alternate_email", "No alias yet", about, do=do, press=self.add)
            else:
                about = "An alias is an address of one of your domains, so a domain comes first."
                go = partial(ui.navigate.to, "/domains")
                empty("sym_o_alternate_email", "Add a domain first", about, do="To the domains", press=go)

    def _look(self, words: str) -> None:
        self.looking_for = words.lower()
        self._rows()

    def _rows(self) -> None:
        assert self.directory is not None
        shown = [entry for entry in self.directory.entries if self.looking_for in _words(entry)]
        self.card.clear()
        with self.card:
            if not shown:
                empty("sym_o_search_off", "Nothing found", "No address, name or note has these words.")
            for entry in shown:
                number = entry.alias.id or 0
                choose = partial(self._choose, number) if self.may_manage else None
                alias_row.row(entry, self.directory, choose, number in self.chosen)
        self._bar()

    def _choose(self, number: int, is_chosen: bool) -> None:
        (self.chosen.add if is_chosen else self.chosen.discard)(number)
        self._bar()

    def _bar(self) -> None:
        self.bar.clear()
        if self.chosen:
            with self.bar:
                text(f"{len(self.chosen)} chosen").classes("muted tabular")
                button.quiet("Switch on", partial(self._switch, AliasStatus.ACTIVE))
                button.quiet("Switch off", partial(self._switch, AliasStatus.DISABLED))

    async def _switch(self, status: AliasStatus) -> None:
        chosen = sorted(self.chosen)
        changed = await action.run(aliases.switch, chosen, status)
        if changed:
            self.chosen.clear()
            words = "receive again" if status is AliasStatus.ACTIVE else "receive nothing now"
            notice.done(f"{changed.value} of {len(chosen)} {words}." if changed.value else "They were so already.")
            self._rows()


def _words(entry: AliasEntry) -> str:
    alias = entry.alias
    return " ".join([entry.address, alias.display_name, alias.description, *alias.forward_to]).lower()
