"""How an open inbox follows what happens elsewhere: rows, counts and the open conversation are read again."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nicegui import ui

from components import action, live
from components.composer import Composer
from components.pane import Line
from pages.inbox import reading
from pages.inbox.reading import PAGE, Cursor, Page, Surroundings
from pages.inbox.tab import Tab
from services import tickets
from services.access import Actor
from services.events import (
    DirectoryChanged,
    DraftChanged,
    Fact,
    MacrosChanged,
    MessageFiled,
    OutboundChanged,
    PresenceChanged,
    TeamChanged,
    TicketChanged,
    ViewsChanged,
)
from services.tickets import View, ViewKind

LIVE = (TicketChanged, MessageFiled, PresenceChanged, DraftChanged)
RESTS = 3  # times as long as news took: in a storm pages read for a quarter of the time
LONGEST_REST = 0.7  # seconds


class Following:
    """The subscriptions of one desk."""

    def __init__(self, desk: Tab, composer: Composer) -> None:
        self.desk, self.composer = desk, composer
        self.counts: dict[str, int] = {}
        live.on(LIVE, self.follow)
        live.on(OutboundChanged, self.delivered)
        live.on((TeamChanged, DirectoryChanged, MacrosChanged, ViewsChanged), self.rearrange)
        ui.context.client.on_connect(self.make_up)

    async def make_up(self) -> None:
        """What happened between the reading of the page and the first news, or while the browser was away."""
        await self.catch_up({self.desk.open_id} - {0})

    async def follow(self, facts: list[Fact]) -> None:
        asked = time.perf_counter()
        await self.catch_up({fact.ticket_id for fact in facts if isinstance(fact, LIVE)})
        await asyncio.sleep(min(LONGEST_REST, RESTS * (time.perf_counter() - asked)))

    async def catch_up(self, touched: set[int]) -> None:
        """Tell the panes what there is now, knowing that these tickets may be other than they were."""
        desk, page = self.desk, self.desk.page
        shared = await action.share((desk.view, page.query), top, desk.view, desk.around, page.query)
        if not shared or desk.page is not page:
            return
        now, counts = shared.value
        news = News(now, counts, *_left(desk.view, page, now, touched))
        open_id = desk.open_id if desk.open_id in touched else 0
        if news.moved or open_id:
            own = await action.read(particulars, desk.view, desk.around, news.moved, open_id)
            if not own or desk.page is not page:
                return
            news.learn(*own.value)
        self._tell(news)

    def _tell(self, news: "News") -> None:
        desk, page = self.desk, self.desk.page
        known = {row["id"]: row for row in page.rows}
        rows = known | {row["id"]: row for row in (*news.page.rows, *news.still)}
        order, gone = [row["id"] for row in news.page.rows], set(news.gone)
        now = set(order)
        shown = list(dict.fromkeys((*order, *(number for number in known if number not in gone))))
        kept, beyond = shown[: max(len(known), PAGE)], shown[max(len(known), PAGE) :]
        changed = [row for number, row in rows.items() if number in set(kept) and known.get(number) != row]
        left = [number for number in (*news.gone, *beyond) if number in known]
        if changed or left or kept != list(known):
            below = any(row["id"] not in now for row in changed)  # which the browser may have taken away
            desk.list.sync(kept if below else order, changed, left)
        if beyond and not page.more:
            page.more = True
            desk.list.set(more=True)
        page.rows = [rows[number] for number in kept]
        cursors = page.cursors | news.page.cursors
        page.cursors = {number: cursors[number] for number in kept if number in cursors}
        if news.counts != self.counts:
            self.counts = news.counts
            desk.folders.set(counts=news.counts)
        if news.conversation is not None and news.conversation["id"] == desk.open_id:
            desk.unread = news.conversation["unread"]
            desk.reader.set(c=news.conversation)

    async def delivered(self, facts: list[Fact]) -> None:
        """How far answers of the open conversation got."""
        desk = self.desk
        if desk.open_id:
            outcome = await action.read(reading.conversation, desk.open_id, desk.around)
            if outcome and outcome.value and outcome.value["id"] == desk.open_id:
                desk.reader.set(c=outcome.value)
            await asyncio.sleep(LONGEST_REST)

    async def rearrange(self, facts: list[Fact] | None = None) -> None:
        """Folders, people, tags and addresses anew."""
        desk = self.desk
        outcome = await action.read(reading.surroundings)
        if not outcome:
            return
        desk.around = outcome.value
        desk.folders.set(sections=desk.around.sections)
        kept = {"people": desk.around.people, "tags": desk.around.tags, "macros": desk.around.macros}
        listing = desk.listing()
        desk.list.set(**kept, empty=listing["empty"], title=listing["title"])
        desk.reader.set(**kept)
        self.composer.set(aliases=desk.around.aliases, people=desk.around.people)
        if desk.view.kind is ViewKind.SAVED and str(desk.view) not in desk.around.titles:
            await desk.open_folder(str(ViewKind.INBOX))


@dataclass
class News:
    """What a desk has to be told: the first page now, counts, rows that left or moved below, the open conversation."""

    page: Page
    counts: dict[str, int]
    moved: dict[int, Cursor]
    gone: list[int]
    still: list[Line] = field(default_factory=list)
    conversation: Line | None = None

    def learn(self, still: list[Line], conversation: Line | None) -> None:
        self.still, self.conversation = still, conversation
        self.gone += sorted(self.moved.keys() - {row["id"] for row in still})


def top(
    session: Any, view: View, around: Surroundings, query: str, *, actors: Sequence[Actor]
) -> list[tuple[Page, dict[str, int]]]:
    """What everybody who looks at the same folder is told."""
    pages = reading.first_together(session, view, around, q=query, actors=actors)
    return list(zip(pages, tickets.counts_together(session, actors=actors), strict=True))


def particulars(
    session: Any, view: View, around: Surroundings, moved: dict[int, Cursor], open_id: int, *, actor: Actor
) -> tuple[list[Line], Line | None]:
    """What only one desk asks: rows further down that were touched, and its open conversation."""
    still = reading.still(session, view, around, moved, actor=actor)
    return still, reading.conversation(session, open_id, around, actor=actor) if open_id else None


def _left(view: View, page: Page, now: Page, touched: set[int]) -> tuple[dict[int, Cursor], list[int]]:
    """Of the rows that are not on the first page any more: those to ask about, because they may only stand below it
    now, and those that are gone. What newer rows pushed down and nobody touched is as it was."""
    shown = {row["id"] for row in now.rows}
    last = next(reversed(now.cursors.values()), None) if now.more and not now.query and view.kind in _ORDERED else None
    moved: dict[int, Cursor] = {}
    gone: list[int] = []
    for number, row in enumerate(page.rows):
        ticket_id = row["id"]
        cursor = page.cursors.get(ticket_id)
        below = last is not None and cursor is not None and cursor < last
        if ticket_id in shown or (ticket_id not in touched and (below or number >= PAGE)):
            continue
        if below and cursor is not None:
            moved[ticket_id] = cursor
        else:
            gone.append(ticket_id)
    return moved, gone


_ORDERED = frozenset(kind for kind in ViewKind if kind is not ViewKind.SAVED)
