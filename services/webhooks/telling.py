"""What an event says of a ticket and a message.

Ids are the API's, because what is said is read by the API's callers.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from models import Direction, Message, Priority, Ticket, TicketStatus
from services import ids, settings


class ShownTicket(Protocol):
    """What events show of a ticket, where there is no row of it yet."""

    id: int
    organisation_id: int
    number: int
    subject: str
    correspondent: str
    correspondent_name: str
    status: TicketStatus
    priority: Priority
    assignee_id: int | None
    alias_id: int | None


class ShownMessage(NamedTuple):
    """The same of a message."""

    id: int
    direction: Direction
    author_address: str
    author_name: str
    to: list[dict[str, str]]
    subject: str
    snippet: str
    message_id: str
    received_at: datetime


AnyTicket = Ticket | ShownTicket
AnyMessage = Message | ShownMessage


def told(ticket: AnyTicket, message: AnyMessage | None = None) -> dict[str, Any]:
    """The data of an event that happened to `ticket`."""
    data: dict[str, Any] = {"ticket": _ticket(ticket)}
    if message is not None:
        data["message"] = _message(message)
    return data


@lru_cache(maxsize=256)
def written(at: datetime) -> str:
    """In UTC, as RFC 3339 has it; the messages of one commit share their moment."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _ticket(ticket: AnyTicket) -> dict[str, Any]:
    ticket_id = ids.encode("ticket", ticket.id or 0)
    return {
        "id": ticket_id,
        "number": ticket.number,
        "subject": ticket.subject,
        "from": ticket.correspondent,
        "fromName": ticket.correspondent_name,
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "assignedTo": ids.encode("user", ticket.assignee_id) if ticket.assignee_id else None,
        "aliasId": ids.encode("alias", ticket.alias_id) if ticket.alias_id else None,
        "url": f"{settings.current().url}/t/{ticket_id}",
    }


def _message(message: AnyMessage) -> dict[str, Any]:
    return {
        "id": ids.encode("email", message.id or 0),
        "direction": message.direction.value,
        "from": message.author_address,
        "fromName": message.author_name,
        "to": [each["address"] for each in message.to],
        "subject": message.subject,
        "snippet": message.snippet,
        "messageId": message.message_id,
        "receivedAt": written(message.received_at),
    }
