"""What a batch must know of its aliases to take mail for them, and what it leaves behind: counts, and what goes on."""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from models import Alias, DisabledPolicy
from services import aliases, clock, events, forwarding, mailboxes
from services.aliases import Exchange
from services.flows.inbound.letter import Letter
from services.forwarding import Forward

_ALIAS: Any = Alias.__table__  # type: ignore[attr-defined]
_COUNT = (
    sa.update(_ALIAS)
    .where(_ALIAS.c.id == sa.bindparam("b_id"))
    .values(received_count=_ALIAS.c.received_count + sa.bindparam("more"), last_received_at=sa.bindparam("at"))
)


class Gate:
    """Asked for a batch at once, written with it."""

    def __init__(self) -> None:
        self.forwards: list[Forward] = []
        self._blocked: set[tuple[int, str]] = set()
        self._left: dict[int, tuple[int, DisabledPolicy]] = {}
        self._spent: dict[int, int] = {}
        self._counts: Counter[int] = Counter()
        self._exchanges: Counter[tuple[int, int, str]] = Counter()

    def look_up(self, connection: sa.Connection, letters: list[Letter]) -> None:
        """Blocked correspondents, and how many messages those aliases still take that take only so many."""
        targets = [each.target for letter in letters for each in letter.recipients if each.target]
        alias_ids = {target.alias_id for target in targets if target.alias_id}
        addresses = {address for letter in letters for address in (letter.author, letter.reverse_path.lower())}
        self._blocked = aliases.blocked(connection, alias_ids, addresses - {""})
        counting = {target.alias_id for target in targets if target.left is not None}
        if counting:
            left = _ALIAS.c.expires_after - _ALIAS.c.received_count
            query = sa.select(_ALIAS.c.id, left, _ALIAS.c.disabled_policy, _ALIAS.c.organisation_id)
            mine = query.where(_ALIAS.c.id.in_(counting), _ALIAS.c.expires_after.is_not(None))
            for alias_id, more, policy, organisation_id in connection.execute(mine.with_for_update()):
                self._left[alias_id] = (more, policy)
                self._spent[alias_id] = organisation_id

    def is_blocked(self, alias_id: int, letter: Letter) -> bool:
        if not self._blocked:
            return False
        return not self._blocked.isdisjoint({(alias_id, letter.author), (alias_id, letter.reverse_path.lower())})

    def policy_if_spent(self, alias_id: int) -> DisabledPolicy | None:
        """What an alias that took its last message does with further ones; None while it takes them."""
        left, policy = self._left.get(alias_id, (None, None))
        return None if left is None or left > self._counts[alias_id] else policy

    def count(self, letter: Letter, alias_id: int) -> None:
        """One message more from this author; a bounce counts, but whoever reports it is no correspondent."""
        self._counts[alias_id] += 1
        if letter.author and not letter.is_bounce:
            self._exchanges[letter.organisation_id, alias_id, letter.author] += 1

    def write(self, session: Session) -> None:
        """Counts, correspondents and forwards; listeners hear at once of an alias that took its last message."""
        now, connection = clock.now(), session.connection()
        if self._counts:
            counts = [{"b_id": number, "more": more, "at": now} for number, more in sorted(self._counts.items())]
            connection.execute(_COUNT, counts)
        aliases.record(
            connection,
            (Exchange(alias_id, address, organisation_id, now, received_count=count)
             for (organisation_id, alias_id, address), count in self._exchanges.items()),
        )  # fmt: skip
        forwarding.forward(session, self.forwards)
        for alias_id, organisation_id in self._spent.items():
            if self.policy_if_spent(alias_id) is not None:
                mailboxes.touch(session)
                events.record(session, events.DirectoryChanged(organisation_id))
