"""How an open inbox follows what happens elsewhere: rows, counts and the open conversation are read again."""

import asyncio
import time
from typing import Any

from components import action, live
from components.composer import Composer
from components.pane import Line
from pages.inbox import reading
from pages.inbox.reading import Cursor, Page, Surroundings
from pages.inbox.tab import Tab
from services import tickets
from services.access import Actor
from services.events import (
    DirectoryChanged,
    DraftChanged,
    Fact,
    MessageFiled,
    OutboundChanged,
    PresenceChanged,
    TeamChanged,
    TicketChanged,
)
from services.tickets import View, ViewKind

LIVE = (TicketChanged, MessageFiled, PresenceChanged, DraftChanged)
LONGEST_REST = 0.7  # seconds; in a storm a tab reads for at most a tenth of the time


class Following:
    """The subscriptions of one desk."""

    def __init__(self, desk: Tab, composer: Composer) -> None:
        self.desk, self.composer = desk, composer
        live.on(LIVE, self.follow)
        live.on(OutboundChanged, self.delivered)
        live.on((TeamChanged, DirectoryChanged), self.rearrange)

    async def follow(self, facts: list[Fact]) -> None:
        began = time.perf_counter()
        touched = {fact.ticket_id for fact in facts if isinstance(fact, LIVE)}
        desk = self.desk
        page = desk.page
        outcome = await action.read(
            news, desk.view, desk.around, page, touched, desk.open_id if desk.open_id in touched else 0
        )
        if outcome and desk.page is page:
            self._tell(outcome.value)
        await asyncio.sleep(min(LONGEST_REST, 10 * (time.perf_counter() - began)))

    def _tell(self, found: "News") -> None:
        desk, page = self.desk, self.desk.page
        known = {row["id"]: row for row in page.rows}
        changed = [row for row in found.rows if known.get(row["id"]) != row]
        order = [row["id"] for row in found.page.rows]
        if changed or found.gone or order != [row["id"] for row in page.rows[: len(order)]]:
            desk.list.sync(order, changed, found.gone)
        known |= {row["id"]: row for row in found.rows}
        kept = [number for number in known if number not in set(order) and number not in set(found.gone)]
        page.rows = [known[number] for number in (*order, *kept)]
        old = {number: cursor for number, cursor in page.cursors.items() if number in set(kept)}
        page.cursors = found.page.cursors | old
        desk.folders.set(counts=found.counts)
        if found.conversation is not None and found.conversation["id"] == desk.open_id:
            desk.unread = found.conversation["unread"]
            desk.reader.set(c=found.conversation)

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
        if outcome:
            desk.around = outcome.value
            desk.folders.set(sections=desk.around.sections)
            desk.list.set(people=desk.around.people, tags=desk.around.tags, empty=desk.listing()["empty"])
            desk.reader.set(people=desk.around.people, tags=desk.around.tags)
            self.composer.set(aliases=desk.around.aliases, people=desk.around.people)


class News:
    """What a desk has to be told: the first page now, rows that changed or left, counts, the open conversation."""

    def __init__(self, page: Page, deeper: list[Line], gone: list[int], counts: dict[str, int]) -> None:
        self.page, self.gone, self.counts = page, gone, counts
        self.rows = [*page.rows, *deeper]
        self.conversation: Line | None = None


def news(
    session: Any, view: View, around: Surroundings, page: Page, touched: set[int], open_id: int, *, actor: Actor
) -> News:
    now = reading.first(session, view, around, q=page.query, actor=actor)
    shown = {row["id"] for row in now.rows}
    missing = {
        row["id"]: page.cursors.get(row["id"])
        for number, row in enumerate(page.rows)
        if row["id"] not in shown and (number < reading.PAGE or row["id"] in touched)
    }
    deeper = _deeper(session, view, around, now, missing, actor)
    still = {row["id"] for row in deeper}
    found = News(
        now, deeper, [number for number in missing if number not in still], tickets.counts(session, actor=actor)
    )
    if open_id:
        found.conversation = reading.conversation(session, open_id, around, actor=actor)
    return found


def _deeper(
    session: Any, view: View, around: Surroundings, now: Page, missing: dict[int, Cursor | None], actor: Actor
) -> list[Line]:
    """Of the rows that left the first page, those that only moved below it."""
    if not now.more or now.query or not now.cursors or view.kind not in _ORDERED:
        return []
    last = next(reversed(now.cursors.values()))
    below = {number: cursor for number, cursor in missing.items() if cursor is not None and cursor < last}
    return reading.still(session, view, around, below, actor=actor)


_ORDERED = frozenset(kind for kind in ViewKind if kind is not ViewKind.SAVED)
