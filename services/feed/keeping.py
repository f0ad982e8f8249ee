"""Time in the feed: what was announced for later takes its place when it has come to pass; the old is forgotten."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from models import FeedEvent
from services import clock, database
from services.feed.recording import record

KEPT = timedelta(days=30)
BATCH = 500


def publish_due() -> bool:
    """Give what was announced for a time now past its place behind all that happened until then. True: there may be
    more."""
    with database.reading() as session:  # mostly there is nothing, and then nobody has to wait for us
        if not session.exec(_due().limit(1)).first():
            return False
    with database.transaction() as session:
        due = session.exec(_due().with_for_update(skip_locked=True).limit(BATCH)).all()
        for each in due:
            record(
                session,
                each.organisation_id,
                each.event_id,
                each.event_type,
                each.payload,
                alias_id=each.alias_id,
                at=each.at,
            )
            session.delete(each)
    return len(due) == BATCH


def _due() -> SelectOfScalar[FeedEvent]:
    return select(FeedEvent).where(col(FeedEvent.waits), col(FeedEvent.at) <= clock.now()).order_by(col(FeedEvent.at))


def forget_old(session: Session) -> bool:
    """Delete some of what was kept for long enough; False when nothing was. An organisation's newest event stays, so
    that the cursor of whoever has read everything goes on being one."""
    mine, newer = FeedEvent, aliased(FeedEvent)
    behind: list[Any] = [newer.organisation_id == mine.organisation_id, col(newer.id) > col(mine.id), ~col(newer.waits)]
    is_followed = sa.exists().where(*behind)
    over = (~col(FeedEvent.waits), col(FeedEvent.at) < clock.now() - KEPT, is_followed)
    oldest = select(FeedEvent.id).where(*over).order_by(col(FeedEvent.at)).limit(BATCH)
    return database.affected(session.exec(delete(FeedEvent).where(col(FeedEvent.id).in_(oldest)))) > 0
