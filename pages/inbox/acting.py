"""What people do to conversations from the list and the reader, each with one Undo."""

from functools import partial
from typing import Any

from components import action
from components.pane import Line
from pages.inbox import lines, reading, verbs
from pages.inbox.tab import Tab
from services import search, tickets
from services.access import Actor
from services.tickets import View, ViewKind

CANDIDATES = 8


class Acting:
    """The verbs of one desk."""

    def __init__(self, desk: Tab) -> None:
        self.desk = desk

    async def on_list(self, asked: Line) -> None:
        ids: Any = asked.get("ids")
        verb = str(asked.get("verb", ""))
        if verb in verbs.LEAVES:
            self._forget(ids)
        if verb == "unread" and isinstance(ids, list) and self.desk.open_id in ids:
            await self.desk.close()  # else whoever still looks at it reads it again
        await self.act(ids, verb, asked.get("value"))

    def _forget(self, ticket_ids: Any) -> None:
        """The browser took these rows away already, and news on its way may have brought them back: the list is told
        again of each, that it is gone or, should it stay or return, all of its row."""
        page, left = self.desk.page, ticket_ids if isinstance(ticket_ids, list) else []
        page.rows = [{"id": row["id"]} if row["id"] in left else row for row in page.rows]

    async def on_reader(self, asked: Line) -> None:
        """`ticket` is the one that was shown when it was pressed; another may have been opened since."""
        desk, verb, number = self.desk, str(asked.get("verb", "")), asked.get("ticket")
        if not isinstance(number, int):
            return
        if verb == "unread" and desk.open_id == number:
            desk.unread = False
        done = await self.act([number], verb, asked.get("value"))
        if done is not None and done.template_id and desk.open_id == number:
            await desk.writing.answer_with(done.template_id)
        went = done is not None and not done.failed
        if went and (verb in verbs.LEAVES or verb == "unread") and desk.open_id == number:
            await self._go_on(number, verb)

    async def _go_on(self, number: int, verb: str) -> None:
        """After what takes a conversation out of its folder the next one opens; after "unread" the list shows."""
        if verb == "unread":
            await self.desk.close()
            return
        if verb in ("open", "restore"):
            return
        self._forget([number])
        self.desk.list.leave([number])
        if self.desk.page.query or self.desk.view.kind in (ViewKind.ALL, ViewKind.STARRED, ViewKind.SENT):
            await self.desk.close()

    async def act(self, ticket_ids: list[int], verb: str, value: Any) -> verbs.Done | None:
        outcome = await action.run(verbs.perform, ticket_ids, verb, value)
        if verb in verbs.LEAVES:
            self._forget(ticket_ids)
        if not outcome:
            await self._give_back(ticket_ids)
            return None
        done: verbs.Done = outcome.value
        if done.failed:
            self.desk.toasts.problem(done.failed[0])
            await self._give_back(ticket_ids)
        if done.words:
            self.desk.toasts.done(done.words, partial(self._undo, done))
        if done.opens:
            await self.desk.open_ticket(done.opens)
        return done

    async def _give_back(self, ticket_ids: Any) -> None:
        """What was not done brings no news: the list is told at once of the rows its browser took away too soon."""
        asked = ticket_ids if isinstance(ticket_ids, list) else []
        await self.desk.catch_up({row["id"] for row in self.desk.page.rows if row["id"] in asked})

    async def _undo(self, done: verbs.Done) -> None:
        put_back = (tickets.undo, done.event_id) if done.event_id else (tickets.put_back, done.marks)
        outcome = await action.run(*put_back)
        self._forget([row["id"] for row in self.desk.page.rows])
        if outcome:
            self.desk.toasts.done("Undone", seconds=2)

    async def candidates(self, words: str) -> None:
        """Conversations one may merge into: the newest, or those the words find."""
        outcome = await action.read(_candidates, str(words)[:200], self.desk.around)
        if outcome:
            found = [row for row in outcome.value if row["id"] != self.desk.open_id]
            self.desk.reader.set(candidates=found[:CANDIDATES])


def _candidates(session: Any, words: str, around: reading.Surroundings, *, actor: Actor) -> list[Line]:
    if words.strip().lstrip("#").isdecimal():
        words = words.strip().lstrip("#")
    found = (
        search.find(session, words, limit=CANDIDATES + 1, actor=actor)
        if words.strip()
        else tickets.listed(session, view=View(ViewKind.ALL), limit=CANDIDATES + 1, actor=actor)
    )
    return [lines.line(row, around.emails) for row in found]
