"""Messages filed before the DNS had answered: judged again after growing pauses, and shown as it turns out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from models import Message, RawMessage, Recheck
from services import bodies, clock, database, events
from services.dns import Patience
from services.flows.inbound import authenticating

PATIENT = Patience(whole=20.0, silence=7.0, hurried=False)
DELAYS = (3, 15, 60, 600, 3_600, 14_400, 86_400)  # seconds before each look, the first after the filing
BATCH = 50
_KINDS: tuple[Any, ...] = (Message, RawMessage, Recheck)
_MESSAGE, _RAW, _RECHECK = (kind.__table__ for kind in _KINDS)


@dataclass(slots=True)
class Waiting:
    """A message whose turn it is, with the envelope it came in."""

    id: int
    attempts: int
    organisation_id: int
    ticket_id: int | None
    search_id: int | None
    content: bytes
    reverse_path: str
    helo: str
    peer: str
    protocol: str
    user_id: int | None
    received_at: datetime


def row(message_id: int) -> dict[str, Any]:
    """What is queued for a message that nothing is known of yet."""
    return {"message_id": message_id, "due_at": clock.now() + timedelta(seconds=DELAYS[0]), "attempts": 0}


def process_one() -> bool:
    """Look at a batch of those that are due; True when there may be more."""
    with database.reading() as session:
        waiting = _due(session)
    if not waiting:
        return False
    judged = authenticating.judge(waiting, PATIENT)
    with database.transaction() as session:
        for each in waiting:
            _settle(session, each, judged[each.id])
    return len(waiting) == BATCH


def _due(session: Session) -> list[Waiting]:
    m, raw, r = _MESSAGE.c, _RAW.c, _RECHECK.c
    query = (
        sa.select(m.id, r.attempts, m.organisation_id, m.ticket_id, m.search_id, raw.content, raw.reverse_path)
        .add_columns(raw.helo, raw.peer, raw.protocol, raw.user_id, raw.received_at)
        .join_from(_RECHECK, _MESSAGE, m.id == r.message_id)
        .join(_RAW, raw.id == m.raw_id)
        .where(r.due_at <= clock.now())
    )
    return [Waiting(*line) for line in session.connection().execute(query.order_by(r.due_at).limit(BATCH))]


def _settle(session: Session, looked_at: Waiting, found: dict[str, Any]) -> None:
    """Keep what was found, unless somebody else did; still unknown, it waits for the next turn, up to the last."""
    r, run = _RECHECK.c, session.connection().execute
    mine = (r.message_id == looked_at.id, r.attempts == looked_at.attempts)
    attempts = looked_at.attempts + 1
    if found["verdict"] == "unknown" and attempts < len(DELAYS):
        due_at = clock.now() + timedelta(seconds=DELAYS[attempts])
        run(sa.update(_RECHECK).where(*mine).values(attempts=attempts, due_at=due_at))
        return
    if not database.affected(run(sa.delete(_RECHECK).where(*mine))):
        return
    if found["verdict"] == "unknown":
        found = found | {"final": True}
    run(sa.update(_MESSAGE).where(_MESSAGE.c.id == looked_at.id).values(authentication=found))
    if looked_at.search_id is not None:
        bodies.judged(session, looked_at.search_id, found["verdict"])
    if looked_at.ticket_id is not None:
        events.record(session, events.TicketChanged(looked_at.organisation_id, looked_at.ticket_id))
