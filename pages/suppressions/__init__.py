"""Suppressed addresses: whom nothing is sent to, why, until when, and the way back."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from nicegui import ui

from components import action, button, finding, live, notice
from components.dialog import confirm
from components.following import unreadable
from components.frame import actor, heading, page, screen, text
from components.moments import ago, moment
from components.newest import Newest
from components.pieces import badge, empty
from models import Suppression, SuppressionReason
from pages import MENU
from pages.suppressions.adding import ask_addresses, ask_file
from pages.suppressions.export import ROUTES as ROUTES
from services import ids, suppressions
from services.access import Actor, Permission, may
from services.events import Fact, SuppressionsChanged
from services.suppressions import Line

STEP = 50


@dataclass(frozen=True)
class Listing:
    page: suppressions.Page
    counts: dict[SuppressionReason, int]


def _read(session: Any, *, actor: Actor, **options: Any) -> Listing:
    found = suppressions.page(session, actor=actor, **options)
    return Listing(found, suppressions.counts(session, actor=actor))


@screen("/suppressions")
async def overview() -> None:
    with page("Suppressed addresses", active="/suppressions", menu=MENU):
        screen = _Screen()
        about = "Nothing is sent to these: by people, rules or programs. Bounces and complaints put addresses here."
        with heading("Suppressed addresses", about):
            screen.draw_verbs()
        screen.draw_search()
        screen.body = ui.element("div").classes("followed")
        await screen.show()
        live.on(SuppressionsChanged, screen.on_facts, quiet=0.5)


class _Screen:
    """What is chosen on the page, and how it is drawn again when that or the list changes."""

    body: ui.element

    def __init__(self) -> None:
        self.query = ""
        self.reason: SuppressionReason | None = None
        self.limit = STEP
        self.may_write = may(actor(), Permission.WRITE_SUPPRESSIONS)
        self.newest: Newest[action.Outcome[Listing]] = Newest()

    def draw_verbs(self) -> None:
        button.quiet("CSV", self._save, icon="sym_o_download")
        if self.may_write:
            button.quiet("Import", partial(ask_file, self.show), icon="sym_o_upload_file")
            button.brand("Add addresses", partial(ask_addresses, self.show), icon="sym_o_add")

    def _save(self) -> None:
        """What is chosen at this moment; a link's address would be of a moment ago."""
        chosen = {"q": self.query, "reason": self.reason or ""}
        ui.navigate.to("/suppressions.csv?" + urlencode({name: each for name, each in chosen.items() if each}))

    def draw_search(self) -> None:
        with ui.element("div").classes("row"):
            finding.search("Search suppressed addresses", "Part of an address", self._search)

    async def _search(self, words: str) -> None:
        self.query, self.limit = words, STEP
        await self.show()

    async def on_facts(self, _: list[Fact]) -> None:
        await self.show()

    async def choose(self, reason: SuppressionReason | None) -> None:
        self.reason, self.limit = reason, STEP
        await self.show()

    async def more(self) -> None:
        self.limit += STEP
        await self.show()

    async def show(self) -> None:
        found = await self.newest.of(action.read(_read, q=self.query, reason=self.reason, limit=self.limit))
        if found is None:
            return
        self.body.clear()
        with self.body:
            if found:
                self._chips(found.value.counts)
                self._lines(found.value.page)
                return
            unreadable(found)

    def _chips(self, counts: dict[SuppressionReason, int]) -> None:
        reasons = [(words, counts.get(reason, 0), reason) for reason, words in suppressions.REASONS.items()]
        present = [reason for reason in reasons if reason[1] or reason[2] is self.reason]
        if present:
            finding.chips("Reason", [("All", sum(counts.values()), None), *present], self.reason, self.choose)

    def _lines(self, found: suppressions.Page) -> None:
        with ui.element("div").classes("card"):
            if not found.lines and (self.query or self.reason):
                empty("sym_o_search_off", "Nothing found", "Try another part of the address, or all reasons.")
            elif not found.lines:
                words = "Addresses come here by themselves when mail to them bounces or their readers complain."
                empty("sym_o_mark_email_read", "Everybody can be written to", words)
            for line in found.lines:
                self._line(line)
        if found.before is not None:
            button.quiet("Show more", self.more)

    def _line(self, line: Line) -> None:
        row = line.suppression
        with ui.element("div").classes("list-row").mark("suppression"):
            with ui.element("div").classes("list-main"):
                text(row.address, "strong")
                text(_why(line)).classes("muted")
            if line.ticket_id is not None:
                _report_link(row.address, line.ticket_id, line.ticket)
            badge(suppressions.reason_words(row.reason), "bad" if row.reason in _BURNT else "warn")
            if row.expires_at is not None:
                moment(row.expires_at, before="Until")
            else:
                moment(row.created_at, before="Since")
            if self.may_write:
                with ui.element("div").classes("list-end"):
                    button.icon("sym_o_delete", f"Remove {row.address}", partial(self._remove, row))

    def _remove(self, row: Suppression) -> None:
        async def then() -> None:
            if await action.run(suppressions.remove, [row.id]):
                notice.done(f"{row.address} can be written to again.")
                await self.show()

        about = "Mail goes to it again. If it bounces once more, it comes back here."
        confirm(f"Remove {row.address} from the list?", about, "Remove", then)


_BURNT = {SuppressionReason.HARD_BOUNCE, SuppressionReason.COMPLAINT}


def _why(line: Line) -> str:
    """What led here, in words: a server's, a member's, or that somebody added it."""
    row = line.suppression
    by = f"Added by {line.by}" if line.by else ""
    return " · ".join(filter(None, (by, row.detail))) or f"Added {ago(row.created_at)}"


def _report_link(address: str, ticket_id: int, number: int | None) -> None:
    link = ui.element("a").classes("link nowrap")
    link.props["href"] = f"/t/{ids.encode('ticket', ticket_id)}"
    link.props["aria-label"] = f"Report in #{number} about {address}"
    with link:
        text(f"Report in #{number}")
