"""Captured mail: what would have left this machine, read as the recipient reads it, and answered as they would."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, live, notice
from components.avatar import avatar
from components.dialog import asking
from components.frame import actor, page, screen, text
from components.handling import in_page
from components.moments import ago, moment
from components.pieces import badge, empty
from models import CapturedMessage
from pages import MENU
from services import capture
from services.access import Permission, may
from services.capture import Answer, Captured
from services.events import Fact, OutboundChanged
from services.mail.message import Parsed

ANSWERED = {
    Answer.REPLY: "Replied",
    Answer.BOUNCE: "Bounced",
    Answer.OUT_OF_OFFICE: "Out of office",
    Answer.COMPLAINT: "Complained",
}
BOUNCES = {
    "550 5.1.1 There is no such address.": "There is no such address",
    "550 5.2.1 This mailbox is disabled.": "The mailbox is disabled",
    "552 5.2.2 The mailbox is full.": "The mailbox is full",
    "550 5.7.1 The message was refused by policy.": "Mail of ours is refused",
    "451 4.4.1 The server does not answer.": "The server does not answer",
}


@screen("/capture")
async def overview(id: int = 0) -> None:
    with page("Captured mail", active="/capture", menu=MENU, bare=True):
        screen = _Screen(id)
        await screen.show()
        live.on(OutboundChanged, screen.on_facts, quiet=0.5)


class _Screen:
    """The list on the left, the open message on the right."""

    def __init__(self, chosen: int) -> None:
        self.chosen = chosen
        self.limit = 50
        self.split = ui.element("div").classes("split")
        with self.split:
            with ui.element("section").classes("split-list").props('aria-label="Captured messages"'):
                with ui.element("div").classes("split-head"):
                    text("Captured mail", "h1")
                self.list = ui.element("div").classes("split-rows")
            self.view = ui.element("section").classes("split-view").props('aria-label="Message"')

    async def on_facts(self, _: list[Fact]) -> None:
        await self._show_list()

    async def show(self) -> None:
        await self._show_list()
        await self._show_message()

    async def _show_list(self) -> None:
        found = await action.read(capture.all, limit=self.limit)
        if not found:
            return
        self.list.clear()
        with self.list:
            if not found.value:
                about = "While no relay is set, mail that leaves stops here instead of going out. Answer something."
                empty("sym_o_science", "Nothing captured yet", about)
            for each in found.value:
                self._row(each)
            if len(found.value) == self.limit:
                button.quiet("Show more", self._more)

    async def _more(self) -> None:
        self.limit += 50
        await self._show_list()

    def _row(self, captured: Captured) -> None:
        kept = captured.kept
        row = ui.element("button").classes("mail-row").on("click", in_page(partial(self._open, kept.id or 0)))
        row.props["aria-current"] = "true" if kept.id == self.chosen else "false"
        with row:
            avatar("", kept.recipient)
            with ui.element("span").classes("mail-row-main"):
                with ui.element("span").classes("top"):
                    text("To " + kept.recipient, "strong")
                    text(ago(kept.captured_at)).classes("muted")
                text(captured.subject or "(no subject)", "span").classes("sub")
                if kept.answered:
                    badge(ANSWERED[Answer(kept.answered)], "good")

    async def _open(self, captured_id: int) -> None:
        self.chosen = captured_id
        ui.navigate.history.replace(f"/capture?id={captured_id}")
        await self.show()

    async def _show_message(self) -> None:
        self.view.clear()
        if not self.chosen:
            with self.view, ui.element("div").classes("pick"):
                empty("sym_o_mark_email_read", "No message open", "Open one to read and answer it as its recipient.")
            return
        found = await action.read(capture.get, self.chosen)
        if found:
            self.split.classes("is-reading")
            with self.view:
                self._message(*found.value)

    def _back(self) -> None:
        self.split.classes(remove="is-reading")

    def _message(self, kept: CapturedMessage, parsed: Parsed) -> None:
        with ui.element("div").classes("split-head"):
            button.icon("sym_o_arrow_back", "Back to the list", self._back).classes("only-phone")
            text("As the recipient sees it").classes("muted grow")
            if may(actor(), Permission.SEND_EMAILS):
                self._answers(kept)
        with ui.element("article").classes("mail-card"):
            with ui.element("header").classes("mail-card-head"):
                text(parsed.subject or "(no subject)", "h2")
                with ui.element("div").classes("row"):
                    avatar(parsed.author.name, parsed.author.address)
                    with ui.element("div").classes("list-main"):
                        text(parsed.author.name or parsed.author.address, "strong")
                        text(f"{parsed.author.address} to {kept.recipient}").classes("muted")
                    moment(kept.captured_at)
            frame = (
                ui.element("iframe")
                .classes("mail-frame")
                .props('sandbox="allow-popups allow-popups-to-escape-sandbox"')
            )
            frame.props["src"] = f"/capture/{kept.id}/body"
            frame.props["title"] = parsed.subject or "Message"
        with ui.element("p").classes("muted envelope"):
            text(f"Reverse-path: {kept.reverse_path or '<>'} · Message-ID: {parsed.message_id}")

    def _answers(self, kept: CapturedMessage) -> None:
        button.quiet("Bounce", partial(self._ask_why, kept)).classes("small")
        button.quiet("Complain", partial(self._answer, kept, Answer.COMPLAINT)).classes("small")
        button.quiet("Out of office", partial(self._answer, kept, Answer.OUT_OF_OFFICE)).classes("small")
        button.brand("Reply", partial(self._ask, kept), icon="sym_o_reply").classes("small")

    def _ask_why(self, kept: CapturedMessage) -> None:
        about = f"As the server of {kept.recipient} would report it."
        with asking("Bounce this message", about) as dialog:
            why = field.choice("What the server says", BOUNCES, next(iter(BOUNCES)))

            async def send() -> None:
                if await self._answer(kept, Answer.BOUNCE, why.value):
                    dialog.close()

            dialog.buttons("Bounce", send)

    def _ask(self, kept: CapturedMessage) -> None:
        with asking("Reply as the recipient", f"From {kept.recipient}, as mail from outside.") as dialog:
            words = field.area("Your answer", placeholder="Thank you, that works.")

            async def send() -> None:
                if await self._answer(kept, Answer.REPLY, words.value or "", fields={"text": words}):
                    dialog.close()

            dialog.buttons("Send reply", send)

    async def _answer(self, kept: CapturedMessage, kind: Answer, words: str = "", **options: Any) -> bool:
        done = await action.run(capture.answer, kept.id, kind=kind, text=words, **options)
        if done:
            notice.done("Accepted as mail from outside; look into the inbox.")
            await self._show_list()
        return bool(done)
