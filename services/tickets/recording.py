"""How a ticket is changed: loaded under a lock, changed field by field, written down so that it can be undone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import Ticket, TicketEvent, TicketStatus
from services import clock, events, webhooks
from services.access import Actor
from services.errors import Conflict, NotFound
from services.tickets import rating
from services.tickets.rows import Changed

FINAL = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
ANNOUNCED = {
    "claimed": "ticket.claimed",
    "released": "ticket.released",
    "assigned": "ticket.assigned",
    "handed": "ticket.assigned",
    "status": "ticket.status_changed",
    "priority": "ticket.priority_changed",
    "merged": "ticket.merged",
    "deleted": "ticket.deleted",
    "noted": "note.added",
}


def load(session: Session, ticket_id: int, *, actor: Actor) -> Ticket:
    """The ticket, if it is the actor's organisation's. Raises NotFound."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.organisation_id != actor.organisation_id:
        raise NotFound("There is no such ticket.")
    return ticket


def lock(session: Session, ticket_id: int, *, actor: Actor) -> Ticket:
    """The ticket as it is now, kept from other writers until the commit. Raises NotFound."""
    query = select(Ticket).where(col(Ticket.id) == ticket_id, col(Ticket.organisation_id) == actor.organisation_id)
    ticket = session.exec(query.with_for_update().execution_options(populate_existing=True)).first()
    if ticket is None:
        raise NotFound("There is no such ticket.")
    return ticket


def lock_whole(session: Session, ticket_id: int, *, actor: Actor) -> Ticket:
    """As `lock`. Raises Conflict for a ticket that was merged into another: nobody sees what is done there."""
    ticket = lock(session, ticket_id, actor=actor)
    if ticket.merged_into_id is not None:
        target = session.get_one(Ticket, ticket.merged_into_id)
        raise Conflict(f"This conversation is now part of #{target.number}.", code="merged")
    return ticket


def change(
    session: Session,
    ticket: Ticket,
    kind: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    batch: str = "",
    **detail: Any,
) -> Changed:
    """Set fields of `ticket` and write the event that `undo` reverses. No event if nothing differs."""
    before = {name: getattr(ticket, name) for name in values}
    after = {name: value for name, value in values.items() if before[name] != value}
    if not after:
        return Changed(ticket, 0)
    for name, value in after.items():
        setattr(ticket, name, value)
    session.add(ticket)
    if before.get("status", ticket.status) not in FINAL and ticket.status in FINAL:
        rating.expect(session, ticket, actor=actor)
    undo: dict[str, object] = {"fields": plain({name: before[name] for name in after}), "after": plain(after)}
    return note(session, ticket, kind, actor=actor, batch=batch, undo=undo, **detail)


def note(
    session: Session,
    ticket: Ticket,
    kind: str,
    *,
    actor: Actor,
    undo: dict[str, object],
    batch: str = "",
    **detail: Any,
) -> Changed:
    """Write one line of activity and tell open pages. An empty `undo` cannot be undone."""
    event = TicketEvent(
        organisation_id=ticket.organisation_id,
        ticket_id=ticket.id or 0,
        kind=kind,
        actor_id=actor.user_id,
        detail=plain(detail),
        undo=undo,
        batch=batch,
        at=clock.now(),
    )
    session.add(event)
    session.flush()
    changed(session, ticket)
    if kind in ANNOUNCED:
        webhooks.announce_ticket(session, ANNOUNCED[kind], ticket, actor=actor)
    return Changed(ticket, event.id or 0)


def changed(session: Session, ticket: Ticket) -> None:
    """Tell open pages that the ticket differs."""
    events.record(session, events.TicketChanged(ticket.organisation_id, ticket.id or 0))


def with_status(status: TicketStatus, ticket: Ticket) -> dict[str, Any]:
    """The fields that follow from a status: when it was resolved, and no sleep outside snoozed (API.md B)."""
    resolved_at = (ticket.resolved_at or clock.now()) if status in FINAL else None
    values: dict[str, Any] = {"status": status, "resolved_at": resolved_at}
    if status is not TicketStatus.SNOOZED:
        values |= {"snoozed_until": None, "snooze_keeps": False}
    return values


def plain(values: Mapping[str, Any]) -> dict[str, object]:
    """`values` as JSON can hold them."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def as_time(value: Any) -> datetime | None:
    """The moment `plain` made text of."""
    return datetime.fromisoformat(value) if value else None
