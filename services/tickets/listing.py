"""The conversation list: keyset pages of one folder by one hot statement, decorated by a few small ones."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

from services import access, search, views
from services.access import Actor, Permission
from services.tickets.decorating import COLUMNS, decorated
from services.tickets.rows import Row, View, ViewKind

PAGE = 50
COUNT_LIMIT = 1000  # counted no further: people read "999+"
FEW = 2000  # up to so many tickets of a tag, sorting them is faster than walking the whole list

_LIVE = ("open", "waiting", "snoozed", "done")
_MINE = "t.organisation_id = :organisation"
_MINE_BY_ID = "t.organisation_id + 0 = :organisation"  # no index for this: the few ids lead
# Each condition is one range of one index that ends in (active_at, id); several are merged by the database.
RANGES: dict[ViewKind, tuple[str, ...]] = {
    ViewKind.INBOX: ("t.folder = 'open'",),
    ViewKind.UNASSIGNED: ("t.folder = 'open' AND t.assignee_id IS NULL",),
    ViewKind.MINE: ("t.folder = 'open' AND t.assignee_id = :me",),
    ViewKind.ASSIGNED: ("t.folder = 'open' AND t.assignee_id IS NOT NULL",),
    ViewKind.WAITING: ("t.folder = 'waiting'",),
    ViewKind.SNOOZED: ("t.folder = 'snoozed'",),
    ViewKind.DONE: ("t.folder = 'done'",),
    ViewKind.SPAM: ("t.folder = 'spam'",),
    ViewKind.TRASH: ("t.folder = 'trash' AND t.merged_into_id IS NULL",),
    ViewKind.ALL: tuple(f"t.folder = '{folder}'" for folder in _LIVE),
    ViewKind.MAILBOX: ("t.mailbox_id = :id AND t.folder = 'open'",),
    ViewKind.DRAFTS: (
        "t.deleted_at IS NULL AND t.id IN (SELECT ticket_id FROM draft WHERE organisation_id = :organisation)",
    ),
    ViewKind.SENT: (
        "t.deleted_at IS NULL AND t.id IN (SELECT ticket_id FROM message WHERE user_id = :me AND direction = 'out')",
    ),
    ViewKind.STARRED: ("t.deleted_at IS NULL AND t.id IN (SELECT ticket_id FROM ticket_star WHERE user_id = :me)",),
    ViewKind.MENTIONS: ("t.deleted_at IS NULL AND t.id IN (SELECT ticket_id FROM mention WHERE user_id = :me)",),
    ViewKind.TAG: ("t.deleted_at IS NULL AND t.id IN (SELECT ticket_id FROM ticket_tag WHERE tag_id = :id)",),
}
_TAG_WALK = tuple(
    f"t.folder = '{folder}' AND EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = t.id AND g.tag_id = :id)"
    for folder in _LIVE
)
_statements: dict[tuple[tuple[str, ...], bool], sa.TextClause] = {}


def listed(
    session: Session, *, view: View, before: tuple[Any, ...] | None = None, limit: int = PAGE, actor: Actor
) -> list[Row]:
    """One page of `view`, newest activity first; `before` is the `cursor` of the last row seen."""
    access.require(actor, Permission.READ_TICKETS)
    if view.kind is ViewKind.SAVED:
        kept = views.get(session, view.id or 0, actor=actor)
        return search.find(session, kept.query, before=before, limit=limit, actor=actor)
    walks = view.kind is ViewKind.TAG and _many(session, view.id)
    hot = statement(_TAG_WALK if walks else RANGES[view.kind], before is not None)
    values = {"organisation": actor.organisation_id, "me": actor.user_id, "id": view.id, "limit": min(limit, PAGE)}
    if before is not None:
        values |= {"active_at": before[0], "before_id": before[1]}
    found = session.connection().execute(hot, values)
    return decorated(session, found.all(), actor=actor)


def statement(ranges: tuple[str, ...], after_first: bool) -> sa.TextClause:
    """The hot statement of a folder, composed once."""
    key = (ranges, after_first)
    if key not in _statements:
        _statements[key] = _compose(ranges, after_first)
    return _statements[key]


def _compose(ranges: tuple[str, ...], after_first: bool) -> sa.TextClause:
    older = " AND (t.active_at, t.id) < (:active_at, :before_id)" if after_first else ""
    order = "ORDER BY t.active_at DESC, t.id DESC LIMIT :limit"
    owned = [(_MINE_BY_ID if "t.id IN" in each else _MINE, each) for each in ranges]
    parts = [f"SELECT {COLUMNS} FROM ticket t WHERE {mine} AND {each}{older} {order}" for mine, each in owned]
    text = parts[0]
    if len(parts) > 1:
        union = " UNION ALL ".join(f"SELECT * FROM ({part}) AS p{number}" for number, part in enumerate(parts))
        text = f"SELECT * FROM ({union}) AS t {order}"
    statement = sa.text(text)
    return statement.bindparams(sa.bindparam("active_at", type_=UTCDateTime())) if after_first else statement


def _many(session: Session, tag_id: int | None) -> bool:
    query = sa.text("SELECT count(*) FROM (SELECT 1 FROM ticket_tag WHERE tag_id = :id LIMIT :few) AS capped")
    return bool(session.connection().execute(query, {"id": tag_id, "few": FEW}).scalar() == FEW)


def counts(session: Session, *, actor: Actor) -> dict[str, int]:
    """How many conversations each folder holds, by `str(view)`, at most COUNT_LIMIT; mentions count unread ones."""
    access.require(actor, Permission.READ_TICKETS)
    connection = session.connection()
    mailboxes = connection.execute(
        sa.text("SELECT id FROM mailbox WHERE organisation_id = :organisation"), {"organisation": actor.organisation_id}
    ).scalars()
    wanted = [(str(View(kind)), RANGES[kind]) for kind in _COUNTED]
    wanted += [
        (f"mailbox:{int(number)}", (f"t.mailbox_id = {int(number)} AND t.folder = 'open'",)) for number in mailboxes
    ]
    parts = [
        f"SELECT '{name}', count(*) FROM"
        f" (SELECT 1 FROM ticket t WHERE {_MINE_BY_ID if 't.id IN' in ranges[0] else _MINE} AND {ranges[0]}"
        f" LIMIT {COUNT_LIMIT}) AS capped"
        for name, ranges in wanted
    ]
    values = {"organisation": actor.organisation_id, "me": actor.user_id}
    found = {str(name): int(number) for name, number in connection.execute(sa.text(" UNION ALL ".join(parts)), values)}
    unread = sa.text("SELECT count(*) FROM mention WHERE user_id = :me AND read_at IS NULL")
    return found | {str(ViewKind.MENTIONS): int(connection.execute(unread, {"me": actor.user_id}).scalar() or 0)}


_COUNTED = (
    ViewKind.INBOX,
    ViewKind.UNASSIGNED,
    ViewKind.MINE,
    ViewKind.ASSIGNED,
    ViewKind.WAITING,
    ViewKind.SNOOZED,
    ViewKind.SPAM,
    ViewKind.DRAFTS,
    ViewKind.STARRED,
)
