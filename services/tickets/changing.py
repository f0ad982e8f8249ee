"""What a team changes on a ticket: status, priority, tags, trash."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from models import Priority, Tag, TicketStatus, TicketTag
from services import access, clock
from services.access import Actor, Permission
from services.errors import Invalid, NotFound
from services.tickets import recording
from services.tickets.rows import Changed

SETTABLE = tuple(status for status in TicketStatus if status is not TicketStatus.SNOOZED)


def set_status(session: Session, ticket_id: int, status: str, *, actor: Actor, batch: str = "") -> Changed:
    """Any status but snoozed, which needs a time (`snooze`). Raises Invalid `invalid_status`."""
    access.require(actor, Permission.WORK_TICKETS)
    if status not in SETTABLE:
        raise Invalid(f"A status is one of {', '.join(SETTABLE)}.", code="invalid_status", field="status")
    ticket = recording.lock_whole(session, ticket_id, actor=actor)
    values = recording.with_status(TicketStatus(status), ticket)
    return recording.change(session, ticket, "status", values, actor=actor, batch=batch, status=status)


def set_priority(session: Session, ticket_id: int, priority: str, *, actor: Actor, batch: str = "") -> Changed:
    """Raises Invalid for anything but low, normal, high, urgent."""
    access.require(actor, Permission.WORK_TICKETS)
    if priority not in set(Priority):
        raise Invalid(f"A priority is one of {', '.join(Priority)}.", code="invalid_priority", field="priority")
    ticket = recording.lock_whole(session, ticket_id, actor=actor)
    values = {"priority": Priority(priority)}
    return recording.change(session, ticket, "priority", values, actor=actor, batch=batch, priority=priority)


def tag(session: Session, ticket_id: int, name: str, *, actor: Actor, batch: str = "") -> Changed:
    """Put a tag on a ticket; one of a new name is made."""
    access.require(actor, Permission.WORK_TICKETS)
    ticket = recording.lock_whole(session, ticket_id, actor=actor)
    found = _tag_named(session, name, actor) or _new_tag(session, name, actor)
    if session.get(TicketTag, (ticket.id, found.id)) is not None:
        return Changed(ticket, 0)
    session.add(TicketTag(ticket_id=ticket.id or 0, tag_id=found.id or 0))
    undo: dict[str, object] = {"untag": found.id}
    return recording.note(session, ticket, "tagged", actor=actor, undo=undo, batch=batch, name=found.name)


def untag(session: Session, ticket_id: int, name: str, *, actor: Actor, batch: str = "") -> Changed:
    access.require(actor, Permission.WORK_TICKETS)
    ticket = recording.lock_whole(session, ticket_id, actor=actor)
    found = _tag_named(session, name, actor)
    link = session.get(TicketTag, (ticket.id, found.id)) if found else None
    if found is None or link is None:
        return Changed(ticket, 0)
    session.delete(link)
    undo: dict[str, object] = {"tag": found.id}
    return recording.note(session, ticket, "untagged", actor=actor, undo=undo, batch=batch, name=found.name)


def tags(session: Session, *, actor: Actor) -> list[Tag]:
    """The organisation's tags by name."""
    access.require(actor, Permission.READ_TICKETS)
    mine = select(Tag).where(col(Tag.organisation_id) == actor.organisation_id)
    return list(session.exec(mine.order_by(col(Tag.name))).all())


def tag_ids(session: Session, names: Iterable[str], *, actor: Actor) -> dict[str, int]:
    """The number of each tag by its folded name; those of a new name are made."""
    access.require(actor, Permission.WORK_TICKETS)
    known = {each.name: each for each in tags(session, actor=actor)}
    wanted = dict.fromkeys(map(folded, names))
    return {name: (known.get(name) or _new_tag(session, name, actor)).id or 0 for name in wanted}


def _tag_named(session: Session, name: str, actor: Actor) -> Tag | None:
    query = select(Tag).where(col(Tag.organisation_id) == actor.organisation_id, col(Tag.name) == folded(name))
    return session.exec(query).first()


def _new_tag(session: Session, name: str, actor: Actor) -> Tag:
    if not folded(name):
        raise Invalid("A tag needs a name.", field="tag", code="empty_name")
    made = Tag(organisation_id=actor.organisation_id, name=folded(name), colour=_colour(name))
    session.add(made)
    session.flush()
    return made


def folded(name: str) -> str:
    """A tag's name as kept: lower case, single spaces, at most 64 characters."""
    return " ".join(name.lower().split())[:64]


def _colour(name: str) -> str:
    palette = ("grey", "red", "orange", "amber", "green", "teal", "blue", "indigo", "purple", "pink")
    return palette[sum(folded(name).encode()) % len(palette)]


def delete(session: Session, ticket_id: int, *, actor: Actor, batch: str = "") -> Changed:
    """Move a ticket to the trash, from which `restore` brings it back."""
    access.require(actor, Permission.DELETE_TICKETS)
    ticket = recording.lock(session, ticket_id, actor=actor)
    if ticket.deleted_at is not None:
        return Changed(ticket, 0)
    return recording.change(session, ticket, "deleted", {"deleted_at": clock.now()}, actor=actor, batch=batch)


def restore(session: Session, ticket_id: int, *, actor: Actor, batch: str = "") -> Changed:
    """Bring a ticket back from the trash. Raises NotFound for one that was merged into another."""
    access.require(actor, Permission.DELETE_TICKETS)
    ticket = recording.lock(session, ticket_id, actor=actor)
    if ticket.merged_into_id is not None:
        raise NotFound("This conversation is now part of another one.", code="merged")
    return recording.change(session, ticket, "restored", {"deleted_at": None}, actor=actor, batch=batch)
