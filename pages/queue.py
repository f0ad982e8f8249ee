"""Mail on its way out: every delivery with its state, search, retry, hold, release, cancel, and all replies."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, finding, live
from components.delivery_history import STATES, open_history
from components.delivery_verbs import draw_verbs
from components.following import unreadable
from components.frame import actor, heading, page, screen, text
from components.handling import in_page
from components.moments import moment
from components.newest import Newest
from components.pieces import badge, callout, empty
from models import Outbound, OutboundStatus
from pages import MENU
from services import outbound
from services.access import Actor, Permission, may
from services.events import Fact, OutboundChanged

SHOWN = (
    OutboundStatus.QUEUED,
    OutboundStatus.SENDING,
    OutboundStatus.DELAYED,
    OutboundStatus.HELD,
    OutboundStatus.FAILED,
    OutboundStatus.DELIVERED,
    OutboundStatus.SUPPRESSED,
    OutboundStatus.CANCELLED,
)


@dataclass(frozen=True)
class Queue:
    page: outbound.Page
    counts: dict[OutboundStatus, int]
    is_paused: bool


def _read(session: Any, *, actor: Actor, **options: Any) -> Queue:
    return Queue(
        outbound.queue(session, actor=actor, **options),
        outbound.counts(session, actor=actor),
        outbound.is_paused(session, actor=actor),
    )


@screen("/queue")
async def overview() -> None:
    with page("Outgoing", active="/queue", menu=MENU):
        screen = _Screen()
        with heading("Outgoing mail", "Every message on its way to every recipient, and what their servers said."):
            screen.pause_box = ui.element("div")
        screen.draw_search()
        screen.body = ui.element("div").classes("followed")
        await screen.show()
        live.on(OutboundChanged, screen.on_facts, quiet=0.5)


class _Screen:
    """What is chosen on the page, and how it is drawn again when that or the queue changes."""

    pause_box: ui.element
    body: ui.element

    def __init__(self) -> None:
        self.status: OutboundStatus | None = None
        self.query = ""
        self.limit = 50
        self.may_manage = may(actor(), Permission.MANAGE_QUEUE)
        self.newest: Newest[action.Outcome[Queue]] = Newest()

    def draw_search(self) -> None:
        with ui.element("div").classes("row"):
            finding.search("Search outgoing mail", "Recipient, subject, queue id or reply", self._search)

    async def _search(self, words: str) -> None:
        self.query = words
        await self.show()

    async def on_facts(self, _: list[Fact]) -> None:
        await self.show()

    async def choose(self, status: OutboundStatus | None) -> None:
        self.status = status
        await self.show()

    async def more(self) -> None:
        self.limit += 50
        await self.show()

    async def show(self) -> None:
        found = await self.newest.of(action.read(_read, status=self.status, q=self.query, limit=self.limit))
        if found is None:
            return
        self.pause_box.clear()
        self.body.clear()
        if not found:
            with self.body:
                unreadable(found)
            return
        queue: Queue = found.value
        with self.pause_box:
            if self.may_manage:
                words, icon = ("Resume", "sym_o_play_arrow") if queue.is_paused else ("Pause all", "sym_o_pause")
                button.quiet(words, partial(self._pause, not queue.is_paused), icon=icon)
        with self.body:
            if queue.is_paused:
                callout("Sending is paused: whatever becomes due is held.", icon="sym_o_pause", is_warning=True)
            self._filters(queue)
            self._rows(queue)

    async def _pause(self, is_paused: bool) -> None:
        if await action.run(outbound.pause if is_paused else outbound.resume):
            await self.show()

    def _filters(self, queue: Queue) -> None:
        states = [(STATES[status][0], queue.counts.get(status, 0), status) for status in SHOWN]
        present = [state for state in states if state[1] or state[2] is self.status]
        finding.chips("Status", [("All", sum(queue.counts.values()), None), *present], self.status, self.choose)

    def _rows(self, queue: Queue) -> None:
        with ui.element("div").classes("card"):
            if not queue.page.rows and (self.query or self.status):
                empty("sym_o_search_off", "Nothing found", "Try another word, or all states.")
            elif not queue.page.rows:
                empty("sym_o_outbox", "Nothing sent yet", "Answers that leave the inbox appear here with every reply.")
            for row in queue.page.rows:
                self._row(row)
        if queue.page.before is not None:
            button.quiet("Show more", self.more)

    def _row(self, row: Outbound) -> None:
        with ui.element("div").classes("list-row"):
            with ui.element("div").classes("list-main"):
                opener = ui.element("button").classes("plain-button strong stretched")
                opener.on("click", in_page(partial(open_history, row)))
                with opener:
                    text(row.recipient)
                text(row.subject or "(no subject)").classes("muted")
            moment(row.due_at, before="Next try") if row.status is OutboundStatus.DELAYED else moment(row.created_at)
            badge(*STATES[row.status])
            if self.may_manage:
                with ui.element("div").classes("list-end"):
                    draw_verbs(row)
