"""Waiting, in the demo, for what other parts of the program do meanwhile."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session, select

from models import Message, Outbound, OutboundStatus
from services import database
from services.errors import Error

PATIENCE = 60.0
T = TypeVar("T")


async def until(find: Callable[[Session], T | None], failure: str) -> T:
    """What `find` finds, as soon as it does."""
    started = time.monotonic()
    while not (found := await database.read(find)):
        if time.monotonic() - started > PATIENCE:
            raise Error(failure)
        await asyncio.sleep(0.02)
    return found


def delivered(session: Session, message: Message) -> int | None:
    """The clock may move on only then: another time of day would end the delivery's lease in mid-flight."""
    query = select(Outbound.id).where(Outbound.message_id == message.id, Outbound.status == OutboundStatus.DELIVERED)
    return session.exec(query).first()
