"""Whom an alias exchanges mail with: how much in each direction, when last, and whether their mail is refused."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from models import Alias, Correspondent
from services import access, clock
from services.access import Actor, Permission
from services.aliases.directory import owned
from services.aliases.register import changed
from services.errors import Invalid
from services.mail import address as mail_address

_table = SQLModel.metadata.tables[str(Correspondent.__tablename__)]
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_BLOCKED = sa.select(_table.c.alias_id, _table.c.address).where(
    _table.c.alias_id.in_(sa.bindparam("alias_ids", expanding=True)),
    _table.c.address.in_(sa.bindparam("addresses", expanding=True)),
    _table.c.blocked_at.is_not(None),
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Mail between an alias and one address (lower case): so much came, so much went, the last of it then."""

    alias_id: int
    address: str
    organisation_id: int
    last_at: datetime
    received_count: int = 0
    sent_count: int = 0


def record(connection: sa.Connection, exchanges: Iterable[Exchange]) -> None:
    """Add to the counts, in one statement; in one order, so that two who do it at once never wait for each other."""
    rows = [asdict(each) for each in sorted(exchanges, key=lambda each: (each.alias_id, each.address))]
    if not rows:
        return
    connection.execute(_addition(connection.dialect.name), rows)


@cache
def _addition(dialect: str) -> Any:
    insert: Any = _INSERTS[dialect](_table)
    more = {name: _table.c[name] + insert.excluded[name] for name in ("received_count", "sent_count")}
    keys = ["alias_id", "address"]
    return insert.on_conflict_do_update(index_elements=keys, set_=more | {"last_at": insert.excluded.last_at})


def record_sent(session: Session, alias: Alias, addresses: Iterable[str]) -> None:
    """Count one message of the alias to all of them."""
    now, alias_id = clock.now(), alias.id or 0
    mine = sa.update(Alias).where(col(Alias.id) == alias_id)
    session.connection().execute(mine.values(sent_count=col(Alias.sent_count) + 1))
    session.expire(alias, ["sent_count"])
    unique = sorted({each.lower() for each in addresses})
    record(
        session.connection(),
        [Exchange(alias_id, each, alias.organisation_id, now, sent_count=1) for each in unique],
    )


def correspondents(
    session: Session,
    alias_id: int,
    *,
    q: str = "",
    blocked: bool | None = None,
    number: int = 1,
    limit: int = 50,
    actor: Actor,
) -> tuple[list[Correspondent], int]:
    """Page `number` (from 1) of them, those heard of last first, and how many there are on all pages."""
    access.require(actor, Permission.READ_DIRECTORY)
    alias = owned(session, alias_id, actor)
    query = select(Correspondent).where(Correspondent.alias_id == alias.id)
    if q:
        query = query.where(col(Correspondent.address).contains(q.lower().replace("\x00", ""), autoescape=True))
    if blocked is not None:
        is_blocked = col(Correspondent.blocked_at).is_not(None)
        query = query.where(is_blocked if blocked else ~is_blocked)
    total = session.exec(select(sa.func.count()).select_from(query.subquery())).one()
    ordered = query.order_by(col(Correspondent.last_at).desc(), col(Correspondent.address))
    return list(session.exec(ordered.limit(limit).offset((number - 1) * limit))), total


def block(session: Session, alias_id: int, address: str, *, actor: Actor) -> Correspondent:
    """Refuse mail from `address` to this alias from now on, also where none has come yet."""
    return _set_blocked(session, alias_id, address, clock.now(), actor)


def unblock(session: Session, alias_id: int, address: str, *, actor: Actor) -> Correspondent:
    return _set_blocked(session, alias_id, address, None, actor)


def _set_blocked(
    session: Session, alias_id: int, address: str, blocked_at: datetime | None, actor: Actor
) -> Correspondent:
    access.require(actor, Permission.MANAGE_ALIASES)
    alias = owned(session, alias_id, actor)
    key = (alias.id or 0, _checked(address))
    row = session.get(Correspondent, key)
    if row is None:
        now = clock.now()
        row = Correspondent(alias_id=key[0], address=key[1], organisation_id=alias.organisation_id, last_at=now)
    row.blocked_at = (row.blocked_at or blocked_at) if blocked_at else None
    session.add(row)
    session.flush()
    changed(session, actor)
    return row


def blocked(connection: sa.Connection, alias_ids: set[int], addresses: set[str]) -> set[tuple[int, str]]:
    """Which of these pairs are blocked."""
    if not alias_ids or not addresses:
        return set()
    asked = {"alias_ids": list(alias_ids), "addresses": list(addresses)}
    return {(row[0], row[1]) for row in connection.execute(_BLOCKED, asked)}


def _checked(address: str) -> str:
    try:
        return mail_address.normalise(address)
    except ValueError:
        raise Invalid(f"“{address[:100]}” is not an e-mail address.", code="invalid_address", field="address") from None
