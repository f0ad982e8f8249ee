"""Newest first, stopped by the last row wanted: walk the index by its ids, or probe it where few tickets qualify."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from services import access, bodies
from services.access import Actor, Permission
from services.search import matching
from services.search.filtering import Plan, is_selective, plan
from services.search.query import parse
from services.tickets.decorating import COLUMNS, as_ids, decorated, for_ids
from services.tickets.rows import Row

PAGE = 50
FEW = 1000  # up to so many tickets that qualify, probing each of their messages beats walking all matches
CHUNK = 100
STEP = 10  # hits at a time: each may be two reads from the disk, and half of the last would be for nothing
_BY_ID = f"SELECT {COLUMNS} FROM ticket t WHERE t.id IN :ids"


def find(
    session: Session, query: str, *, before: tuple[Any, ...] | None = None, limit: int = PAGE, actor: Actor
) -> list[Row]:
    """Conversations with a message that `query` finds, the newest such message first. No text is an error.

    `before` is the `cursor` of the last row seen.
    """
    access.require(actor, Permission.READ_TICKETS)
    made = plan(session, parse(query), actor=actor)
    hits: dict[int, int] = {}
    for search_id, ticket_id in _hits(session, made, before[0] if before else None):
        hits.setdefault(ticket_id, search_id)
        if len(hits) >= min(limit, PAGE):
            break
    if not hits:
        return []
    connection = session.connection()
    asked = connection.execute(for_ids(connection, _BY_ID), {"ids": as_ids(connection, hits)})
    found = {line[0]: line for line in asked}
    lines = [found[ticket_id] for ticket_id in hits]
    return decorated(session, lines, actor=actor, cursors=[(hits[line[0]], line[0]) for line in lines])


def _hits(session: Session, made: Plan, before: int | None) -> Iterator[tuple[int, int]]:
    """(search id, ticket id) of matching messages, newest first; read only as far as it is asked for."""
    connection = session.connection()
    values: dict[str, Any] = made.values | {"match": expression(connection, made)} | _bounds(made, before)
    few = _few(session, made) if is_selective(made) else None
    if few is not None:
        yield from _probed(connection, few, values)
        return
    text = _WALK[connection.dialect.name].replace("{}", " AND ".join(made.conditions))
    result = connection.execute(for_ids(connection, text), values)
    try:
        while lines := result.fetchmany(STEP):
            yield from ((line[0], line[1]) for line in lines)
    finally:
        result.close()


def _probed(connection: sa.Connection, few: list[int], values: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """Ask the index about the messages of few tickets, a hundred at a time from the newest back."""
    asked = connection.execute(for_ids(connection, _MESSAGES), values | {"ids": as_ids(connection, few)})
    candidates = [(line[0], line[1]) for line in asked]
    probe = for_ids(connection, _PROBE[connection.dialect.name])
    for start in range(0, len(candidates), CHUNK):
        chunk = candidates[start : start + CHUNK]
        ids = as_ids(connection, (search_id for search_id, _ in chunk))
        matching = set(connection.execute(probe, values | {"ids": ids}).scalars())
        yield from (each for each in chunk if each[0] in matching)


def _few(session: Session, made: Plan) -> list[int] | None:
    """The tickets that qualify, if they are few."""
    conditions = " AND ".join(made.conditions)
    text = f"SELECT t.id FROM ticket t WHERE t.organisation_id = :organisation AND {conditions} LIMIT {FEW + 1}"
    ids = list(session.connection().execute(sa.text(text), made.values).scalars())
    return ids if len(ids) <= FEW else None


def expression(connection: sa.Connection, made: Plan) -> str:
    """The words in the language of this database's index."""
    language = matching.fts5 if connection.dialect.name == "sqlite" else matching.tsquery
    return language(made.terms, made.labels)


def _bounds(made: Plan, before: int | None) -> dict[str, int]:
    newest = min(_first_id(made.until) if made.until else 1 << 62, before if before is not None else 1 << 62)
    return {"newest": newest, "oldest": _first_id(made.since) if made.since else 0}


def _first_id(at: datetime) -> int:
    return bodies.body_id(at) >> 20 << 20


_MESSAGES = (
    "SELECT m.search_id, m.ticket_id FROM message m WHERE m.ticket_id IN :ids AND m.deleted_at IS NULL"
    " AND m.search_id >= :oldest AND m.search_id < :newest ORDER BY m.search_id DESC"
)
# CROSS JOIN keeps SQLite from turning the loops around: the index outside gives the order.
_WALK = {
    "sqlite": (
        "SELECT s.rowid, m.ticket_id FROM message_search s CROSS JOIN message m ON m.search_id = s.rowid"
        " CROSS JOIN ticket t ON t.id = m.ticket_id WHERE message_search MATCH :match AND s.rowid >= :oldest"
        " AND s.rowid < :newest AND m.organisation_id = :organisation AND m.deleted_at IS NULL AND {}"
        " ORDER BY s.rowid DESC"
    ),
    "postgresql": (
        "SELECT b.id, m.ticket_id FROM message_body b JOIN message m ON m.search_id = b.id JOIN ticket t"
        " ON t.id = m.ticket_id WHERE b.search @@ to_tsquery('simple', :match) AND b.id >= :oldest AND b.id < :newest"
        " AND m.organisation_id = :organisation AND m.deleted_at IS NULL AND {} ORDER BY b.id DESC"
    ),
}
_PROBE = {
    "sqlite": "SELECT s.rowid FROM message_search s WHERE message_search MATCH :match AND s.rowid IN :ids",
    "postgresql": "SELECT b.id FROM message_body b WHERE b.id IN :ids AND b.search @@ to_tsquery('simple', :match)",
}
