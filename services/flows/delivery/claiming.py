"""Taking due rows: people's mail before bulk, the earliest first, no destination more than its share."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from models import (
    DkimKey,
    Domain,
    DomainStatus,
    KeyAlgorithm,
    KeyState,
    Organisation,
    Outbound,
    OutboundStatus,
    RawMessage,
)
from services import clock, database, outbound, suppressions
from services.outbound.steering import PAUSED, WAITING

LEASE = timedelta(minutes=15)  # longer than any attempt may take (`steps.ATTEMPT_SECONDS`)
PRIORITIES = (outbound.PRIORITY_PERSON, outbound.PRIORITY_AUTOMATIC, outbound.PRIORITY_BULK)
MAX_BYTES = 64 << 20  # of message contents loaded in one claim
_table = SQLModel.metadata.tables[str(Outbound.__tablename__)]
_COLUMNS = (  # what a flight needs to know, and no more: each value read costs a microsecond
    "id organisation_id message_id raw_id reverse_path recipient destination subject attempts needs_tls forwarded_for "
    "alias_id signing_domain due_at priority"
)
_rows = sa.select(*(_table.c[name] for name in _COLUMNS.split()))


@dataclass(slots=True)
class Mail:
    """The bytes that several recipients share, and their signed form once somebody has asked for it."""

    content: bytes
    received_at: datetime
    signing: "asyncio.Future[bytes] | None" = None


@dataclass(frozen=True, slots=True)
class SigningKey:
    selector: str
    sealed: str = field(repr=False)


@dataclass(slots=True)
class Flight:
    """One claimed row on its way, with all that its steps need to know; no step reads the database."""

    id: int
    organisation_id: int
    message_id: int | None
    mail: Mail
    reverse_path: str
    recipient: str
    destination: str
    subject: str
    attempts: int
    is_paused: bool
    is_local: bool
    is_backup: bool = False
    is_ours: bool = False  # kept here, if not proved yet
    needs_tls: bool = False
    forwarded_for: str = ""
    alias_id: int | None = None
    signing_domain: str = ""
    priority: int = outbound.PRIORITY_PERSON
    suppressed: str = ""  # why nothing may be sent to the recipient, in words
    is_leaving: bool = False  # a connection was found, and the server is being talked to
    keys: tuple[SigningKey, ...] = ()
    signed: bytes = field(default=b"", repr=False)
    recorded: asyncio.Event | None = None  # set once the worker has written down how it ended


def is_due(session: Session) -> bool:
    """A cheap look before a claim, on a reading session."""
    now = clock.now()
    due = sa.or_(*(_due(status, now) for status in WAITING), _abandoned(now))
    return session.connection().execute(sa.select(col(Outbound.id)).where(due).limit(1)).first() is not None


def claim(session: Session, room: int, per_destination: int | None, claimant: str | None = None) -> list[Flight]:
    """At most `room` rows are the claimant's now, until their lease ends."""
    now = clock.now()
    rows: list[Any] = _abandoned_rows(session, now, room)
    busy = _busy(session, now) if per_destination else Counter()
    for priority in PRIORITIES:
        full = {name for name, count in busy.items() if per_destination and count >= per_destination}
        while len(rows) < room:
            found = _candidates(session, priority, now, full, room - len(rows), {row.id for row in rows})
            taken = []
            for row in found:
                if per_destination and busy[row.destination] >= per_destination:
                    full.add(row.destination)
                    continue
                busy[row.destination] += 1
                taken.append(row)
            rows += taken
            if len(taken) == len(found):
                break
    return _load(session, _take(session, rows, now, claimant), now)


def recover(session: Session, claimant: str) -> int:
    """Free every row that the claimant's last life left behind when it ended; what others hold stays theirs. So does
    what a release without slots has taken beside us: it leaves no name, and no row that waits keeps an old one."""
    return _give_back(session, _table.c.claimed_by == claimant)


def give_back(session: Session, outbound_ids: Collection[int]) -> int:
    """Free rows that were claimed and never tried."""
    return _give_back(session, _table.c.id.in_(outbound_ids))


def _give_back(session: Session, mine: Any) -> int:
    """An attempt of which nobody knows how it ended does not count: ten crashes would use up the schedule."""
    freed = sa.update(_table).where(_table.c.status == OutboundStatus.SENDING, mine)
    values: dict[str, Any] = {"status": OutboundStatus.QUEUED, "lease_until": None, "claimed_by": None}
    values["attempts"] = _table.c.attempts - 1
    return database.affected(session.connection().execute(freed.values(**values)))


def _due(status: OutboundStatus, now: datetime) -> Any:
    return sa.and_(_table.c.status == status, _table.c.priority.in_(PRIORITIES), _table.c.due_at <= now)


def _abandoned(now: datetime) -> Any:
    return sa.and_(_table.c.status == OutboundStatus.SENDING, _table.c.lease_until < now)


def _abandoned_rows(session: Session, now: datetime, room: int) -> list[Any]:
    query = _rows.where(_abandoned(now)).limit(room).with_for_update(skip_locked=True)
    return list(session.connection().execute(query))


def _busy(session: Session, now: datetime) -> Counter[str]:
    under_way = sa.and_(_table.c.status == OutboundStatus.SENDING, _table.c.lease_until >= now)
    query = sa.select(_table.c.destination, sa.func.count()).where(under_way).group_by(_table.c.destination)
    return Counter({row[0]: row[1] for row in session.connection().execute(query)})


def _candidates(
    session: Session, priority: int, now: datetime, full: set[str], room: int, taken: set[int]
) -> list[Any]:
    """Due rows of one priority in order; each status is its own walk along the index."""
    found: list[Any] = []
    for status in WAITING:
        mine = (_table.c.status == status, _table.c.priority == priority, _table.c.due_at <= now)
        query = _rows.where(*mine).order_by(_table.c.due_at, _table.c.id).limit(room)
        if full:
            query = query.where(_table.c.destination.not_in(full))
        if taken:
            query = query.where(_table.c.id.not_in(taken))
        found += session.connection().execute(query.with_for_update(skip_locked=True))
    return sorted(found, key=lambda row: (row.due_at, row.id))[:room]


def _take(session: Session, rows: list[Any], now: datetime, claimant: str | None) -> list[Any]:
    """The conditional update that makes them ours; a row another process was quicker with is left out."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    free = sa.or_(_table.c.status.in_(WAITING), _abandoned(now))
    values = {"status": OutboundStatus.SENDING, "lease_until": now + LEASE, "claimed_by": claimant}
    values["attempts"] = _table.c.attempts + 1
    take = sa.update(_table).where(_table.c.id.in_(ids), free).values(**values).returning(_table.c.id)
    mine = set(session.connection().execute(take).scalars())
    return [row for row in rows if row.id in mine]


def _load(session: Session, rows: list[Any], now: datetime) -> list[Flight]:
    """Contents, keys and switches for the rows; what would pass MAX_BYTES goes back into the queue."""
    mails = _mails(session, list(dict.fromkeys(row.raw_id for row in rows)))
    late = [row.id for row in rows if row.raw_id not in mails]
    if late:
        give_back(session, late)
    names = {row.signing_domain for row in rows} | {row.destination for row in rows}
    domains = {row.name: row for row in session.connection().execute(_domain_query, {"names": list(names)})}
    keys = _keys(session, {domains[row.signing_domain].id for row in rows if row.signing_domain in domains})
    paused = _paused(session, {row.organisation_id for row in rows})
    flights = [_flight(row, mails[row.raw_id], domains, keys, paused) for row in rows if row.raw_id in mails]
    refused = suppressions.among(session, ((each.organisation_id, each.recipient) for each in flights))
    for flight in flights if refused else ():
        flight.suppressed = refused.get((flight.organisation_id, flight.recipient.lower()), "")
    return flights


_raws = SQLModel.metadata.tables[str(RawMessage.__tablename__)]
_chosen = _raws.c.id.in_(sa.bindparam("ids", expanding=True))
_size_query = sa.select(_raws.c.id, _raws.c.size).where(_chosen)
_raw_query = sa.select(_raws.c.id, _raws.c.content, _raws.c.received_at).where(_chosen)
_domains = SQLModel.metadata.tables[str(Domain.__tablename__)]
_domain_query = sa.select(_domains).where(_domains.c.name.in_(sa.bindparam("names", expanding=True)))


def _mails(session: Session, raw_ids: list[int]) -> dict[int, Mail]:
    """The messages by id, as many in the order given as MAX_BYTES allow, and always the first."""
    sizes: dict[int, int] = {row.id: row.size for row in session.connection().execute(_size_query, {"ids": raw_ids})}
    total = itertools.accumulate(sizes[raw_id] for raw_id in raw_ids)
    few = [raw_id for raw_id, size in zip(raw_ids, total, strict=True) if size <= MAX_BYTES or raw_id == raw_ids[0]]
    rows = session.connection().execute(_raw_query, {"ids": few})
    return {row.id: Mail(row.content, row.received_at) for row in rows}


_keys_table = SQLModel.metadata.tables[str(DkimKey.__tablename__)]
_key_query = (
    sa.select(_keys_table.c.domain_id, _keys_table.c.selector, _keys_table.c.private_key)
    .where(_keys_table.c.domain_id.in_(sa.bindparam("ids", expanding=True)), _keys_table.c.state == KeyState.ACTIVE)
    .where(sa.or_(_keys_table.c.algorithm == KeyAlgorithm.RSA, _keys_table.c.published_at.is_not(None)))
    .order_by(_keys_table.c.id)
)


def _keys(session: Session, domain_ids: set[int]) -> dict[int, tuple[SigningKey, ...]]:
    """What each domain signs with; an Ed25519 key only while its record is known to be there."""
    keys: dict[int, tuple[SigningKey, ...]] = {}
    if domain_ids:
        for row in session.connection().execute(_key_query, {"ids": list(domain_ids)}):
            keys[row.domain_id] = (*keys.get(row.domain_id, ()), SigningKey(row.selector, row.private_key))
    return keys


def _paused(session: Session, organisation_ids: set[int]) -> set[int]:
    mine = col(Organisation.id).in_(organisation_ids)
    rows = session.connection().execute(sa.select(col(Organisation.id), col(Organisation.settings)).where(mine))
    return {number for number, settings in rows if number is not None and settings.get(PAUSED)}


def _flight(
    row: Any, mail: Mail, domains: dict[str, Any], keys: dict[int, tuple[SigningKey, ...]], paused: set[int]
) -> Flight:
    """`is_local`: a verified domain of ours; a pending one is left to the relay (anybody may have typed it in)."""
    signer = domains.get(row.signing_domain)
    if signer is not None and signer.organisation_id != row.organisation_id:
        signer = None
    home = domains.get(row.destination)
    return Flight(
        id=row.id,
        organisation_id=row.organisation_id,
        message_id=row.message_id,
        mail=mail,
        reverse_path=row.reverse_path,
        recipient=row.recipient,
        destination=row.destination,
        subject=row.subject,
        attempts=row.attempts + 1,
        is_paused=row.organisation_id in paused,
        is_local=home is not None and home.status == DomainStatus.ACTIVE and not home.is_backup,
        is_backup=home is not None and home.is_backup,
        is_ours=home is not None and not home.is_backup,
        needs_tls=row.needs_tls,
        forwarded_for=row.forwarded_for,
        alias_id=row.alias_id,
        priority=row.priority,
        signing_domain=signer.name if signer else "",
        keys=keys.get(signer.id, ()) if signer else (),
    )
