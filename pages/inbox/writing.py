"""The composer of a desk: drafts begun, taken up, sent, taken back."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from components import action
from components.composer import Composer
from components.frame import actor
from components.pane import Line
from models import Draft, DraftKind, Message, PresenceState, TicketStatus
from pages.dangers import spoken_size
from pages.inbox import reading, verbs
from pages.inbox.tab import Tab
from services import drafts, ids, presence, replies, suppressions, tickets
from services.access import Actor, Permission, may
from services.errors import Invalid
from services.tickets import Changed

LIMITS = {
    "file": drafts.MAX_FILE,
    "words": f"{spoken_size(drafts.MAX_FILE)} each, {spoken_size(drafts.MAX_FILES)} together",
}


@dataclass(frozen=True)
class Sent:
    """A message on its way, and for how long it can be taken back."""

    message: Message
    undo_seconds: int


class Writing:
    """What is being written at one desk; at most one draft at a time."""

    def __init__(self, desk: Tab, draft: Line | None) -> None:
        self.desk = desk
        self.draft = draft
        self.composer = Composer(d=draft, aliases=desk.around.aliases, people=desk.around.people, limits=LIMITS)
        self.composer.listen(
            send=self.send,
            turn=self.turn,
            close=self.closed,
            discard=self.discard,
            typing=lambda _: self.typing(),
        )

    def put(self, draft: Line | None, *, carried: Any = None, focused: bool = True) -> None:
        """Show `draft`, or no composer."""
        if draft is None and self.draft is None:
            return
        self.draft = draft
        self.composer.open(draft, carried, focused=focused)
        self.desk.reader.set(composing=draft is not None)

    async def compose(self) -> None:
        """A new conversation, beside whatever list is shown."""
        outcome = await action.run(begin, DraftKind.NEW)
        if outcome:
            self._alone(outcome.value)

    async def resume(self, draft_id: int) -> None:
        outcome = await action.read(reading.draft, draft_id)
        if outcome:
            self._alone(outcome.value)
        else:
            self.desk.stay(self.desk.open_id)

    def _alone(self, draft: Line) -> None:
        desk = self.desk
        desk.open_id = 0
        desk.panes.classes("is-reading")
        desk.reader.set(c=None)
        desk.list.point(-draft["id"])
        self.put(draft)

    async def write(self, asked: Line) -> None:
        """Begin, or take up, an answer, a forward or a note in `ticket`, which was shown when it was asked for."""
        kind, number = DraftKind(str(asked.get("kind"))), int(asked["ticket"])
        if number != self.desk.open_id:
            await self.desk.open_ticket(number)
        outcome = await action.run(begin, kind, ticket_id=number, in_reply_to_id=asked.get("message"))
        if outcome and self.desk.open_id == number:
            self.put(outcome.value)

    async def answer_with(self, template_id: int) -> None:
        """Begin an answer in the open conversation, or go on with it, and put a template in."""
        await self.write({"ticket": self.desk.open_id, "kind": DraftKind.REPLY})
        if self.draft is not None:
            self.composer.insert(ids.encode("tmpl", template_id))

    async def turn(self, asked: Line) -> None:
        """Another kind of answer; what was typed comes along unless one of them is a note."""
        carried = asked.get("carried")
        kind = DraftKind(str(asked.get("kind")))
        old = int(asked["from"])
        outcome = await action.run(begin, kind, like=old, replaces=old if carried else 0)
        if outcome and self._is_open(old):
            self.put(outcome.value, carried=carried)

    def _is_open(self, draft_id: Any) -> bool:
        """Whether it is still this draft that is written; another conversation may have been opened since."""
        return self.draft is not None and self.draft["id"] == draft_id

    async def closed(self, untouched: bool) -> None:
        """Put away by its writer; one in which nothing was written is not kept."""
        draft = self.draft
        await self.close()
        if untouched and draft is not None:
            await action.run(drafts.discard, draft["id"], quietly=True)

    async def close(self) -> None:
        alone = not self.desk.open_id
        self.put(None)
        if alone:
            await self.desk.close()

    async def discard(self, draft_id: int) -> None:
        if await action.run(drafts.discard, int(draft_id)):
            await self.close()
            self.desk.toasts.done("Draft discarded", seconds=3)

    async def typing(self) -> None:
        if self.desk.open_id and self.draft and self.draft["kind"] != DraftKind.NOTE:
            await action.run(presence.heartbeat, self.desk.open_id, state=PresenceState.TYPING)

    async def send(self, wish: Line) -> None:
        outcome = await action.run(deliver, wish, quietly=True)
        if outcome.error is not None and not self._is_open(wish.get("draft")):
            self.desk.toasts.problem(f"Not sent, and kept as a draft: {outcome.error.message}")
            return
        if outcome.error is not None:
            lifts = outcome.error.code == "suppressed" and may(actor(), Permission.WRITE_SUPPRESSIONS)
            self.composer.refused("suppressed_liftable" if lifts else outcome.error.code, outcome.error.message)
            return
        result = outcome.value
        if isinstance(result, Changed):
            self._noted(result, wish)
        else:
            await self._sent(result, wish)

    def _noted(self, changed: Changed, wish: Line) -> None:
        if self._is_open(wish["draft"]):
            self.put(None)
        self.desk.toasts.done("Note added", lambda: action.run(tickets.undo, changed.event_id))

    async def _sent(self, sent: Sent, wish: Line) -> None:
        desk, message, is_here = self.desk, sent.message, self._is_open(wish["draft"])
        was_new = is_here and not desk.open_id
        if is_here:
            self.put(None)
        take_back = partial(self.take_back, message.id or 0)
        if wish.get("at"):
            desk.toasts.done("Scheduled", take_back)
        elif sent.undo_seconds:
            desk.toasts.done("Sending", take_back, seconds=sent.undo_seconds, counts=True)
        else:
            desk.toasts.done("Sent", seconds=4)
        if was_new and message.ticket_id:
            await desk.open_ticket(message.ticket_id)
        elif wish.get("then") == "closed" or wish.get("snooze"):
            desk.list.leave([message.ticket_id or 0])

    async def take_back(self, message_id: int) -> None:
        """Undo send: the draft is there again."""
        outcome = await action.run(replies.cancel, int(message_id))
        if not outcome:
            return
        draft: Draft = outcome.value
        if draft.ticket_id:
            await self.desk.open_ticket(draft.ticket_id)
        taken = await action.read(reading.draft, draft.id or 0)
        if taken:
            self.put(taken.value) if draft.ticket_id else self._alone(taken.value)
        self.desk.toasts.done("Taken back. Nothing was sent.", seconds=4)


def begin(
    session: Any,
    kind: DraftKind,
    *,
    ticket_id: int | None = None,
    in_reply_to_id: int | None = None,
    like: int = 0,
    replaces: int = 0,
    actor: Actor,
) -> Line:
    """Start a draft, or find the one under way; `like` belongs to the ticket and answers the message of that draft."""
    if like:
        other = drafts.get(session, like, actor=actor)
        ticket_id = other.ticket_id
        in_reply_to_id = None if kind is DraftKind.NOTE else other.in_reply_to_id
    draft = drafts.start(session, kind, ticket_id=ticket_id, in_reply_to_id=in_reply_to_id, actor=actor)
    if replaces and replaces != draft.id:
        drafts.hand_on(session, replaces, draft.id or 0, actor=actor)
    return reading.draft(session, draft.id or 0, actor=actor)


def deliver(session: Any, wish: Line, *, actor: Actor) -> Sent | Changed:
    """Send the draft, or add it as a note."""
    try:
        draft = drafts.get(session, int(wish["draft"]), actor=actor)
        if draft.kind is DraftKind.NOTE:
            mentions = [int(number) for number in wish.get("mentions", [])]
            changed = tickets.note(session, draft.ticket_id or 0, draft.text, mentions=mentions, actor=actor)
            drafts.discard(session, draft.id or 0, actor=actor)
            return changed
        at = verbs.moment(wish["at"]) if wish.get("at") else None
        confirm = bool(wish.get("confirm"))
        if wish.get("lift"):
            suppressions.lift(session, replies.recipients(session, draft.id or 0, actor=actor), actor=actor)
        message = replies.send(session, draft.id or 0, at=at, then=_then(wish), confirm=confirm, actor=actor)
        return Sent(message, replies.undo_window(session, actor=actor))
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("This cannot be sent.", code="invalid_action") from error


def _then(wish: Line) -> TicketStatus | datetime | None:
    if wish.get("snooze"):
        return verbs.moment(wish["snooze"])
    return TicketStatus(str(wish["then"])) if wish.get("then") else None
