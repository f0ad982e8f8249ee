"""The end of the trash: conversations deleted thirty days ago go for good, with all that belongs to them alone."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, delete, exists, select, update

from models import (
    Attachment,
    Draft,
    Message,
    MessageBody,
    Outbound,
    OutboundStatus,
    RawMessage,
    Reception,
    Ticket,
)
from services import clock, domains, events, quotas

KEPT = timedelta(days=30)
BATCH = 10  # conversations in one transaction: mail waits for it
_OVER = (OutboundStatus.DELIVERED, OutboundStatus.FAILED, OutboundStatus.CANCELLED)


def empty(session: Session) -> bool:
    """Delete some of what has been in the trash for too long; False when nothing was.

    A ticket merged into another one is no trash: it leads there for as long as that one exists.
    """
    over = (col(Ticket.deleted_at) <= clock.now() - KEPT, col(Ticket.merged_into_id).is_(None))
    query = select(Ticket).where(*over).order_by(col(Ticket.id)).limit(BATCH).with_for_update(skip_locked=True)
    found = session.exec(query).all()
    if found:
        _delete(session, _with_merged(session, [each.id or 0 for each in found]))
    for ticket in found:
        events.record(session, events.TicketChanged(ticket.organisation_id, ticket.id or 0))
    return bool(found)


def purge(session: Session, ticket_ids: list[int]) -> None:
    """These go for good at once, with whatever was merged into them."""
    _delete(session, _with_merged(session, ticket_ids))


def _with_merged(session: Session, ids: list[int]) -> list[int]:
    """These tickets and those that were merged into them, however often."""
    known, newest = list(ids), list(ids)
    while newest:
        newest = [each or 0 for each in session.exec(select(Ticket.id).where(col(Ticket.merged_into_id).in_(newest)))]
        known += newest
    return known


def _delete(session: Session, tickets: Collection[int]) -> None:
    mine = col(Message.ticket_id).in_(tickets)
    messages, searched = select(Message.id).where(mine), select(Message.search_id).where(mine)
    for organisation_id in quotas.give_back(session, tickets):
        domains.changed(session, organisation_id)
    drafts = select(Draft.id).where(col(Draft.ticket_id).in_(tickets))
    raws = [each for each in session.exec(select(Message.raw_id).where(mine)) if each is not None]
    _forget(session, Attachment, col(Attachment.message_id).in_(messages) | col(Attachment.draft_id).in_(drafts))
    _forget(session, Reception, col(Reception.message_id).in_(messages))
    _forget(session, Outbound, col(Outbound.message_id).in_(messages) & col(Outbound.status).in_(_OVER))
    _forget(session, MessageBody, col(MessageBody.id).in_(searched))
    _forget(session, Message, mine)
    _forget(session, RawMessage, col(RawMessage.id).in_(raws) & ~_is_needed())
    session.exec(update(Ticket).where(col(Ticket.follows_id).in_(tickets)).values(follows_id=None))
    _forget(session, Ticket, col(Ticket.id).in_(tickets))


def _is_needed() -> Any:
    """Whether a message of somebody else, a recipient or a delivery still refers to the bytes."""
    return (
        exists(select(Message.id).where(col(Message.raw_id) == col(RawMessage.id)))
        | exists(select(Reception.id).where(col(Reception.raw_id) == col(RawMessage.id)))
        | exists(select(Outbound.id).where(col(Outbound.raw_id) == col(RawMessage.id)))
    )


def _forget(session: Session, kind: Any, condition: Any) -> None:
    session.exec(delete(kind).where(condition).execution_options(synchronize_session=False))
