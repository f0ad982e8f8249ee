"""From hot tuples to rows: tags, drafts and presence beside them, and what belongs to each reader (unread, star).

For many readers at once the same few statements serve all, and rows that are alike are one object.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

from models import PresenceState, Priority, TicketStatus
from services import clock
from services.access import Actor
from services.presence import Present
from services.tickets.rows import Label, Row

COLUMNS = (
    "t.id, t.number, t.subject, t.correspondent, t.correspondent_name, t.snippet, t.status, t.priority, t.assignee_id,"
    " t.mailbox_id, t.alias_id, t.message_count, t.has_attachments, t.active_at, t.last_inbound_at, t.snoozed_until,"
    " t.created_at, t.resolved_at, t.deleted_at"
)

_NOW = sa.bindparam("now", type_=UTCDateTime())


def for_ids(connection: sa.Connection, text: str) -> sa.TextClause:
    """`text` with IN :ids or :people taking any number of ids as one parameter (see `as_ids`): a list of parameters
    of varying length would be compiled anew for every page."""
    for name in (":ids", ":people"):
        text = text.replace(f"IN {name}", f"IN (SELECT value FROM {each_of(connection, name)})")
    return _cached(text)


def each_of(connection: sa.Connection, name: str) -> str:
    """The ids in the parameter `name` as a table to select `value` from."""
    return f"json_each({name}) AS x" if connection.dialect.name == "sqlite" else _ARRAY.format(name)


_ARRAY = "unnest(CAST({} AS bigint[])) AS x(value)"


def as_ids(connection: sa.Connection, ids: Iterable[int]) -> str:
    """`ids` as the one parameter `for_ids` takes."""
    inner = ",".join(map(str, ids))
    return f"[{inner}]" if connection.dialect.name == "sqlite" else f"{{{inner}}}"


@lru_cache(maxsize=256)
def _cached(text: str) -> sa.TextClause:
    return sa.text(text).bindparams(_NOW) if ":now" in text else sa.text(text)


_READ = "SELECT user_id, ticket_id, read_at FROM ticket_read WHERE user_id IN :people AND ticket_id IN :ids"
_STARS = "SELECT user_id, ticket_id FROM ticket_star WHERE user_id IN :people AND ticket_id IN :ids"
# an answer that was begun and left without a word is none; that of a draft `d`
WRITTEN = "(trim(d.text) <> '' OR EXISTS (SELECT 1 FROM attachment f WHERE f.draft_id = d.id))"
_DRAFTS = f"SELECT DISTINCT d.ticket_id FROM draft d WHERE d.ticket_id IN :ids AND {WRITTEN}"
_TAGS = (
    "SELECT k.ticket_id, g.id, g.name, g.colour FROM ticket_tag k JOIN tag g ON g.id = k.tag_id"
    " WHERE k.ticket_id IN :ids ORDER BY g.name"
)
_PRESENCE = (
    "SELECT p.ticket_id, u.id, u.name, p.state FROM presence p JOIN user_account u ON u.id = p.user_id"
    " WHERE p.ticket_id IN :ids AND p.expires_at > :now ORDER BY u.name"
)
_PEOPLE = "SELECT id, name FROM user_account WHERE id IN :ids"


def decorated(
    session: Session, found: Sequence[Any], *, actor: Actor, cursors: Sequence[tuple[Any, ...]] | None = None
) -> list[Row]:
    """Rows for tuples of COLUMNS, in their order; `cursors` where the order is not that of activity."""
    if not found:
        return []
    beside = _Beside(session, found, [actor])
    stands = cursors or (None,) * len(found)
    return [beside.row_for(actor.user_id or 0, line, cursor) for line, cursor in zip(found, stands, strict=True)]


def decorated_together(session: Session, lists: Sequence[Sequence[Any]], *, actors: Sequence[Actor]) -> list[list[Row]]:
    """For each of `actors` the rows of the list that is theirs."""
    lines = {line[0]: line for found in lists for line in found}
    if not lines:
        return [[] for _ in lists]
    beside = _Beside(session, list(lines.values()), actors)
    return [
        [beside.row_for(actor.user_id or 0, line) for line in found] for found, actor in zip(lists, actors, strict=True)
    ]


class _Beside:
    """What is known about the tickets of some lists, by ticket id."""

    def __init__(self, session: Session, lines: Sequence[Any], actors: Sequence[Actor]) -> None:
        ids = [line[0] for line in lines]
        connection = session.connection()
        people = as_ids(connection, {actor.user_id or 0 for actor in actors})

        def run(text: str, numbers: Iterable[int], **values: Any) -> Any:
            return connection.execute(for_ids(connection, text), {"ids": as_ids(connection, numbers)} | values)

        self.read_at = {(line[0], line[1]): line[2] for line in run(_READ, ids, people=people)}
        self.starred = {(line[0], line[1]) for line in run(_STARS, ids, people=people)}
        self.drafts = set(run(_DRAFTS, ids).scalars())
        self.tags = _grouped((line[0], Label(*line[1:])) for line in run(_TAGS, ids))
        self.presence = _grouped(
            (line[0], Present(line[1], line[2], PresenceState(line[3])))
            for line in run(_PRESENCE, ids, now=clock.now())
        )
        named = {line[8] for line in lines if line[8] is not None}
        self.names = {line[0]: line[1] for line in run(_PEOPLE, named)} if named else {}
        self.made: dict[tuple[Any, ...], Row] = {}

    def row_for(self, me: int, line: Any, cursor: tuple[Any, ...] | None = None) -> Row:
        """The row of `line` as `me` sees it; nobody is told of their own presence."""
        read_at, inbound = self.read_at.get((me, line[0])), line[14]
        unread = inbound is not None and (read_at is None or read_at < inbound)
        presence = self.presence.get(line[0], ())
        if presence and any(each.user_id == me for each in presence):
            presence = tuple(each for each in presence if each.user_id != me)
        key = line[0], unread, (me, line[0]) in self.starred, presence
        if key not in self.made:
            self.made[key] = self.row(line, *key[1:], cursor)
        return self.made[key]

    def row(
        self, line: Any, unread: bool, starred: bool, presence: tuple[Present, ...], cursor: tuple[Any, ...] | None
    ) -> Row:
        """One list row. Field order is COLUMNS."""
        active_at = _moment(line[13])
        assert active_at is not None
        return Row(
            id=line[0],
            number=line[1],
            subject=line[2],
            correspondent=line[3],
            correspondent_name=line[4],
            snippet=line[5],
            status=TicketStatus(line[6]),
            priority=Priority(line[7]),
            assignee_id=line[8],
            assignee_name=self.names.get(line[8], ""),
            mailbox_id=line[9],
            alias_id=line[10],
            message_count=line[11],
            has_attachments=bool(line[12]),
            active_at=active_at,
            last_inbound_at=_moment(line[14]),
            snoozed_until=_moment(line[15]),
            created_at=_moment(line[16]) or active_at,
            resolved_at=_moment(line[17]),
            deleted=line[18] is not None,
            unread=unread,
            starred=starred,
            has_draft=line[0] in self.drafts,
            tags=self.tags.get(line[0], ()),
            presence=presence,
            cursor=cursor or (active_at, line[0]),
        )


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, tuple[Any, ...]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _moment(value: Any) -> datetime | None:
    """Plain SQL gives text on SQLite (UTC, without saying so) and aware datetimes on PostgreSQL."""
    if value is None:
        return None
    if isinstance(value, str):
        return datetime.fromisoformat(value + "+00:00")
    moment: datetime = value
    return moment.astimezone(UTC)
