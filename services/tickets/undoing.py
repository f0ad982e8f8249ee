"""Taking back what was done: fields restored if nobody changed them since, messages moved home."""

from typing import Any

from sqlmodel import Session, col, select

from models import Message, Priority, Ticket, TicketEvent, TicketStatus, TicketTag
from services import access, clock
from services.access import Actor, Permission
from services.errors import Conflict, NotFound
from services.tickets import merging, recording
from services.tickets.rows import Changed

_KINDS: dict[str, Any] = {"status": TicketStatus, "priority": Priority}
_TIMES = {"claimed_at", "resolved_at", "snoozed_until", "deleted_at", "active_at"}


def undo(session: Session, event_id: int, *, actor: Actor) -> Changed:
    """Reverse one change, or all of its bulk action. Raises Conflict if somebody changed the same thing since."""
    access.require(actor, Permission.WORK_TICKETS)
    event = session.get(TicketEvent, event_id)
    if event is None or event.organisation_id != actor.organisation_id:
        raise NotFound("There is nothing to undo.")
    together = [event]
    if event.batch:
        mine = select(TicketEvent).where(TicketEvent.organisation_id == actor.organisation_id)
        together = list(session.exec(mine.where(TicketEvent.batch == event.batch).order_by(col(TicketEvent.id).desc())))
    for each in together:
        _undo_one(session, each, actor)
    ticket = recording.load(session, event.ticket_id, actor=actor)
    return Changed(ticket, event_id)


def _undo_one(session: Session, event: TicketEvent, actor: Actor) -> None:
    if event.undone_at is not None or not event.undo or "unsend" in event.undo:  # mail is taken back by replies.cancel
        raise Conflict("This cannot be undone (any more).", code="not_undoable")
    ticket = recording.lock(session, event.ticket_id, actor=actor)
    kept = event.undo
    _restore_fields(ticket, kept.get("fields"), kept.get("after"))
    _restore_rows(session, ticket, kept, actor)
    event.undone_at = clock.now()
    session.add(event)
    session.add(ticket)
    session.flush()
    recording.note(session, ticket, "undone", actor=actor, undo={}, what=event.kind)


def _restore_fields(ticket: Ticket, fields: Any, after: Any) -> None:
    for name, value in (after or {}).items():
        if recording.plain({name: getattr(ticket, name)})[name] != value:
            raise Conflict("Somebody changed this since.", code="changed_since")
    for name, value in (fields or {}).items():
        setattr(ticket, name, _typed(name, value))


def _typed(name: str, value: Any) -> Any:
    if value is not None and name in _KINDS:
        return _KINDS[name](value)
    return recording.as_time(value) if name in _TIMES else value


def _restore_rows(session: Session, ticket: Ticket, kept: dict[str, Any], actor: Actor) -> None:
    if "untag" in kept:
        link = session.get(TicketTag, (ticket.id, kept["untag"]))
        if link is not None:
            session.delete(link)
    if "tag" in kept and session.get(TicketTag, (ticket.id, kept["tag"])) is None:
        session.add(TicketTag(ticket_id=ticket.id or 0, tag_id=kept["tag"]))
    if "note" in kept:
        message = session.get(Message, kept["note"])
        if message is not None:
            message.deleted_at = clock.now()
            session.add(message)
    if "merged" in kept:
        merging.unmerge(session, ticket, kept["merged"])
    if "split" in kept:
        merging.unsplit(session, ticket, kept["split"], actor=actor)
