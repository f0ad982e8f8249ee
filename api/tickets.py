"""Dialect B: tickets, listed, read and worked on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.access import Acting
from api.email_shapes import NewReply
from api.shapes import Moment, Paging, paging
from api.ticket_shapes import (
    Claimed,
    Merging,
    NewAssignee,
    NewNote,
    NewStatus,
    NoteShape,
    Queued,
    Snooze,
    Snoozed,
    StatusShape,
    Tickets,
    TicketShape,
    WholeTicket,
)
from models import Priority, TicketStatus
from services import clock, database, ids, replies, tickets
from services.access import Actor
from services.tickets import Choice

router = APIRouter(prefix="/emails/tickets", tags=["Tickets"])


@router.get("")
def list_tickets(
    actor: Acting,
    paging: Annotated[Paging, Depends(paging)],
    status: TicketStatus | None = None,
    priority: Priority | None = None,
    assigned_to: Annotated[str | None, Query(alias="assignedTo", description="A user's id, `me` or `none`.")] = None,
    alias_id: Annotated[str | None, Query(alias="aliasId")] = None,
    mailbox_id: Annotated[str | None, Query(alias="mailboxId")] = None,
    sender: Annotated[str, Query(alias="from", max_length=320)] = "",
    since: Moment | None = None,
    until: Moment | None = None,
) -> Tickets:
    """The whole queue, newest first; without `status` all but spam."""
    choice = Choice(
        status=status,
        priority=priority,
        assignee_id=_assignee(assigned_to, actor),
        alias_id=ids.decode("alias", alias_id) if alias_id else None,
        mailbox_id=ids.decode("mbx", mailbox_id) if mailbox_id else None,
        correspondent=sender,
        since=since,
        until=until,
    )
    return _page(choice, paging, actor)


@router.get("/mine")
def list_my_tickets(
    actor: Acting, paging: Annotated[Paging, Depends(paging)], status: TicketStatus | None = None
) -> Tickets:
    """The tickets one holds, newest first; without `status` all but spam."""
    return _page(Choice(status=status, assignee_id=actor.user_id or -1), paging, actor)


@router.get("/{id}")
def get_ticket(id: str, actor: Acting) -> WholeTicket:
    """One ticket with its messages and notes."""
    with database.reading() as session:
        return WholeTicket.of_conversation(tickets.get(session, ids.decode("ticket", id), actor=actor))


@router.post("/{id}/claim")
def claim_ticket(id: str, actor: Acting) -> Claimed:
    """Take a ticket nobody holds. Of any number at once one gets it; the others 409 `already_claimed`."""
    with database.transaction() as session:
        return Claimed.of(tickets.claim(session, ids.decode("ticket", id), actor=actor).ticket)


@router.post("/{id}/status")
def set_ticket_status(id: str, body: NewStatus, actor: Acting) -> StatusShape:
    """Set the status; an unknown one is 400 `invalid_status`."""
    with database.transaction() as session:
        return StatusShape.of(tickets.set_status(session, ids.decode("ticket", id), body.status, actor=actor).ticket)


@router.post("/{id}/assign")
def assign_ticket(id: str, body: NewAssignee, actor: Acting) -> Claimed:
    """Hand a ticket to a member, or with null back to the queue."""
    user_id = ids.decode("user", body.user_id) if body.user_id is not None else None
    with database.transaction() as session:
        return Claimed.of(tickets.assign(session, ids.decode("ticket", id), user_id, actor=actor).ticket)


@router.post("/{id}/reply", status_code=202)
def reply_to_ticket(id: str, body: NewReply, actor: Acting) -> Queued:
    """Answer the customer as the ticket's alias; the ticket then waits, unless `status` says otherwise."""
    with database.transaction() as session:
        sent = replies.answer(
            session,
            ids.decode("ticket", id),
            text=body.text,
            html=body.html,
            cc=body.cc,
            bcc=body.bcc,
            attachments=[file.content_of() for file in body.attachments],
            then=body.status,
            at=body.scheduled_at,
            actor=actor,
        )
        return Queued.of(sent, is_later=body.scheduled_at is not None and body.scheduled_at > clock.now())


@router.post("/{id}/note", status_code=201)
def add_note(id: str, body: NewNote, actor: Acting) -> NoteShape:
    """Add a note that only the team sees; @name mentions a member."""
    with database.transaction() as session:
        noted = tickets.note(session, ids.decode("ticket", id), body.text, actor=actor).ticket
        return WholeTicket.of_conversation(tickets.get(session, noted.id or 0, actor=actor)).notes[-1]


@router.post("/{id}/merge")
def merge_tickets(id: str, body: Merging, actor: Acting) -> TicketShape:
    """Move everything of the tickets in the body into this one."""
    others = [ids.decode("ticket", each) for each in body.ticket_ids]
    with database.transaction() as session:
        return TicketShape.of(tickets.merge(session, ids.decode("ticket", id), others, actor=actor).ticket)


@router.post("/{id}/snooze")
def snooze_ticket(id: str, body: Snooze, actor: Acting) -> Snoozed:
    """Put a ticket aside until a time."""
    with database.transaction() as session:
        changed = tickets.snooze(session, ids.decode("ticket", id), body.until, keeps=body.keeps, actor=actor)
        return Snoozed.of(changed.ticket)


def _assignee(text: str | None, actor: Actor) -> int | None:
    """None = whoever, 0 = nobody."""
    if text is None:
        return None
    named = {"none": 0, "me": actor.user_id or -1}
    return named[text] if text in named else ids.decode("user", text)


def _page(choice: Choice, paging: Paging, actor: Actor) -> Tickets:
    with database.reading() as session:
        found, total = tickets.page(session, choice, number=paging.page, limit=paging.limit, actor=actor)
    shown = [TicketShape.of(row) for row in found]
    return Tickets(tickets=shown, page=paging.page, limit=paging.limit, total=total)
