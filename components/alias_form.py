"""The dialog in which an alias is made or changed, and the names it offers to choose from."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from components import action, field, notice
from components.dialog import Dialog, asking
from models import DisabledPolicy
from services import aliases
from services.aliases import AliasEntry

POLICIES = {DisabledPolicy.REJECT: "Tell the sender (550)", DisabledPolicy.DROP: "Accept and throw away"}


@dataclass(frozen=True)
class Directory:
    """What the page shows, and the names its entries point at."""

    entries: list[AliasEntry]
    domains: dict[int, str]
    mailboxes: dict[int, str]
    members: dict[int, str]
    integrations: dict[int, str]


def edit(directory: Directory, entry: AliasEntry | None = None) -> None:
    """The dialog for a new alias, or for one that exists; its address never changes."""
    with asking(f"Edit {entry.address}" if entry else "Add an alias") as dialog:
        _AliasForm(dialog, directory, entry)


class _AliasForm:
    """The fields of an alias and what saves them."""

    def __init__(self, dialog: Dialog, directory: Directory, entry: AliasEntry | None) -> None:
        self.dialog, self.entry = dialog, entry
        if entry is None:
            with ui.element("div").classes("two"):
                self.local = field.text("Name", placeholder="support", hint="* takes everything else", is_focused=True)
                self.domain = field.choice("Domain", directory.domains, next(iter(directory.domains)))
        alias = entry.alias if entry else None
        first = next(iter(directory.mailboxes), None)
        self.mailbox = field.choice("Queue", directory.mailboxes, (alias and alias.mailbox_id) or first)
        members = list(entry.member_ids) if entry else []
        self.members = field.choice(
            "Hand new conversations to", directory.members, members, many=True, hint="Nobody: they wait in the queue."
        )
        self.name = field.text(
            "Display name", alias.display_name if alias else "", hint="What customers see beside the address."
        )
        self.policy = field.choice(
            "While it is off", POLICIES, alias.disabled_policy if alias else DisabledPolicy.REJECT
        )
        self.integration = field.choice(
            "Announce in", {None: "Nowhere", **directory.integrations}, alias.integration_id if alias else None
        )
        dialog.buttons("Save" if entry else "Add alias", self.save)

    async def save(self) -> None:
        options = {
            "mailbox_id": self.mailbox.value,
            "member_ids": self.members.value,
            "display_name": self.name.value or "",
            "disabled_policy": self.policy.value,
            "integration_id": self.integration.value,
        }
        fields: dict[str, Any] = {"display_name": self.name}
        if self.entry is None:
            fields["local_part"] = self.local
            saved: Any = await action.run(
                aliases.add, self.domain.value, self.local.value or "", fields=fields, **options
            )
        else:
            saved = await action.run(aliases.update, self.entry.alias.id, fields=fields, **options)
        if saved:
            self.dialog.close()
            notice.done("Saved." if self.entry else f"{saved.value.address} receives mail now.")
