"""Reading the feed: forward from a cursor for programs, backward from the newest for people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import FeedEvent
from services import access
from services.access import Actor, Permission
from services.errors import Conflict, NotFound

LATEST = -1  # the cursor of who wants to begin with what comes next


@dataclass(frozen=True)
class Page:
    """`cursor` asks for what follows, now or when it has happened; None: nothing has happened yet."""

    events: list[FeedEvent]
    cursor: int | None
    has_more: bool


def page(
    session: Session, *, after: int | None = None, types: Collection[str] = (), limit: int = 100, actor: Actor
) -> Page:
    """The `limit` events that came first after the one with id `after`, of `types` where some are named.

    Raises Conflict `cursor_expired` where `after` is no longer kept, since something may be missing behind it.
    """
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    newest = session.exec(select(sa.func.max(FeedEvent.id)).where(*_own(actor))).one()
    if after == LATEST:
        return Page([], newest, has_more=False)
    if after is not None:
        _check_kept(session, after, actor)
    query = select(FeedEvent).where(*_own(actor, types), col(FeedEvent.id) > (after or 0))
    found = list(session.exec(query.order_by(col(FeedEvent.id)).limit(limit + 1)))
    if len(found) > limit:
        return Page(found[:limit], found[limit - 1].id, has_more=True)
    seen = max([newest or 0, *(each.id or 0 for each in found)])  # the second question may see more than the first
    return Page(found, seen or None, has_more=False)


def latest(
    session: Session, *, before: int | None = None, types: Collection[str] = (), limit: int = 50, actor: Actor
) -> list[FeedEvent]:
    """The newest, or what came before the one with id `before`; newest first."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    query = select(FeedEvent).where(*_own(actor, types))
    if before is not None:
        query = query.where(col(FeedEvent.id) < before)
    return list(session.exec(query.order_by(col(FeedEvent.id).desc()).limit(limit)))


def event(session: Session, number: int, *, actor: Actor) -> FeedEvent:
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    found = session.exec(select(FeedEvent).where(*_own(actor), col(FeedEvent.id) == number)).first()
    if found is None:
        raise NotFound("There is no such event, or it is no longer kept.")
    return found


def since(
    session: Session, moment: datetime, *, types: Collection[str] = (), limit: int, actor: Actor
) -> list[FeedEvent]:
    """What happened from `moment` on, oldest first."""
    access.require(actor, Permission.MANAGE_INTEGRATIONS)
    query = select(FeedEvent).where(*_own(actor, types), col(FeedEvent.at) >= moment)
    return list(session.exec(query.order_by(col(FeedEvent.id)).limit(limit)))


def _own(actor: Actor, types: Collection[str] = ()) -> list[Any]:
    own: list[Any] = [col(FeedEvent.organisation_id) == actor.organisation_id, ~col(FeedEvent.waits)]
    return [*own, col(FeedEvent.event_type).in_(types)] if types else own


def _check_kept(session: Session, after: int, actor: Actor) -> None:
    kept = select(FeedEvent.id).where(*_own(actor), col(FeedEvent.id) == after)
    if session.exec(kept).first() is None:
        words = "What followed this cursor is no longer kept whole. Begin again without it."
        raise Conflict(words, code="cursor_expired", field="after")
