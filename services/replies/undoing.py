"""Undo send: what a ticket and a draft were before, kept beside the ticket's activity until the message has left."""

from typing import Any

from sqlmodel import Session, col, select

from models import Draft, Message, MessageBody, RawMessage, Ticket, TicketEvent
from services import access, events, outbound, webhooks
from services.access import Actor, Permission
from services.errors import Conflict, NotFound
from services.replies import attachments
from services.replies.opening import settle
from services.tickets import merging, recording

KIND = "replied"


def remember(
    session: Session, ticket: Ticket, draft: Draft, message: Message, values: dict[str, Any], *, actor: Actor
) -> None:
    """Change the ticket by `values` and keep the draft and the fields before, for `cancel`."""
    before = {name: getattr(ticket, name) for name in values}
    unsend = {
        "draft": draft.model_dump(mode="json"),
        "before": recording.plain(before),
        "after": recording.plain(values),
        "opened": draft.ticket_id is None,
    }
    settle(session, ticket, KIND, message, values, actor=actor, undo={"unsend": unsend}, message_id=message.id)


def cancel(session: Session, message_id: int, *, actor: Actor) -> Draft:
    """Take a message back that has not left: the draft is there again, whole, and the ticket as it was, unless the
    message was moved into another one since.

    Raises Conflict `already_sent` once it is on its way.
    """
    access.require(actor, Permission.SEND_EMAILS)
    message = session.get(Message, message_id)
    if message is None or message.organisation_id != actor.organisation_id or message.ticket_id is None:
        raise NotFound("There is no such message.")
    ticket = recording.lock(session, message.ticket_id, actor=actor)
    event = _event(session, ticket, message_id)
    if event is None or not outbound.withdraw(session, message_id):
        raise Conflict("This message has already left.", code="already_sent")
    webhooks.withdraw(session, actor.organisation_id, str(event.undo["announced"]))
    unsend: Any = event.undo["unsend"]
    draft = Draft.model_validate(unsend["draft"])
    has_moved = event.ticket_id != ticket.id
    if has_moved and not unsend["opened"]:
        draft.ticket_id = ticket.id
    session.add(draft)
    session.flush()
    attachments.hand_back(session, message, draft)
    session.delete(event)
    _forget(session, message)
    if has_moved:
        merging.recount(session, ticket)
    elif unsend["opened"]:
        session.delete(ticket)
    else:
        _restore(session, ticket, unsend)
    events.record(session, events.DraftChanged(actor.organisation_id, draft.ticket_id or 0, draft.id or 0))
    events.record(session, events.TicketChanged(actor.organisation_id, ticket.id or 0))
    return draft


def _event(session: Session, ticket: Ticket, message_id: int) -> TicketEvent | None:
    """What was kept for `cancel`: with the ticket, or with those its messages came from."""
    merged = session.exec(select(Ticket.id).where(Ticket.merged_into_id == ticket.id)).all()
    origins = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "split_from")
    split: list[Any] = [each.undo.get("split") for each in session.exec(origins)]
    tickets = [ticket.id, *merged, *(each["from"] for each in split if each)]
    query = select(TicketEvent).where(col(TicketEvent.ticket_id).in_(tickets), col(TicketEvent.kind) == KIND)
    found = session.exec(query.order_by(col(TicketEvent.id).desc()))
    return next((each for each in found if each.detail.get("message_id") == message_id), None)


def _restore(session: Session, ticket: Ticket, unsend: dict[str, Any]) -> None:
    """Each field as it was, unless somebody has changed it since."""
    now = recording.plain({name: getattr(ticket, name) for name in unsend["after"]})
    before = Ticket.model_validate({**ticket.model_dump(), **unsend["before"]})
    for name, value in unsend["after"].items():
        if now[name] == value:
            setattr(ticket, name, getattr(before, name))
    session.add(ticket)


def _forget(session: Session, message: Message) -> None:
    body = session.get(MessageBody, message.search_id) if message.search_id else None
    raw = session.get(RawMessage, message.raw_id) if message.raw_id else None
    session.delete(message)
    session.flush()
    for row in (body, raw):
        if row is not None:
            session.delete(row)
    session.flush()
