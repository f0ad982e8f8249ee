"""Asking customers how it went: some time after a member resolved their ticket, once, and never a machine."""

import logging
import re
from datetime import timedelta
from html import escape

from sqlmodel import Session, col, select

from models import Direction, Message, Rating, Ticket
from services import access, clock, database, replies
from services.errors import Error
from services.ratings.answering import WORDS
from services.ratings.links import LIFETIME, link
from services.tickets import recording

log = logging.getLogger("mailroom.ratings")
PUSHED_AHEAD = timedelta(hours=1)
_NOBODY = re.compile(r"(?:no|do[-_.]?not)[-_.]?reply\b", re.IGNORECASE)
_BUTTON = (
    "display:inline-block;padding:8px 16px;margin:0 8px 8px 0;border:1px solid #c9ced8;border-radius:6px"
    ";text-decoration:none"
)


def ask_due() -> bool:
    """Runner: ask the customer who has waited longest; True when there may be more."""
    due = (col(Rating.due_at).is_not(None), col(Rating.due_at) <= clock.now())
    with database.reading() as session:
        found = session.exec(select(Rating).where(*due).order_by(col(Rating.due_at)).limit(1)).first()
    if found is None:
        return False
    try:
        with database.transaction() as session:
            _ask(session, found.ticket_id, found.organisation_id)
    except Exception:
        log.exception("could not ask about ticket %d", found.ticket_id)
        with database.transaction() as session:
            rating = session.get(Rating, found.ticket_id)
            if rating is not None:
                rating.due_at = clock.now() + PUSHED_AHEAD
    return True


def _ask(session: Session, ticket_id: int, organisation_id: int) -> None:
    actor = access.system(organisation_id)
    ticket = recording.lock(session, ticket_id, actor=actor)
    rating = session.get(Rating, ticket_id, populate_existing=True)
    if rating is None or rating.due_at is None:
        return
    if ticket.status not in recording.FINAL or ticket.deleted_at is not None:
        session.delete(rating)  # resolved again, it is asked about again
        return
    rating.due_at = None
    rating.refusal = _send(session, ticket)[:300]
    if rating.refusal:
        recording.note(session, ticket, "not_asked", actor=actor, undo={}, reason=rating.refusal)
    else:
        rating.asked_at = clock.now()


def _send(session: Session, ticket: Ticket) -> str:
    """Why nothing was sent, or ""."""
    query = select(Message).where(
        col(Message.ticket_id) == ticket.id, Message.direction == Direction.IN, Message.automatic == ""
    )
    newest = session.exec(query.order_by(col(Message.received_at).desc(), col(Message.id).desc())).first()
    if newest is None:
        return "No person wrote in it."
    if _NOBODY.match(newest.author_address):
        return f"Nobody reads mail to {newest.author_address}."
    url, until = link(ticket.id or 0), f"{clock.now() + LIFETIME:%d %B %Y}"
    text, html = _words(ticket, url, until)
    try:
        return replies.automatic_answer(
            session,
            newest,
            subject=f"How did we do? {ticket.subject}"[:998],
            text=text,
            html=html,
            why="asks for a rating",
            occasion=replies.QUESTION,
            actor=access.system(ticket.organisation_id),
        )
    except Error as error:
        return error.message


def _words(ticket: Ticket, url: str, until: str) -> tuple[str, str]:
    opening = f"Your request “{ticket.subject or 'without a subject'}” is done as far as we know. How did we do?"
    closing = f"The links work until {until}. Is something still open? Just answer this message."
    lines = "\n".join(f"{words}: {url}?score={score}" for score, words in WORDS.items())
    buttons = "".join(f'<a style="{_BUTTON}" href="{url}?score={score}">{words}</a>' for score, words in WORDS.items())
    return (
        f"{opening}\n\n{lines}\n\n{closing}\n",
        f"<p>{escape(opening)}</p><p>{buttons}</p><p>{escape(closing)}</p>",
    )
