"""Who is behind a session cookie, looked up in a thread and believed for a second."""

from dataclasses import dataclass
from time import monotonic

from nicegui import background_tasks

from services import database, sessions
from services.access import Actor
from services.events import Fact

TRUST = 1.0  # seconds a looked-up session is believed without asking again


@dataclass(frozen=True)
class Visitor:
    """Who is behind a request; nobody, where there is no actor."""

    token: str = ""
    actor: Actor | None = None
    session_id: int = 0


class Visitors:
    """Who comes again and again: sessions looked up within the last second, in a thread."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Visitor]] = {}

    async def find(self, token: str) -> Visitor:
        if not token:
            return Visitor()
        until, visitor = self._known.get(token, (0.0, Visitor()))
        if monotonic() < until:
            return visitor
        found = await database.read(sessions.find, token)
        if found is None:
            self._known.pop(token, None)
            return Visitor()
        actor, login = found
        visitor = Visitor(token, actor, login.id or 0)
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[token] = (monotonic() + TRUST, visitor)
        if sessions.is_stale(login):
            background_tasks.create(database.call(sessions.touch, visitor.session_id), name="touch session")
        return visitor

    def forget(self, facts: list[Fact]) -> None:
        """Somebody's session or role ended: believe nothing that was looked up before."""
        self._known.clear()
