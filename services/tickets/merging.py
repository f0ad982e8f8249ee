"""Two conversations made one, and one made two; both can be undone because messages only move."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select, update

from models import Direction, Draft, Follower, Mention, Message, Organisation, Ticket, TicketStatus, TicketTag
from services import access, clock, events
from services.access import Actor, Permission
from services.errors import Conflict, Invalid
from services.mail.thread import subject_key
from services.tickets import recording
from services.tickets.rows import Changed

MOVING: tuple[Any, ...] = (Message, Draft, Mention)


def merge(session: Session, ticket_id: int, others: Sequence[int], *, actor: Actor, batch: str = "") -> Changed:
    """Move everything of `others` into `ticket_id`; they keep only a pointer to it."""
    access.require(actor, Permission.WORK_TICKETS)
    wanted = {number for number in others if number != ticket_id}
    if not wanted:
        raise Invalid("Choose at least two conversations to merge.", code="nothing_to_merge")
    locked = {number: recording.lock(session, number, actor=actor) for number in sorted({ticket_id, *wanted})}
    target = locked.pop(ticket_id)
    if any(each.merged_into_id is not None for each in (target, *locked.values())):
        raise Conflict("One of these conversations is already part of another.", code="already_merged")
    undo: dict[str, object] = {"merged": [_absorb(session, target, each) for each in locked.values()]}
    recount(session, target)
    if target.status is not TicketStatus.OPEN and any(each.status is TicketStatus.OPEN for each in locked.values()):
        undo["fields"] = {"status": target.status, "resolved_at": recording.plain({"": target.resolved_at})[""]}
        undo["after"] = {"status": TicketStatus.OPEN}
        target.status, target.resolved_at = TicketStatus.OPEN, None
    numbers = [each.number for each in locked.values()]
    return recording.note(session, target, "merged", actor=actor, undo=undo, batch=batch, numbers=numbers)


def _absorb(session: Session, target: Ticket, source: Ticket) -> dict[str, object]:
    moved = {kind.__tablename__: _move(session, kind, kind.ticket_id == source.id, target.id) for kind in MOVING}
    added = {
        "tags": _share(session, TicketTag, TicketTag.tag_id, source, target),
        "followers": _share(session, Follower, Follower.user_id, source, target),
    }
    before = recording.plain({"deleted_at": source.deleted_at})
    source.merged_into_id, source.deleted_at = target.id, source.deleted_at or clock.now()
    session.add(source)
    recording.changed(session, source)
    return {"ticket": source.id, "moved": moved, **added, **before}


def _move(session: Session, kind: Any, condition: Any, ticket_id: int | None) -> list[int]:
    ids = list(session.exec(select(kind.id).where(condition).order_by(kind.id)).all())
    if ids:
        moved = update(kind).where(col(kind.id).in_(ids)).values(ticket_id=ticket_id)
        session.exec(moved.execution_options(synchronize_session=False))
    return ids


def _share(session: Session, kind: Any, key: Any, source: Ticket, target: Ticket) -> list[int]:
    theirs = set(session.exec(select(key).where(kind.ticket_id == source.id)).all())
    missing = sorted(theirs - set(session.exec(select(key).where(kind.ticket_id == target.id)).all()))
    session.add_all(kind(**{"ticket_id": target.id, key.key: number}) for number in missing)
    return missing


def unmerge(session: Session, target: Ticket, merged: list[dict[str, Any]]) -> None:
    """Give every merged conversation back what was its own."""
    for each in merged:
        source = session.get(Ticket, each["ticket"])
        if source is None or source.merged_into_id != target.id:
            raise Conflict("One of these conversations has moved on since.", code="changed_since")
        for kind in MOVING:
            _move(session, kind, col(kind.id).in_(each["moved"][kind.__tablename__]), source.id)
        _take_back(session, TicketTag, TicketTag.tag_id, target, each["tags"])
        _take_back(session, Follower, Follower.user_id, target, each["followers"])
        source.merged_into_id = None
        source.deleted_at = recording.as_time(each["deleted_at"])
        recount(session, source)
        recording.changed(session, source)
    recount(session, target)


def _take_back(session: Session, kind: Any, key: Any, target: Ticket, numbers: list[int]) -> None:
    session.exec(sa.delete(kind).where(kind.ticket_id == target.id, key.in_(numbers)))


def split(session: Session, ticket_id: int, message_ids: Sequence[int], *, actor: Actor) -> Changed:
    """Move some messages into a ticket of their own; `Changed.ticket` is the new one."""
    access.require(actor, Permission.WORK_TICKETS)
    number = next_number(session, actor.organisation_id)
    source = recording.lock(session, ticket_id, actor=actor)
    mine = select(Message).where(Message.ticket_id == ticket_id, col(Message.deleted_at).is_(None))
    messages = list(session.exec(mine.order_by(col(Message.received_at), col(Message.id))).all())
    moving = [each for each in messages if each.id in set(message_ids)]
    if not moving or len(moving) == len(messages):
        raise Invalid("Choose some of the messages, but not all, to split off.", code="nothing_to_split")
    made = _begun_by(moving[0], source, number)
    session.add(made)
    session.flush()
    ids = [each.id for each in moving]
    _move(session, Message, col(Message.id).in_(ids), made.id)
    _move(session, Mention, col(Mention.message_id).in_(ids), made.id)
    recount(session, source)
    recount(session, made)
    recording.note(session, source, "split", actor=actor, undo={}, number=number, ticket_id=made.id)
    undo: dict[str, object] = {"split": {"from": source.id, "messages": ids}}
    return recording.note(session, made, "split_from", actor=actor, undo=undo, number=source.number)


def unsplit(session: Session, made: Ticket, kept: dict[str, Any], *, actor: Actor) -> None:
    """Move what came since the split back as well: nothing may be left behind."""
    source = recording.lock(session, kept["from"], actor=actor)
    for kind in MOVING:
        _move(session, kind, kind.ticket_id == made.id, source.id)
    made.merged_into_id, made.deleted_at = source.id, clock.now()
    session.add(made)
    recount(session, source)
    recount(session, made)
    recording.changed(session, source)


def _begun_by(first: Message, source: Ticket, number: int) -> Ticket:
    incoming = first.direction is Direction.IN
    return Ticket(
        organisation_id=source.organisation_id,
        number=number,
        mailbox_id=source.mailbox_id,
        alias_id=first.alias_id or source.alias_id,
        subject=first.subject or source.subject,
        subject_key=subject_key(first.subject or source.subject),
        correspondent=first.author_address if incoming else source.correspondent,
        correspondent_name=first.author_name if incoming else source.correspondent_name,
        assignee_id=source.assignee_id,
        claimed_at=source.claimed_at,
        active_at=first.received_at,
        created_at=clock.now(),
    )


def next_number(session: Session, organisation_id: int) -> int:
    """The organisation's next ticket number; its row stays locked until the commit."""
    following = update(Organisation).where(col(Organisation.id) == organisation_id)
    raised = following.values(next_ticket_number=col(Organisation.next_ticket_number) + 1)
    session.exec(raised.execution_options(synchronize_session=False))
    number = session.exec(select(Organisation.next_ticket_number).where(Organisation.id == organisation_id)).one()
    return number - 1


def recount(session: Session, ticket: Ticket) -> None:
    """Derive from its messages what a ticket says about them."""
    mine = select(Message).where(Message.ticket_id == ticket.id, col(Message.deleted_at).is_(None))
    messages = list(
        session.exec(mine.where(Message.direction != Direction.NOTE).order_by(col(Message.received_at))).all()
    )
    ticket.message_count = len(messages)
    ticket.has_attachments = any(each.has_attachments for each in messages)
    incoming = [each.received_at for each in messages if each.direction is Direction.IN]
    ticket.last_inbound_at = max(incoming, default=None)
    if messages:
        ticket.active_at, ticket.snippet = messages[-1].received_at, messages[-1].snippet
    session.add(ticket)
    events.record(session, events.TicketChanged(ticket.organisation_id, ticket.id or 0))
