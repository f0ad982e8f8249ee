"""That a customer is to be asked how it went: noted where a member resolves a ticket of a mailbox that asks."""

from datetime import timedelta

from sqlmodel import Session

from models import Mailbox, Rating, Ticket
from services import clock
from services.access import Actor


def expect(session: Session, ticket: Ticket, *, actor: Actor) -> None:
    """A member has just resolved `ticket`. One that was asked about once is never asked about again."""
    mailbox = session.get(Mailbox, ticket.mailbox_id) if ticket.mailbox_id and actor.user_id else None
    if mailbox is None or mailbox.rating_hours is None:
        return
    rating = session.get(Rating, ticket.id)
    if rating is not None and rating.asked_at is not None:
        return
    if rating is None:
        rating = Rating(ticket_id=ticket.id or 0, organisation_id=ticket.organisation_id, created_at=clock.now())
    rating.user_id, rating.refusal = ticket.assignee_id or actor.user_id, ""
    rating.due_at = clock.now() + timedelta(hours=mailbox.rating_hours)
    session.add(rating)
