"""Whose turn it is: each member in turn, or whoever holds the fewest, passing over who is away or has enough to do.

One rotation for the aliases and the mailboxes that hand their new tickets out, and for rules that assign in turn.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from models import (
    Alias,
    AliasMember,
    Assignment,
    Folder,
    Mailbox,
    MailboxMember,
    MemberStatus,
    Ticket,
    TicketTurn,
    User,
)
from services import clock
from services.access import MAY, Permission
from services.database import bulk

_KINDS: tuple[Any, ...] = (Alias, AliasMember, Mailbox, MailboxMember, Ticket, TicketTurn, User)
_ALIAS, _ALIAS_MEMBER, _MAILBOX, _MAILBOX_MEMBER, _TICKET, _TURN, _USER = (kind.__table__ for kind in _KINDS)
_WORKS = _USER.c.role.in_(MAY[Permission.WORK_TICKETS])
_WANTED: sa.BindParameter[Any] = sa.bindparam("wanted", expanding=True)
_IS_HERE = (_USER.c.status == MemberStatus.ACTIVE, _USER.c.is_away.is_(False))


@dataclass
class Rotation:
    """Members who are here, whose turn is next first. `cap`: with so many open tickets one gets no other."""

    kind: Assignment
    cap: int | None = None
    members: list[int] = field(default_factory=list)
    handed: set[int] = field(default_factory=set)

    def next(self, loads: Counter[int]) -> int | None:
        """Who takes the next ticket; their turn is over with that."""
        free = [each for each in self.members if self.cap is None or loads[each] < self.cap]
        if not free or self.kind is Assignment.MANUAL:
            return None
        chosen = free[0] if self.kind is Assignment.ROUND_ROBIN else min(free, key=loads.__getitem__)
        loads[chosen] += 1
        self.pass_on(chosen)
        return chosen

    def pass_on(self, member: int) -> None:
        """Their turn is over."""
        if member in self.members:
            self.members.remove(member)
            self.members.append(member)
            self.handed.add(member)


class Turns:
    """The rotations of a batch. Whoever asks holds the organisation's row, so nobody else moves them meanwhile."""

    def __init__(self) -> None:
        self._aliases: dict[int, Rotation] = {}
        self._mailboxes: dict[int, Rotation] = {}
        self._loads: Counter[int] = Counter()
        self._waiting: list[dict[str, int]] = []
        self._here: set[int] = set()  # of those whom rules name
        self.names: dict[int, str] = {}  # of members
        self.mailboxes: dict[int, str] = {}  # names of those that hand out

    def look_up(
        self, connection: sa.Connection, alias_ids: set[int], mailbox_ids: set[int], named: Iterable[int] = ()
    ) -> None:
        """Who was handed something longest ago first, who never was before them; and who is here of those `named`."""
        if named:
            here = sa.select(_USER.c.id).where(_USER.c.id.in_(named), _WORKS, *_IS_HERE)
            self._here.update(connection.scalars(here))
        organisations: set[int] = set()
        if alias_ids:
            members = connection.execute(_MEMBERS_OF_ALIASES, {"wanted": list(alias_ids)})
            for number, kind, user_id, name, organisation_id in members:
                self._aliases.setdefault(number, Rotation(kind)).members.append(user_id)
                self.names[user_id] = name
                organisations.add(organisation_id)
        if mailbox_ids:
            rotas = connection.execute(_ROTAS, {"wanted": list(mailbox_ids)})
            for number, title, kind, cap, user_id, name, organisation_id in rotas:
                rotation = self._mailboxes.setdefault(number, Rotation(kind, cap))
                self.mailboxes[number] = title
                if user_id is not None:
                    rotation.members.append(user_id)
                    self.names[user_id] = name
                organisations.add(organisation_id)
        rotations = (*self._aliases.values(), *self._mailboxes.values())
        if any(each.kind is Assignment.LEAST_LOADED or each.cap is not None for each in rotations):
            self._loads.update(loads(connection, organisations))

    def next(self, alias_id: int | None) -> int | None:
        """Who takes the next ticket of the alias; their turn is over with that."""
        rotation = self._aliases.get(alias_id or 0)
        return rotation.next(self._loads) if rotation else None

    def next_in(self, mailbox_id: int) -> int | None:
        """The same for a mailbox."""
        rotation = self._mailboxes.get(mailbox_id)
        return rotation.next(self._loads) if rotation else None

    def next_of(self, some: Sequence[int], mailbox_id: int | None) -> int | None:
        """The same for a rule that names `some`, next first: in the way of the mailbox, where it hands out."""
        home = self._mailboxes.get(mailbox_id or 0, Rotation(Assignment.ROUND_ROBIN))
        chosen = Rotation(home.kind, home.cap, [each for each in some if each in self._here]).next(self._loads)
        if chosen is not None:
            home.pass_on(chosen)
        return chosen

    def followers(self, alias_id: int | None) -> list[int]:
        """Those whom a ticket that is handed to nobody concerns all the same."""
        rotation = self._aliases.get(alias_id or 0)
        return rotation.members if rotation and rotation.kind is Assignment.MANUAL else []

    def wait(self, organisation_id: int, mailbox_id: int, ticket_id: int) -> None:
        """The ticket is handed out when somebody is free."""
        self._waiting.append({"ticket_id": ticket_id, "organisation_id": organisation_id, "mailbox_id": mailbox_id})

    def write(self, connection: sa.Connection) -> None:
        """Keep the order: who had a turn in this batch stands behind the others, as they stand here."""
        bulk.insert(connection, _TURN, self._waiting)
        for table, name, rotations in (
            (_ALIAS_MEMBER, "alias_id", self._aliases),
            (_MAILBOX_MEMBER, "mailbox_id", self._mailboxes),
        ):
            rows = [
                {"b_number": number, "b_user": user_id, "at": clock.now() + timedelta(microseconds=place)}
                for number, rotation in sorted(rotations.items())
                for place, user_id in enumerate(rotation.members)
                if user_id in rotation.handed
            ]
            if rows:
                theirs = (table.c[name] == sa.bindparam("b_number"), table.c.user_id == sa.bindparam("b_user"))
                connection.execute(sa.update(table).where(*theirs).values(last_assigned_at=sa.bindparam("at")), rows)


def loads(connection: sa.Connection, organisation_ids: set[int]) -> dict[int, int]:
    """How many open tickets each member holds, in whatever mailbox."""
    t = _TICKET.c
    held = (t.organisation_id.in_(organisation_ids), t.folder == Folder.OPEN, t.assignee_id.is_not(None))
    query = sa.select(t.assignee_id, sa.func.count()).where(*held).group_by(t.assignee_id)
    return {line[0]: line[1] for line in connection.execute(query)}


def _members_of_aliases() -> sa.Select[Any]:
    member = _ALIAS_MEMBER.c
    return (
        sa.select(_ALIAS.c.id, _ALIAS.c.assignment, member.user_id, _USER.c.name, _USER.c.organisation_id)
        .join_from(_ALIAS_MEMBER, _USER, _USER.c.id == member.user_id)
        .join(_ALIAS, _ALIAS.c.id == member.alias_id)
        .where(_ALIAS.c.id.in_(_WANTED), *_IS_HERE)
        .order_by(member.last_assigned_at.nulls_first(), member.user_id)
    )


def _rotas() -> sa.Select[Any]:
    """Mailboxes that hand out, each with the members who are here, or with none."""
    box, member = _MAILBOX.c, _MAILBOX_MEMBER.c
    here = sa.join(_MAILBOX_MEMBER, _USER, sa.and_(_USER.c.id == member.user_id, _WORKS, *_IS_HERE))
    return (
        sa.select(box.id, box.name, box.assignment, box.load_cap, member.user_id, _USER.c.name, box.organisation_id)
        .select_from(sa.outerjoin(_MAILBOX, here, member.mailbox_id == box.id))
        .where(box.id.in_(_WANTED), box.assignment != Assignment.MANUAL)
        .order_by(member.last_assigned_at.nulls_first(), member.user_id)
    )


_MEMBERS_OF_ALIASES, _ROTAS = _members_of_aliases(), _rotas()  # built once: every batch of mail asks
