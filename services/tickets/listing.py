"""The conversation list: keyset pages of one folder by one hot statement, decorated by a few small ones."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

from services import access, search, views
from services.access import Actor, Permission
from services.tickets.decorating import COLUMNS, WRITTEN, decorated, decorated_together
from services.tickets.rows import Row, View, ViewKind

PAGE = 50
FEW = 2000  # up to so many tickets of a tag, sorting them is faster than walking the whole list

_LIVE = ("open", "waiting", "snoozed", "done")
OWNED = "t.organisation_id = :organisation"
OWNED_BY_ID = "t.organisation_id + 0 = :organisation"  # no index for this: the few ids lead
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
        "t.deleted_at IS NULL AND t.id IN"
        f" (SELECT d.ticket_id FROM draft d WHERE d.organisation_id = :organisation AND {WRITTEN})",
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
    return decorated(session, _lines(session, view, before, limit, actor), actor=actor)


def listed_together(session: Session, *, view: View, actors: Sequence[Actor]) -> list[list[Row]]:
    """The first page of `view` for each of several members of one organisation. What looks the same to several of
    them is read once and is one object."""
    access.require_together(actors, Permission.READ_TICKETS)
    if view.kind is ViewKind.SAVED:
        return [listed(session, view=view, actor=actor) for actor in actors]
    if any(":me" in each for each in RANGES[view.kind]):
        found = [_lines(session, view, None, PAGE, actor) for actor in actors]
    else:
        found = [_lines(session, view, None, PAGE, actors[0])] * len(actors)
    return decorated_together(session, found, actors=actors)


def _lines(
    session: Session, view: View, before: tuple[Any, ...] | None, limit: int, actor: Actor
) -> Sequence[sa.Row[Any]]:
    walks = view.kind is ViewKind.TAG and _many(session, view.id)
    hot = statement(_TAG_WALK if walks else RANGES[view.kind], before is not None)
    values = {"organisation": actor.organisation_id, "me": actor.user_id, "id": view.id, "limit": min(limit, PAGE)}
    if before is not None:
        values |= {"active_at": before[0], "before_id": before[1]}
    return session.connection().execute(hot, values).all()


def statement(ranges: tuple[str, ...], after_first: bool) -> sa.TextClause:
    """The hot statement of a folder, composed once."""
    key = (ranges, after_first)
    if key not in _statements:
        _statements[key] = _compose(ranges, after_first)
    return _statements[key]


def _compose(ranges: tuple[str, ...], after_first: bool) -> sa.TextClause:
    older = " AND (t.active_at, t.id) < (:active_at, :before_id)" if after_first else ""
    order = "ORDER BY t.active_at DESC, t.id DESC LIMIT :limit"
    owned = [(OWNED_BY_ID if "t.id IN" in each else OWNED, each) for each in ranges]
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
