"""Aliases as mail meets them: by their whole name, by the pattern they are (`sales-*`), or as the catch-all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from models import Alias, AliasStatus, Correspondent, DisabledPolicy

CATCH_ALL = "*"
_COLUMNS = (
    col(Alias.domain_id),
    col(Alias.local_part),
    col(Alias.id),
    col(Alias.mailbox_id),
    col(Alias.status),
    col(Alias.disabled_policy),
    col(Alias.expires_at),
    col(Alias.expires_after),
    col(Alias.received_count),
    col(Alias.forward_to),
)
EVERY: Any = sa.select(*_COLUMNS)


@dataclass(slots=True)
class Route:
    """One alias. `left` is how many more messages it takes (None: any number), `expires` until when, in Unix time."""

    id: int
    mailbox_id: int | None
    is_off: bool
    is_silent: bool  # while it is closed its mail is taken and thrown away
    expires: float | None
    left: int | None
    forward_to: tuple[str, ...]
    blocked: set[str] = field(default_factory=set)

    def is_closed(self, now: float) -> bool:
        return (
            self.is_off
            or (self.expires is not None and self.expires <= now)
            or (self.left is not None and self.left <= 0)
        )


@dataclass(slots=True)
class Routes:
    """The aliases of one domain. A pattern has one `*`: the longest beginning wins, then the longest end."""

    whole: dict[str, Route] = field(default_factory=dict)
    patterns: dict[str, list[tuple[str, Route]]] = field(default_factory=dict)

    def add(self, local_part: str, route: Route) -> None:
        self.whole[local_part] = route
        beginning, star, end = local_part.partition("*")
        if star and local_part != CATCH_ALL:
            ends = self.patterns.setdefault(beginning, [])
            ends.append((end, route))
            ends.sort(key=lambda each: -len(each[0]))

    def otherwise(self, local: str) -> Route | None:
        """Who takes mail for a name that no alias has: a pattern, or else the catch-all."""
        for length in range(len(local), -1, -1) if self.patterns else ():
            for end, route in self.patterns.get(local[:length], ()):
                if local[length:].endswith(end):
                    return route
        return self.whole.get(CATCH_ALL)


def read_routes(session: Session, query: Any = EVERY, **asked: Any) -> Iterator[tuple[int, str, Route]]:
    """(domain id, local part, route) of every alias, or of those that `query`, an EVERY with conditions, asks for."""
    for (
        domain_id,
        local_part,
        number,
        mailbox_id,
        status,
        policy,
        expires,
        most,
        taken,
        outside,
    ) in session.connection().execute(query, asked):
        route = Route(
            id=number or 0,
            mailbox_id=mailbox_id,
            is_off=status is AliasStatus.DISABLED,
            is_silent=policy is DisabledPolicy.DROP,
            expires=expires.timestamp() if expires else None,
            left=None if most is None else most - taken,
            forward_to=tuple(outside),
        )
        yield domain_id, local_part, route


def read_blocked(session: Session) -> list[tuple[int, str]]:
    """(alias id, address) of the correspondents whose mail to that alias is refused."""
    query = sa.select(col(Correspondent.alias_id), col(Correspondent.address))
    rows = session.connection().execute(query.where(col(Correspondent.blocked_at).is_not(None)))
    return [(row[0], row[1]) for row in rows]
