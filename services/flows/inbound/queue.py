"""The inbound queue: what is due, claimed by a conditional update, pushed ahead when it fails."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, select

from models import Domain, Organisation, RawMessage, Reception, ReceptionState
from services import clock, database
from services.database import bulk
from services.flows.inbound.letter import Letter, Recipient
from services.mailboxes import Target, resolve
from services.mailboxes.addresses import split

MAX_MESSAGES = 300
MAX_BYTES = 16 << 20
DELAYS = (5, 60, 600)  # seconds before the second, third and fourth attempt
_ENVELOPE = ("id", "reverse_path", "received_at", "size", "content", "helo", "peer", "protocol", "user_id")
_RECEPTION, _RAW = Reception.__table__, RawMessage.__table__  # type: ignore[attr-defined]


@dataclass(slots=True)
class Raw:
    """One accepted message with those of its recipients that wait."""

    id: int
    reverse_path: str
    received_at: datetime
    size: int
    content: bytes
    helo: str
    peer: str
    protocol: str
    user_id: int | None
    attempts: int
    recipients: list[Recipient]


def due(session: Session, *, excluding: set[int]) -> list[Raw]:
    """The messages that have waited longest, up to a batch; those another thread works on are left out."""
    r = _RECEPTION.c
    waiting = (r.state == ReceptionState.ACCEPTED, r.due_at <= clock.now())
    first = sa.select(r.raw_id, _RAW.c.size).join_from(_RECEPTION, _RAW, _RAW.c.id == r.raw_id).where(*waiting)
    chosen: dict[int, int] = {}
    run = session.connection().execute
    for raw_id, size in run(first.order_by(r.due_at, r.id).limit(2 * MAX_MESSAGES + len(excluding))).all():
        if raw_id not in excluding:
            chosen[raw_id] = size
        if len(chosen) >= MAX_MESSAGES or sum(chosen.values()) >= MAX_BYTES:
            break
    if not chosen:
        return []
    recipients: dict[int, list[Recipient]] = defaultdict(list)
    attempts: dict[int, int] = defaultdict(int)
    lines = sa.select(r.id, r.raw_id, r.recipient, r.attempts).where(r.raw_id.in_(chosen), *waiting)
    targets: dict[str, Target | None] = {}
    for line in run(lines.order_by(r.id)).all():
        if line.recipient not in targets:
            targets[line.recipient] = resolve(session, line.recipient)
        recipients[line.raw_id].append(Recipient(line.id, line.recipient, targets[line.recipient]))
        attempts[line.raw_id] = max(attempts[line.raw_id], line.attempts)
    raws = sa.select(*(_RAW.c[name] for name in _ENVELOPE))
    return [
        Raw(*line, attempts[line.id], recipients[line.id])
        for line in run(raws.where(_RAW.c.id.in_(recipients)).order_by(_RAW.c.received_at, _RAW.c.id)).all()
    ]


def letters_of(session: Session, raw: Raw) -> list[Letter]:
    """One letter for each organisation the message is addressed to."""
    groups: dict[int, list[Recipient]] = defaultdict(list)
    for recipient in raw.recipients:
        target = recipient.target
        organisation_id = target.organisation_id if target else _organisation_of(session, recipient.address)
        groups[organisation_id].append(recipient)
    return [
        Letter(raw.id, raw.content, raw.reverse_path, raw.received_at, raw.size, organisation_id, recipients)
        for organisation_id, recipients in groups.items()
    ]


def _organisation_of(session: Session, address: str) -> int:
    """Whose mail it was when it was accepted: the domain's owner, or the only organisation there is (0 = nobody)."""
    owner = session.exec(select(Domain.organisation_id).where(Domain.name == split(address)[1])).first()
    if owner is not None:
        return owner
    everybody = session.exec(select(Organisation.id).limit(2)).all()
    return (everybody[0] or 0) if len(everybody) == 1 else 0


def claim(session: Session, raws: list[Raw]) -> set[int]:
    """The receptions that are ours until the commit, which says that they are filed; whoever comes second gets none.

    Locked and not yet changed: each is written once, with what became of it. On SQLite the transaction is the lock.
    """
    connection = session.connection()
    ids = [each.reception_id for raw in raws for each in raw.recipients]
    mine, wanted = bulk.among(connection, "id", ids)
    lock = "" if connection.dialect.name == "sqlite" else " ORDER BY id FOR UPDATE"
    query = f"SELECT id FROM reception WHERE {mine} AND state = '{ReceptionState.ACCEPTED.value}'{lock}"
    with database.driver_cursor(connection) as cursor:
        return {number for (number,) in cursor.execute(query, [wanted])}


def push_ahead(session: Session, raw: Raw, error: str) -> None:
    """Try again later, so that one bad message never stands in front of the others."""
    delay = DELAYS[min(raw.attempts, len(DELAYS) - 1)]
    r = _RECEPTION.c
    mine = r.id.in_([each.reception_id for each in raw.recipients])
    values = {"attempts": r.attempts + 1, "due_at": clock.now() + timedelta(seconds=delay), "reason": error[:1000]}
    waiting = sa.update(_RECEPTION).where(mine, r.state == ReceptionState.ACCEPTED)
    session.connection().execute(waiting.values(**values))


def give_up(session: Session, raw: Raw, error: str) -> None:
    """Not even the bare bytes could be filed: the row says why, the raw message stays."""
    r = _RECEPTION.c
    mine = r.id.in_([each.reception_id for each in raw.recipients])
    values = {"state": ReceptionState.FAILED, "step": "file", "reason": error[:1000]}
    session.connection().execute(sa.update(_RECEPTION).where(mine).values(**values))
