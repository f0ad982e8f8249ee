"""A person and their mail, beside the open conversation or on a page of their own: changed in place."""

from collections.abc import Awaitable, Callable
from typing import Any

from components import action, live
from components.contact_pane import ContactPane
from components.dialog import confirm
from components.pane import Line
from pages.inbox.lines import as_text
from services import contacts
from services.access import Actor
from services.contacts import PAGE, Cursor, Mail, Story
from services.events import ContactsChanged, Fact, MessageFiled

TYPED = frozenset({"name", "emails", "company", "title", "phone", "location", "note", "fields"})


Opened = tuple[Story, list[Mail]]
OpenTicket = Callable[[int], Awaitable[None]]


class PersonPane:
    """Shows whoever `load` gives for its `subject` (0 = nobody). Only what an open pane shows is read."""

    def __init__(
        self, load: Callable[..., Opened], open_ticket: OpenTicket, *, subject: int, worker: bool, whole: bool = False
    ) -> None:
        self.load, self.open_ticket = load, open_ticket
        self.is_open = False
        self.subject, self.contact, self.address = subject, 0, ""
        self.addresses: tuple[str, ...] = ()
        self.mail: list[Line] = []
        self.oldest: Cursor | None = None
        self.pane = ContactPane(ticket=subject, worker=worker, whole=whole)

    def wire(self) -> None:
        self.pane.listen(
            visible=self.turn, save=self.save, merge=self.merge, open=self.open_ticket, more=lambda _: self.more()
        )
        live.on((ContactsChanged, MessageFiled), self.follow)

    async def show(self, subject: int) -> None:
        """Somebody else."""
        self._turn_to(subject)
        await self.read()

    def clear(self) -> None:
        """Nobody."""
        self._turn_to(0)

    def _turn_to(self, subject: int) -> None:
        self.subject, self.contact, self.address = subject, 0, ""
        self.pane.set(ticket=subject, p=None)

    async def turn(self, is_open: Any) -> None:
        self.is_open = bool(is_open)
        await self.read()

    async def follow(self, facts: list[Fact]) -> None:
        tickets = {line["ticket"] for line in self.mail}
        if any(isinstance(fact, ContactsChanged) or _is_of(fact, tickets) for fact in facts):
            await self.read()

    async def read(self) -> None:
        subject = self.subject
        if not self.is_open or not subject:
            return
        outcome = await action.read(self.load, subject)
        if not outcome or subject != self.subject:
            return
        story, mail = outcome.value
        self.contact = story.person.contact.id or 0 if story.person else 0
        self.address = story.address
        self.addresses = story.person.emails if story.person else (story.address,)
        self.mail = []
        self._add(mail)
        self.pane.set(p=shown(story) | self._history(mail), errors={})

    async def more(self) -> None:
        outcome = await action.read(contacts.timeline, self.addresses, before=self.oldest)
        if outcome:
            self._add(outcome.value)
            self.pane.run_method("grow", self._history(outcome.value))

    def _add(self, mail: list[Mail]) -> None:
        self.mail += [_line(each) for each in mail]
        self.oldest = mail[-1].cursor if mail else self.oldest

    def _history(self, mail: list[Mail]) -> Line:
        return {"timeline": self.mail, "more": len(mail) == PAGE}

    async def save(self, told: Line) -> None:
        """One field as it was typed. What is wrong with it is said there."""
        field = str(told.get("field", ""))
        if (
            field not in TYPED
            or told.get("address") != self.address
            or not self.subject
            or not (self.contact or self.address)
        ):
            return  # typed beside another conversation than the one open by now
        outcome = await action.run(keep, self.contact, self.address, field, told.get("value"), quietly=True)
        if outcome:
            await self.read()
        elif outcome.error is not None:
            self.pane.run_method("refuse", field, told.get("value"), outcome.error.message)

    def merge(self, other: Any) -> None:
        """Only after asking: two who became one are not told apart again."""
        contact = self.contact

        async def do() -> None:
            if await action.run(contacts.merge, contact, int(other)):
                await self.read()

        if contact:
            about = "Addresses, details and notes of both are kept. This cannot be undone."
            confirm("Make one person of the two?", about, "Merge", do)


def of_ticket(session: Any, ticket: int, *, actor: Actor) -> Opened:
    return _with_mail(session, contacts.of_ticket(session, ticket, actor=actor), actor)


def of_contact(session: Any, contact: int, *, actor: Actor) -> Opened:
    return _with_mail(session, contacts.of_contact(session, contact, actor=actor), actor)


def _with_mail(session: Any, story: Story, actor: Actor) -> Opened:
    addresses = story.person.emails if story.person else (story.address,)
    return story, contacts.timeline(session, addresses, actor=actor)


def keep(session: Any, contact: int, address: str, field: str, value: Any, *, actor: Actor) -> None:
    """Change the person, or begin to keep them."""
    if field == "emails":
        value = [str(each) for each in value] if isinstance(value, list) else []
    elif field == "fields":
        value = {str(name): str(text) for name, text in value.items()} if isinstance(value, dict) else {}
    else:
        value = str(value)
    details: Any = {field: value}
    if contact:
        contacts.update(session, contact, actor=actor, **details)
    else:
        contacts.create(session, actor=actor, **({"emails": [address]} | details))


def shown(story: Story) -> Line:
    """What the browser draws of a person, or of an address nobody keeps yet."""
    contact = story.person.contact if story.person else None
    known = contact.name if contact else ""
    texts = {name: getattr(contact, name, "") for name in ("company", "title", "phone", "location", "note")}
    return texts | {
        "id": contact.id if contact else 0,
        "address": story.address,
        "known": known,
        "name": known or story.name or story.address,
        "emails": list(story.person.emails if story.person else (story.address,)),
        "fields": contact.fields if contact else {},
        "learnt": {name: {"ticket": each.ticket_id, "at": as_text(each.at)} for name, each in story.learnt.items()},
        "open": [
            {"id": each.id, "number": each.number, "subject": each.subject, "status": each.status}
            for each in story.open
        ],
        "duplicates": [
            {"id": each.contact.id, "name": each.contact.name, "emails": list(each.emails)} for each in story.duplicates
        ],
    }


def _line(mail: Mail) -> Line:
    return {
        "id": mail.id,
        "direction": mail.direction,
        "subject": mail.subject,
        "snippet": mail.snippet,
        "at": as_text(mail.at),
        "ticket": mail.ticket_id,
        "number": mail.number,
        "status": mail.status,
    }


def _is_of(fact: Fact, tickets: set[int]) -> bool:
    return isinstance(fact, MessageFiled) and fact.ticket_id in tickets
