"""One open inbox: which folder and conversation it shows, and how the panes, the address and the facts move it."""

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from nicegui import background_tasks, ui

from components import action, assets, frame
from components.conversation_list import ConversationList
from components.conversation_view import ConversationView
from components.folder_list import FolderList
from components.newest import Newest
from components.pane import Line
from components.toasts import Toasts
from models import PresenceState
from pages import MENU
from pages.inbox import lines, reading
from pages.inbox.acting import Acting
from pages.inbox.following import Following
from pages.inbox.kept import Kept
from pages.inbox.person import PersonPane, of_ticket
from pages.inbox.reading import Opening, Page
from pages.inbox.writing import Writing
from services import ids, messages, presence, tickets
from services.access import Permission, may
from services.errors import NotFound
from services.tickets import COUNT_LIMIT, View, ViewKind

STYLE = '<link rel="stylesheet" href="{}">'


class Desk:
    """State of one browser tab. The panes draw; the desk reads, and tells them."""

    def __init__(self, opening: Opening) -> None:
        self.actor = opening.actor
        self.worker = may(opening.actor, Permission.WORK_TICKETS)
        self.view, self.page, self.around = opening.view, opening.page, opening.around
        self.open_id: int = opening.conversation["id"] if opening.conversation else 0
        self.newest: Newest[action.Outcome[Page]] = Newest()
        self.unread = bool(opening.conversation and opening.conversation["unread"])
        for sheet in ("inbox.css", "contact.css"):
            ui.add_head_html(STYLE.format(assets.url(sheet)))
        self.writing: Writing
        with frame.page(self.title(), active="/", menu=MENU, bare=True):
            self.panes = ui.element("div").classes("inbox")
            with self.panes:
                self._draw(opening)
        self.acting, self.kept = Acting(self), Kept(self)
        self.following = Following(self, self.writing.composer)
        self._wire()
        if self.open_id:
            self.panes.classes("is-reading")
        if self.unread:
            background_tasks.create(self._read_now(), name="mark read")

    def _draw(self, opening: Opening) -> None:
        around, worker = self.around, self.worker
        me = {"id": self.actor.user_id, "name": self.actor.name, "email": self.actor.email}
        with ui.element("aside").classes("pane pane-folders"):
            self.folders = FolderList(
                sections=around.sections, counts=opening.counts, active=str(self.view), limit=COUNT_LIMIT, worker=worker
            )
        with ui.element("div").classes("pane pane-list"):
            self.list = ConversationList(
                **self.listing(),
                selected=self.open_id,
                people=around.people,
                tags=around.tags,
                macros=around.macros,
                worker=worker,
            )
        with ui.element("div").classes("pane pane-view"):
            self.reader = ConversationView(
                c=opening.conversation,
                me=me,
                people=around.people,
                tags=around.tags,
                macros=around.macros,
                worker=worker,
                composing=bool(opening.draft),
            )
            self.writing = Writing(self, opening.draft)
        self.person = PersonPane(of_ticket, self.open_ticket, subject=self.open_id, worker=worker)
        self.toasts = Toasts()

    def _wire(self) -> None:
        self.folders.listen(
            open=self.open_folder,
            compose=lambda _: self.writing.compose(),
            rename=self.kept.rename,
            remove=self.kept.remove,
        )
        self.list.listen(
            open=self.open_row,
            more=lambda _: self.load_more(),
            act=self.acting.on_list,
            search=self.search,
            compose=lambda _: self.writing.compose(),
            folders=lambda _: self.show_folders(),
            keep=self.kept.keep,
            back=lambda _: self.close(),
            visit=self.visit,
        )
        self.reader.listen(
            act=self.acting.on_reader,
            back=lambda _: self.close(),
            open=self.open_ticket,
            write=self.writing.write,
            trust=self.trust,
            here=self.here,
            candidates=self.acting.candidates,
            cancel=self.writing.take_back,
        )
        self.person.wire()

    # what is shown

    def title(self) -> str:
        return "Search" if self.page.query else self.around.titles.get(str(self.view), "Inbox")

    def listing(self) -> dict[str, Any]:
        kind = self.view.kind
        nothing = lines.empty(
            kind,
            searching=bool(self.page.query),
            advice=self.page.advice,
            has_alias=bool(self.around.aliases),
            worker=self.worker,
        )
        return {
            "rows": self.page.rows,
            "more": self.page.more,
            "query": self.page.query,
            "view": str(self.view),
            "title": self.around.titles.get(str(self.view), "Inbox"),
            "empty": nothing,
        }

    def address(self) -> str:
        folder = "inbox" if self.view.kind is ViewKind.INBOX else str(self.view)
        query = f"q={quote(self.page.query)}" if self.page.query else ""
        if self.open_id:
            inside = "" if folder == "inbox" else f"folder={folder}"
            tail = "&".join(part for part in (inside, query) if part)
            return f"/t/{ids.encode('ticket', self.open_id)}" + (f"?{tail}" if tail else "")
        path = "/" if folder == "inbox" else f"/inbox/{folder}"
        return path + (f"?{query}" if query else "")

    async def _show_list(self, query: str) -> None:
        outcome = await self.newest.of(action.read(reading.first, self.view, self.around, q=query))
        if outcome:
            self.page = outcome.value
            self.list.set(**self.listing())
            ui.page_title(frame.PAGE_TITLE.format(self.title()))

    async def rearrange(self) -> None:
        """Folders, people, tags and addresses anew."""
        await self.following.rearrange()

    async def catch_up(self, touched: set[int]) -> None:
        """Tell the list and the reader how these conversations are now."""
        await self.following.catch_up(touched)

    # where one goes

    async def open_folder(self, text: str) -> None:
        try:
            self.view = View.parse(text)
        except NotFound:
            return
        self.panes.classes(remove="shows-folders")
        self.folders.set(active=text)
        self._put_away()
        await self._show_list("")
        self.list.travel(self.address())

    async def search(self, words: str) -> None:
        await self._show_list(words[:500])
        self.list.travel(self.address(), replace=True)

    async def load_more(self) -> None:
        page, last = self.page, next(reversed(self.page.cursors.values()), None)
        if last is None or not page.more:
            return
        outcome = await action.read(reading.following, self.view, self.around, q=page.query, before=last)
        if outcome and self.page is page:
            more: Page = outcome.value
            self.page.rows += more.rows
            self.page.cursors |= more.cursors
            self.page.more = more.more
            self.list.append(more.rows, more=more.more)

    async def open_row(self, number: int) -> None:
        if number < 0:
            await self.writing.resume(-number)
        else:
            await self.open_ticket(number)

    async def open_ticket(self, number: int, *, travels: bool = True) -> None:
        """Show a conversation, with what the reader was writing in it."""
        left, self.open_id = self.open_id, int(number)
        outcome = await action.read(opened, self.open_id, self.around)
        if self.open_id != number:
            return
        shown, draft = outcome.value if outcome else (None, None)
        if shown is None:
            self.stay(left)
            if outcome:
                self.toasts.problem("This conversation is gone.")
            return
        self.panes.classes("is-reading")
        self.unread = shown["unread"]
        self.reader.set(c=shown, composing=draft is not None)
        self.writing.put(draft, focused=False)
        self.list.point(self.open_id)
        await self.person.show(self.open_id)
        if travels:
            self.list.travel(self.address())
        if left and left != self.open_id:
            await action.run(presence.leave, left)
        await self._read_now()

    def stay(self, number: int) -> None:
        """What was asked for does not come: the panes wait for it no longer."""
        self.open_id = number
        self.list.set(opening=0, at=number)
        self.reader.set(awaited=0)

    async def close(self) -> None:
        self._put_away()
        self.list.travel(self.address())

    def _put_away(self) -> None:
        if self.open_id:
            background_tasks.create(self._leave(self.open_id), name="leave")
        self.open_id = 0
        self.panes.classes(remove="is-reading")
        self.reader.set(c=None, composing=False)
        self.writing.put(None)
        self.list.point(0)
        self.person.clear()

    async def visit(self, path: str) -> None:
        """The browser went back or forward."""
        parts, asked = urlsplit(path), parse_qs(urlsplit(path).query)
        kind, _, rest = parts.path.strip("/").partition("/")
        folder = asked.get("folder", ["inbox"])[0] if kind == "t" else rest or "inbox"
        query = asked.get("q", [""])[0]
        try:
            view, number = View.parse(folder), ids.decode("ticket", rest) if kind == "t" else 0
        except NotFound:
            return
        if view != self.view or query != self.page.query:
            self.view = view
            self.folders.set(active=str(view))
            await self._show_list(query)
        if number:
            await self.open_ticket(number, travels=False)
        else:
            self._put_away()

    def show_folders(self) -> None:
        self.panes.classes(toggle="shows-folders")

    # being there

    async def trust(self, message_id: int) -> None:
        await action.run(messages.trust_sender, int(message_id))

    async def here(self, told: Line) -> None:
        number = int(told.get("ticket", 0))
        if number != self.open_id or not number:
            return
        state = PresenceState.TYPING if told.get("typing") else PresenceState.VIEWING
        await action.run(presence.heartbeat, number, state=state)
        await self._read_now()

    async def _read_now(self) -> None:
        if self.unread and self.open_id:
            self.unread = False
            with self.panes:
                await action.run(tickets.mark_read, self.open_id)

    async def _leave(self, number: int) -> None:
        with self.panes:
            await action.run(presence.leave, number)


def opened(session: Any, number: int, around: reading.Surroundings, *, actor: Any) -> tuple[Line | None, Line | None]:
    shown = reading.conversation(session, number, around, actor=actor)
    return shown, reading.my_draft(session, shown, actor=actor)
