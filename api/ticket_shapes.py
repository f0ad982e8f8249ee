"""Tickets, their messages and what is done to them, as dialect B writes them."""

from typing import Any, Self

from pydantic import Field

from api.shapes import Flag, Moment, Page, Shape, example
from models import Direction, Message, Priority, Ticket, TicketStatus
from services import ids
from services.tickets import Conversation, Entry, Row

TICKET = "ticket_9d2p6s0x4v8qm"
_LINE: dict[str, Any] = {
    "id": TICKET,
    "from": "ann@customer.example",
    "fromName": "Ann Lee",
    "subject": "The lamp flickers",
    "status": "in_progress",
    "assignedTo": "user_4f0c1n8b2k7qe",
    "receivedAt": "2026-11-21T09:00:00.000Z",
}
_MESSAGE: dict[str, Any] = {
    "id": "email_0b7h3k9m5w1zc",
    "direction": "in",
    "from": "ann@customer.example",
    "fromName": "Ann Lee",
    "to": ["support@example.com"],
    "cc": [],
    "subject": "The lamp flickers",
    "snippet": "It has done so since Monday.",
    "messageId": "<4711@customer.example>",
    "receivedAt": "2026-11-21T09:00:00.000Z",
    "hasAttachments": False,
}
_NOTE = {
    "id": "email_2x8q4t6n0y3rd",
    "author": "Bob Example",
    "authorId": "user_4f0c1n8b2k7qe",
    "text": "Probably the driver.",
    "createdAt": "2026-11-21T09:04:00.000Z",
}


def user(number: int | None) -> str | None:
    return ids.encode("user", number) if number else None


class TicketShape(Shape):
    model_config = Shape.model_config | example(**_LINE)
    id: str
    sender: str = Field(serialization_alias="from")
    from_name: str
    subject: str
    status: TicketStatus
    assigned_to: str | None
    received_at: Moment

    @classmethod
    def of(cls, row: Row | Ticket, **more: Any) -> Self:
        return cls(
            id=ids.encode("ticket", row.id or 0),
            sender=row.correspondent,
            from_name=row.correspondent_name,
            subject=row.subject,
            status=row.status,
            assigned_to=user(row.assignee_id),
            received_at=row.created_at,
            **more,
        )


class Tickets(Page):
    model_config = Shape.model_config | example(tickets=[_LINE], page=1, limit=20, total=1)
    tickets: list[TicketShape]


class MessageShape(Shape):
    """A mail of the conversation; its whole text is at /emails/{id}."""

    model_config = Shape.model_config | example(**_MESSAGE)
    id: str
    direction: Direction
    sender: str = Field(serialization_alias="from")
    from_name: str
    to: list[str]
    cc: list[str]
    subject: str
    snippet: str
    message_id: str
    received_at: Moment
    has_attachments: bool

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(
            id=ids.encode("email", entry.id),
            direction=entry.direction,
            sender=entry.author_address,
            from_name=entry.author_name,
            to=[each["address"] for each in entry.to],
            cc=[each["address"] for each in entry.cc],
            subject=entry.subject,
            snippet=entry.snippet,
            message_id=entry.message_id,
            received_at=entry.received_at,
            has_attachments=any(not file.inline for file in entry.files),
        )


class NoteShape(Shape):
    model_config = Shape.model_config | example(**_NOTE)
    id: str
    author: str
    author_id: str | None
    text: str
    created_at: Moment

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(
            id=ids.encode("email", entry.id),
            author=entry.author_name,
            author_id=user(entry.user_id),
            text=entry.text,
            created_at=entry.received_at,
        )


class WholeTicket(TicketShape):
    """`mergedInto`: the ticket that has its messages now, for one that was merged."""

    model_config = Shape.model_config | example(
        **_LINE,
        number=1042,
        priority="normal",
        claimedAt="2026-11-21T09:03:00.000Z",
        resolvedAt=None,
        snoozedUntil=None,
        mergedInto=None,
        tags=["billing"],
        messages=[_MESSAGE],
        notes=[_NOTE],
    )
    number: int
    priority: Priority
    claimed_at: Moment | None
    resolved_at: Moment | None
    snoozed_until: Moment | None
    merged_into: str | None
    tags: list[str]
    messages: list[MessageShape]
    notes: list[NoteShape]

    @classmethod
    def of_conversation(cls, found: Conversation) -> Self:
        row = found.ticket
        names = ("number", "priority", "claimed_at", "resolved_at", "snoozed_until")
        notes = [each for each in found.entries if each.direction is Direction.NOTE]
        return cls.of(
            row,
            merged_into=ids.encode("ticket", found.merged_into.id) if found.merged_into else None,
            tags=[label.name for label in found.tags],
            messages=[MessageShape.of(each) for each in found.entries if each.direction is not Direction.NOTE],
            notes=[NoteShape.of(each) for each in notes],
            **{name: getattr(row, name) for name in names},
        )


class Claimed(Shape):
    model_config = Shape.model_config | example(
        id=TICKET, status="in_progress", assignedTo="user_4f0c1n8b2k7qe", claimedAt="2026-11-21T09:03:00.000Z"
    )
    id: str
    status: TicketStatus
    assigned_to: str | None
    claimed_at: Moment | None

    @classmethod
    def of(cls, row: Ticket) -> Self:
        return cls(
            id=ids.encode("ticket", row.id or 0),
            status=row.status,
            assigned_to=user(row.assignee_id),
            claimed_at=row.claimed_at,
        )


class NewStatus(Shape):
    """One of open, in_progress, waiting, resolved, closed, spam."""

    model_config = Shape.model_config | example(status="resolved")
    status: str


class StatusShape(Shape):
    model_config = Shape.model_config | example(id=TICKET, status="resolved", resolvedAt="2026-11-21T10:00:00.000Z")
    id: str
    status: TicketStatus
    resolved_at: Moment | None

    @classmethod
    def of(cls, row: Ticket) -> Self:
        return cls(id=ids.encode("ticket", row.id or 0), status=row.status, resolved_at=row.resolved_at)


class NewAssignee(Shape):
    """A user's id, or null to give the ticket back to the queue."""

    model_config = Shape.model_config | example(userId="user_4f0c1n8b2k7qe")
    user_id: str | None


class NewNote(Shape):
    model_config = Shape.model_config | example(text="@bob probably the driver.")
    text: str


class Merging(Shape):
    """The tickets that go into the one of the path."""

    model_config = Shape.model_config | example(ticketIds=["ticket_3s9f1z7k5c2bh"])
    ticket_ids: list[str] = Field(min_length=1, max_length=50)


class Snooze(Shape):
    """`keeps`: stay asleep even if the customer answers."""

    model_config = Shape.model_config | example(until="2026-11-23T08:00:00.000Z")
    until: Moment
    keeps: Flag = False


class Snoozed(Shape):
    model_config = Shape.model_config | example(id=TICKET, status="snoozed", snoozedUntil="2026-11-23T08:00:00.000Z")
    id: str
    status: TicketStatus
    snoozed_until: Moment | None

    @classmethod
    def of(cls, row: Ticket) -> Self:
        return cls(id=ids.encode("ticket", row.id or 0), status=row.status, snoozed_until=row.snoozed_until)


class Queued(Shape):
    """A mail on its way: `queued`, or `scheduled` for later."""

    model_config = Shape.model_config | example(
        id="email_0b7h3k9m5w1zc", messageId="<8f…@example.com>", status="queued"
    )
    id: str
    message_id: str
    status: str

    @classmethod
    def of(cls, row: Message, *, is_later: bool) -> Self:
        status = "scheduled" if is_later else "queued"
        return cls(id=ids.encode("email", row.id or 0), message_id=row.message_id, status=status)
