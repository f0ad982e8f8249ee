"""Conversations we begin ourselves, and what sending does to a ticket."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from models import Message, Organisation, Ticket, TicketStatus
from services import clock, webhooks
from services.access import Actor
from services.mail.address import Address
from services.mail.thread import subject_key
from services.replies.identity import Identity
from services.tickets import rating, recording


def open_ticket(session: Session, identity: Identity, to: Address, subject: str, *, actor: Actor) -> Ticket:
    """A new conversation with `to`, held by whoever begins it."""
    now = clock.now()
    ticket = Ticket(
        organisation_id=actor.organisation_id,
        number=_next_number(session, actor.organisation_id),
        mailbox_id=identity.mailbox_id,
        alias_id=identity.alias_id,
        subject=subject,
        subject_key=subject_key(subject),
        correspondent=to.address.lower(),
        correspondent_name=to.name[:320],
        assignee_id=actor.user_id,
        claimed_at=now if actor.user_id else None,
        active_at=now,
        created_at=now,
    )
    session.add(ticket)
    session.flush()
    return ticket


def _next_number(session: Session, organisation_id: int) -> int:
    number = col(Organisation.next_ticket_number)
    mine = sa.update(Organisation).where(col(Organisation.id) == organisation_id)
    taken = session.connection().execute(mine.values(next_ticket_number=number + 1).returning(number))
    return int(taken.scalar_one()) - 1


def after_sending(
    ticket: Ticket, message: Message, then: TicketStatus | datetime | None, *, actor: Actor
) -> dict[str, Any]:
    """What sending `message` changes on its ticket: the clock stops, it is the sender's, it waits for the customer.

    `then`: another status, or a time to snooze until.
    """
    now = clock.now()
    values = recording.with_status(then if isinstance(then, TicketStatus) else TicketStatus.WAITING, ticket)
    if isinstance(then, datetime):
        values |= {"status": TicketStatus.SNOOZED, "snoozed_until": then, "snooze_keeps": False}
    if ticket.assignee_id is None and actor.user_id is not None:
        values |= {"assignee_id": actor.user_id, "claimed_at": now}
    if ticket.first_response_at is None and ticket.last_inbound_at is not None and actor.user_id is not None:
        values["first_response_at"] = now
    return values | {
        "message_count": ticket.message_count + 1,
        "snippet": message.snippet,
        "active_at": now,
        "has_attachments": ticket.has_attachments or message.has_attachments,
    }


def settle(
    session: Session,
    ticket: Ticket,
    kind: str,
    message: Message,
    values: dict[str, Any],
    *,
    actor: Actor,
    undo: dict[str, object] | None = None,
    **detail: Any,
) -> None:
    """Change the ticket and note it; what was sent is not taken back with the ticket's own undo.

    Integrations hear of `message` when it leaves: until then it can be taken back.
    """
    was = ticket.status
    for name, value in values.items():
        setattr(ticket, name, value)
    session.add(ticket)
    if ticket.status in recording.FINAL and was not in recording.FINAL:
        rating.expect(session, ticket, actor=actor)
    event_id = webhooks.announce_ticket(
        session, "message.sent", ticket, message=message, actor=actor, at=message.sent_at
    )
    undo = {**undo, "announced": event_id} if undo else {}
    recording.note(session, ticket, kind, actor=actor, undo=undo, **detail)
