"""The dialog in which an alias is made or changed, and the names it offers to choose from."""

from dataclasses import dataclass
from dataclasses import field as given
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from nicegui import ui

from components import action, field, notice
from components.dialog import Dialog, asking
from components.words import text
from models import Alias, Assignment, DisabledPolicy
from services import aliases
from services.aliases import AliasEntry

POLICIES = {DisabledPolicy.REJECT: "Tell the sender (550)", DisabledPolicy.DROP: "Accept and throw away"}
TURNS = {
    Assignment.ROUND_ROBIN: "Each in turn",
    Assignment.LEAST_LOADED: "Whoever holds the fewest",
    Assignment.MANUAL: "Nobody: all of them follow it",
}


@dataclass(frozen=True)
class Directory:
    """What the page shows, and the names its entries point at."""

    entries: list[AliasEntry]
    domains: dict[int, str]
    mailboxes: dict[int, str]
    members: dict[int, str]
    integrations: dict[int, str]
    failures: dict[int, int] = given(default_factory=dict)


def edit(directory: Directory, entry: AliasEntry | None = None) -> None:
    """The dialog for a new alias, or for one that exists; its address never changes."""
    with asking(f"Edit {entry.address}" if entry else "Add an alias", is_wide=True) as dialog:
        _AliasForm(dialog, directory, entry)


class _AliasForm:
    """The fields of an alias and what saves them."""

    def __init__(self, dialog: Dialog, directory: Directory, entry: AliasEntry | None) -> None:
        self.dialog, self.entry = dialog, entry
        blank = Alias(organisation_id=0, domain_id=0, local_part="", created_at=datetime.now(UTC))
        alias = entry.alias if entry else blank
        with ui.element("div").classes("form-scroll"):
            if entry is None:
                self._address(directory)
            self._destinations(directory, alias, list(entry.member_ids) if entry else [])
            self._limits(alias)
            self._words(alias)
        dialog.buttons("Save" if entry else "Add alias", self.save)

    def _address(self, directory: Directory) -> None:
        with ui.element("div").classes("two"):
            hint = "sales-* takes all that begins so, * everything else"
            self.local = field.text("Name", placeholder="support", hint=hint, is_focused=True)
            self.domain = field.choice("Domain", directory.domains, next(iter(directory.domains)))

    def _destinations(self, directory: Directory, alias: Alias, members: list[int]) -> None:
        text("Where its mail goes", "h3")
        queues: dict[Any, str] = {**directory.mailboxes, None: "No queue, it only forwards"}
        first = next(iter(directory.mailboxes), None)
        with ui.element("div").classes("two"):
            self.mailbox = field.choice("Queue", queues, alias.mailbox_id if self.entry else first)
            announced: dict[Any, str] = {None: "Nowhere", **directory.integrations}
            self.integration = field.choice("Announce in", announced, alias.integration_id)
            self.members = field.choice(
                "People", directory.members, members, many=True, hint="Nobody: conversations wait in the queue."
            )
            turns = alias.assignment if members else Assignment.ROUND_ROBIN
            self.assignment = field.choice("New conversations are handed to", TURNS, turns)
        self.forward = field.entries(
            "Forward outside",
            alias.forward_to,
            hint="Whole addresses, Enter after each. Mail leaves as it came; bounces go back to who wrote it.",
        )

    def _limits(self, alias: Alias) -> None:
        text("How long", "h3")
        with ui.element("div").classes("three"):
            self.until = field.text("Expires after", _day(alias.expires_at), hint="The end of that day, UTC")
            self.until.props("type=date clearable")
            self.most = field.number("Or after so many messages", alias.expires_after, lowest=1, highest=1_000_000)
            self.most.props("clearable")
            self.policy = field.choice("While off or expired", POLICIES, alias.disabled_policy)

    def _words(self, alias: Alias) -> None:
        with ui.element("div").classes("two"):
            self.name = field.text("Display name", alias.display_name, hint="What customers see beside the address.")
            self.note = field.text("Note", alias.description, hint="For the team: what this address is for.")

    def options(self) -> dict[str, Any]:
        chosen: dict[str, Any] = {
            "mailbox_id": self.mailbox.value,
            "member_ids": self.members.value or [],
            "assignment": self.assignment.value,
            "integration_id": self.integration.value,
            "forward_to": self.forward.entries(),
            "expires_after": int(self.most.value) if self.most.value else None,
            "disabled_policy": self.policy.value,
            "display_name": self.name.value or "",
            "description": self.note.value or "",
        }
        before = _day(self.entry.alias.expires_at) if self.entry else ""
        if (self.until.value or "") != before:
            chosen["expires_at"] = _end_of(self.until.value)
        return chosen

    async def save(self) -> None:
        fields: dict[str, Any] = {
            "display_name": self.name,
            "description": self.note,
            "forward_to": self.forward,
            "expires_at": self.until,
            "expires_after": self.most,
        }
        if self.entry is None:
            fields["local_part"] = self.local
            saved: Any = await action.run(
                aliases.add, self.domain.value, self.local.value or "", fields=fields, **self.options()
            )
        else:
            saved = await action.run(aliases.update, self.entry.alias.id, fields=fields, **self.options())
        if saved:
            self.dialog.close()
            notice.done("Saved." if self.entry else f"{saved.value.address} receives mail now.")


def _day(moment: datetime | None) -> str:
    """The last day an alias takes mail on."""
    return (moment.astimezone(UTC) - timedelta(seconds=1)).date().isoformat() if moment else ""


def _end_of(day: str | None) -> datetime | None:
    try:
        found = date.fromisoformat(day or "")
    except ValueError:
        return None
    return datetime.combine(found, time(), UTC) + timedelta(days=1)
