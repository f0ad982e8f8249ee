"""How many conversations each folder holds: what is everybody's counted once, what is one's own for all who ask."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from services import access
from services.access import Actor, Permission
from services.tickets.decorating import as_ids, each_of
from services.tickets.listing import OWNED, OWNED_BY_ID, RANGES
from services.tickets.rows import View, ViewKind

COUNT_LIMIT = 1000  # counted no further: people read "999+"
_SHARED = (
    ViewKind.INBOX,
    ViewKind.UNASSIGNED,
    ViewKind.ASSIGNED,
    ViewKind.WAITING,
    ViewKind.SNOOZED,
    ViewKind.SPAM,
    ViewKind.DRAFTS,
)
_OWN = (ViewKind.MINE, ViewKind.STARRED)
_UNREAD_MENTIONS = "SELECT 1 FROM mention WHERE user_id = x.value AND read_at IS NULL"


def counts(session: Session, *, actor: Actor) -> dict[str, int]:
    """How many conversations each folder holds, by `str(view)`, at most COUNT_LIMIT; mentions count unread ones."""
    return counts_together(session, actors=[actor])[0]


def counts_together(session: Session, *, actors: Sequence[Actor]) -> list[dict[str, int]]:
    """The same for each of several members of one organisation."""
    organisation_id = access.require_together(actors, Permission.READ_TICKETS)
    connection = session.connection()
    shared = _shared(connection, organisation_id)
    own = _own(connection, organisation_id, {actor.user_id or 0 for actor in actors})
    return [shared | own[actor.user_id or 0] for actor in actors]


def _shared(connection: sa.Connection, organisation_id: int) -> dict[str, int]:
    values = {"organisation": organisation_id}
    mailboxes = connection.execute(sa.text("SELECT id FROM mailbox WHERE organisation_id = :organisation"), values)
    wanted = [(str(View(kind)), RANGES[kind][0]) for kind in _SHARED]
    wanted += [
        (f"mailbox:{int(number)}", f"t.mailbox_id = {int(number)} AND t.folder = 'open'")
        for number in mailboxes.scalars()
    ]
    parts = [f"SELECT '{name}', {_capped(_in(range_))}" for name, range_ in wanted]
    return {str(name): int(number) for name, number in connection.execute(sa.text(" UNION ALL ".join(parts)), values)}


def _own(connection: sa.Connection, organisation_id: int, people: set[int]) -> dict[int, dict[str, int]]:
    insides = [_in(RANGES[kind][0]).replace(":me", "x.value") for kind in _OWN]
    columns = ", ".join(_capped(inside) for inside in [*insides, _UNREAD_MENTIONS])
    text = f"SELECT x.value, {columns} FROM {each_of(connection, ':people')}"
    values: dict[str, Any] = {"organisation": organisation_id, "people": as_ids(connection, people)}
    names = [str(kind) for kind in (*_OWN, ViewKind.MENTIONS)]
    found = connection.execute(sa.text(text), values)
    return {line[0]: dict(zip(names, line[1:], strict=True)) for line in found}


def _in(range_: str) -> str:
    owned = OWNED_BY_ID if "t.id IN" in range_ else OWNED
    return f"SELECT 1 FROM ticket t WHERE {owned} AND {range_}"


def _capped(inside: str) -> str:
    return f"(SELECT count(*) FROM ({inside} LIMIT {COUNT_LIMIT}) AS capped)"
