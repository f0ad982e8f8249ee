"""How the demo's customers say it went: by the signed link in the mail that asks them, when their ticket is done."""

import asyncio
import re

from sqlmodel import Session, col, select

from models import CapturedMessage, Message, Outbound, Rating, Score
from services import database, ratings
from services.flows.demo.waiting import delivered, until
from services.mail.message import body_text, parse

_LINK = re.compile(r"/rate/(\S+?)\?")
# every fifth customer keeps it to themselves
OPINIONS = (
    (Score.GREAT, "Quick and friendly, thank you!"),
    (Score.GREAT, ""),
    (Score.OKAY, "In the end, yes. It took two mails."),
    (Score.BAD, "I still do not know when it arrives."),
    None,
)


async def hear(ticket_id: int, number: int) -> int:
    """Ask the customer of a finished ticket where its inbox asks, and let them answer; how many mails that took."""
    if not await database.read(_is_due, ticket_id):
        return 0
    await asyncio.to_thread(ratings.ask_due)
    await until(lambda session: not _is_due(session, ticket_id), f"ticket {ticket_id} was not asked about")
    message = await database.read(_question, ticket_id)
    if message is None:
        return 0
    await until(lambda session: delivered(session, message), f"{message.message_id} was not delivered")
    opinion = OPINIONS[number % len(OPINIONS)]
    if opinion is not None:
        score, comment = opinion
        token = await database.read(_token, message)
        await database.call(ratings.rate, token, score=score, comment=comment)
    return 1


def _is_due(session: Session, ticket_id: int) -> bool:
    rating = session.get(Rating, ticket_id)
    return rating is not None and rating.due_at is not None


def _question(session: Session, ticket_id: int) -> Message | None:
    """The mail that asked; None where nobody was."""
    rating = session.get(Rating, ticket_id)
    if rating is None or rating.asked_at is None:
        return None
    newest = select(Message).where(Message.ticket_id == ticket_id).order_by(col(Message.id).desc()).limit(1)
    return session.exec(newest).first()


def _token(session: Session, message: Message) -> str:
    """As the customer reads it in their mail."""
    query = select(CapturedMessage).join(Outbound).where(Outbound.message_id == message.id)
    found = _LINK.search(body_text(parse(session.exec(query).one().content)))
    assert found
    return found[1]
