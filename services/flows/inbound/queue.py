"""The inbound queue: what is due, claimed by a conditional update, pushed ahead when it fails."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from models import Domain, Organisation, RawMessage, Reception, ReceptionState
from services import clock, database
from services.database import bulk
from services.flows.inbound.letter import Letter, Recipient
from services.mailboxes import Target, resolve
from services.mailboxes.addresses import split

MAX_MESSAGES = 1_000
MAX_BYTES = 16 << 20
DELAYS = (5, 60, 600)  # seconds before the second, third and fourth attempt
_ENVELOPE = ("id", "reverse_path", "received_at", "size", "content", "helo", "peer", "protocol", "user_id")
_RECEPTION, _RAW = Reception.__table__, RawMessage.__table__  # type: ignore[attr-defined]
_LINE = ("id", "raw_id", "recipient", "attempts", "tag", "due_at")
_STILL = f" AND state = '{ReceptionState.ACCEPTED.value}'"


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
    connection, now = session.connection(), clock.now()
    chosen = _chosen(_first(connection, now, 2 * MAX_MESSAGES + len(excluding)), excluding)
    if not chosen:
        return []
    recipients: dict[int, list[Recipient]] = defaultdict(list)
    attempts: dict[int, int] = defaultdict(int)
    targets: dict[str, Target | None] = {}
    lines = bulk.select(connection, _RECEPTION, _LINE, chosen, _STILL, by="raw_id")
    for number, raw_id, address, tried, tag, due_at in lines:
        if due_at > now:
            continue
        if address not in targets:
            targets[address] = resolve(session, address)
        recipients[raw_id].append(Recipient(number, address, targets[address], tag=tag))
        attempts[raw_id] = max(attempts[raw_id], tried)
    envelopes: Iterable[Any] = bulk.select(connection, _RAW, _ENVELOPE, recipients)
    raws = [Raw(*(*each, attempts[each[0]], recipients[each[0]])) for each in envelopes]
    return sorted(raws, key=lambda raw: (raw.received_at, raw.id))


def _first(connection: sa.Connection, now: datetime, most: int) -> list[tuple[int, int]]:
    """The messages of the receptions that have waited longest, and their sizes."""
    due_at = bulk.moment(connection, now)
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    query = (
        "SELECT reception.raw_id, raw_message.size FROM reception JOIN raw_message ON raw_message.id = reception.raw_id"
        f" WHERE reception.state = '{ReceptionState.ACCEPTED.value}' AND reception.due_at <= {mark}"
        f" ORDER BY reception.due_at, reception.id LIMIT {mark}"
    )
    with database.driver_cursor(connection) as cursor:
        rows: list[tuple[int, int]] = cursor.execute(query, [due_at, most]).fetchall()
    return rows


def _chosen(waiting: Iterable[Any], excluding: set[int]) -> list[int]:
    """Those of the messages that fit into a batch."""
    sizes: dict[int, int] = {}
    total = 0
    for raw_id, size in waiting:
        if raw_id in excluding or raw_id in sizes:
            continue
        sizes[raw_id] = size
        total += size
        if len(sizes) >= MAX_MESSAGES or total >= MAX_BYTES:
            break
    return list(sizes)


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
    query = f"SELECT id FROM reception WHERE {mine}{_STILL}{lock}"
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
