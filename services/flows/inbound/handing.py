"""Whom a new ticket of an alias is handed to: each member in turn, whoever holds the fewest, or nobody yet."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from models import Alias, AliasMember, Assignment, MemberStatus, Ticket, TicketStatus, User
from services import clock

_KINDS: tuple[Any, ...] = (Alias, AliasMember, User, Ticket)
_ALIAS, _MEMBER, _USER, _TICKET = (kind.__table__ for kind in _KINDS)
_HELD = (TicketStatus.OPEN, TicketStatus.IN_PROGRESS)
_HANDED = (
    sa.update(_MEMBER)
    .where(_MEMBER.c.alias_id == sa.bindparam("b_alias"), _MEMBER.c.user_id == sa.bindparam("b_user"))
    .values(last_assigned_at=sa.bindparam("at"))
)


class Turns:
    """The rotations of a batch. Whoever files holds the organisation's row, so nobody else moves them meanwhile."""

    def __init__(self) -> None:
        self._kinds: dict[int, Assignment] = {}
        self._members: dict[int, list[int]] = defaultdict(list)  # whose turn is next stands first
        self._loads: Counter[int] = Counter()
        self._handed: set[tuple[int, int]] = set()

    def look_up(self, connection: sa.Connection, alias_ids: set[int]) -> None:
        """The members who are here: who was handed something longest ago first, who never was before them."""
        if not alias_ids:
            return
        query = (
            sa.select(_MEMBER.c.alias_id, _MEMBER.c.user_id, _ALIAS.c.assignment)
            .join_from(_MEMBER, _USER, _USER.c.id == _MEMBER.c.user_id)
            .join(_ALIAS, _ALIAS.c.id == _MEMBER.c.alias_id)
            .where(_MEMBER.c.alias_id.in_(alias_ids), _USER.c.status == MemberStatus.ACTIVE, _USER.c.is_away.is_(False))
            .order_by(_MEMBER.c.last_assigned_at.nulls_first(), _MEMBER.c.user_id)
        )
        for alias_id, user_id, kind in connection.execute(query).all():
            self._kinds[alias_id] = kind
            self._members[alias_id].append(user_id)
        if Assignment.LEAST_LOADED in self._kinds.values():
            everybody = {user_id for members in self._members.values() for user_id in members}
            held = sa.select(_TICKET.c.assignee_id, sa.func.count()).where(
                _TICKET.c.assignee_id.in_(everybody), _TICKET.c.status.in_(_HELD), _TICKET.c.deleted_at.is_(None)
            )
            for user_id, count in connection.execute(held.group_by(_TICKET.c.assignee_id)).all():
                self._loads[user_id] = count

    def next(self, alias_id: int | None) -> int | None:
        """Who takes the next ticket of the alias; their turn is over with that."""
        kind, members = self._kinds.get(alias_id or 0), self._members.get(alias_id or 0)
        if not alias_id or not members or kind in {None, Assignment.MANUAL}:
            return None
        chosen = members[0] if kind is Assignment.ROUND_ROBIN else min(members, key=self._loads.__getitem__)
        members.remove(chosen)
        members.append(chosen)
        self._loads[chosen] += 1
        self._handed.add((alias_id, chosen))
        return chosen

    def followers(self, alias_id: int | None) -> list[int]:
        """Those whom a ticket that is handed to nobody concerns all the same."""
        is_manual = self._kinds.get(alias_id or 0) is Assignment.MANUAL
        return self._members[alias_id or 0] if is_manual else []

    def write(self, connection: sa.Connection) -> None:
        """Keep the order: who had a turn in this batch stands behind the others, as they stand here."""
        now = clock.now()
        rows: list[dict[str, Any]] = [
            {"b_alias": alias_id, "b_user": user_id, "at": now + timedelta(microseconds=place)}
            for alias_id, members in sorted(self._members.items())
            for place, user_id in enumerate(members)
            if (alias_id, user_id) in self._handed
        ]
        if rows:
            connection.execute(_HANDED, rows)
