"""Facts: what has happened, past tense, ids only. Recorded in a session, published after its commit.

In one process subscribers are called directly; across processes facts travel by PostgreSQL LISTEN/NOTIFY
(`services/database` carries the wire, this module alone knows what travels), and on SQLite by `services.link` between
the listener and the rest.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session

log = logging.getLogger("mailroom.events")


@dataclass(frozen=True)
class Fact:
    organisation_id: int


@dataclass(frozen=True)
class TicketChanged(Fact):
    """A ticket is new or anything a list or the open conversation shows of it changed."""

    ticket_id: int


@dataclass(frozen=True)
class MessageFiled(Fact):
    """A message was added to a ticket."""

    ticket_id: int
    message_id: int


@dataclass(frozen=True)
class PresenceChanged(Fact):
    ticket_id: int


@dataclass(frozen=True)
class DraftChanged(Fact):
    ticket_id: int
    draft_id: int


@dataclass(frozen=True)
class OutboundChanged(Fact):
    outbound_id: int


@dataclass(frozen=True)
class DirectoryChanged(Fact):
    """A domain, mailbox, alias or its members changed: what the listener answers may differ now."""


@dataclass(frozen=True)
class TeamChanged(Fact):
    """Members, roles, invitations."""


@dataclass(frozen=True)
class Mentioned(Fact):
    user_id: int
    ticket_id: int


@dataclass(frozen=True)
class SessionEnded(Fact):
    """A browser session was revoked: its open tabs must go."""

    session_id: int


@dataclass(frozen=True)
class NoticesChanged(Fact):
    """Something needs attention, or no longer does."""


@dataclass(frozen=True)
class SuppressionsChanged(Fact):
    """An address came onto the list of those nothing is sent to, or went off it."""


@dataclass(frozen=True)
class RulesChanged(Fact):
    """A rule is new, changed, moved or gone: whoever keeps compiled rules reads them again."""


@dataclass(frozen=True)
class TemplatesChanged(Fact):
    """A template is new, changed, used or gone."""


@dataclass(frozen=True)
class ContactsChanged(Fact):
    """Somebody typed what they know of a person, or forgot them."""


@dataclass(frozen=True)
class MacrosChanged(Fact):
    """A macro is new, changed or gone."""


@dataclass(frozen=True)
class ViewsChanged(Fact):
    """A saved view is new, changed or gone."""


@dataclass(frozen=True)
class BacktestAdvanced(Fact):
    backtest_id: int


@dataclass(frozen=True)
class ImportAdvanced(Fact):
    import_id: int


@dataclass(frozen=True)
class SyncAdvanced(Fact):
    """A sync job was begun, moved on, ended or changed."""

    job_id: int


@dataclass(frozen=True)
class DeliveryAnswered(Fact):
    """An integration's target answered, or did not."""

    integration_id: int
    delivery_id: int


@dataclass(frozen=True)
class WorkArrived(Fact):
    """Rows were queued for a runner (`queue` is inbound, outbound, webhooks, rules …): wake it."""

    queue: str


KINDS: dict[str, type[Fact]] = {kind.__name__: kind for kind in Fact.__subclasses__()}
_subscribers: list[Callable[[Fact], None]] = []


def record(session: Session, fact: Fact) -> None:
    """Publish `fact` once the session's transaction has committed; the same fact is published once."""
    session.info.setdefault("facts", {})[fact] = None


def taken_from(session: Session) -> list[Fact]:
    """The facts recorded so far, in order, and forget them."""
    return list(session.info.pop("facts", {}))


def subscribe(callback: Callable[[Fact], None]) -> Callable[[], None]:
    """Call `callback(fact)` for each published fact, on the publishing thread. Returns the way to stop it."""
    _subscribers.append(callback)
    return lambda: _subscribers.remove(callback) if callback in _subscribers else None


def publish(facts: list[Fact]) -> None:
    """Hand each fact to every subscriber; one that fails is logged and does not hurt the others."""
    for fact in facts:
        for callback in list(_subscribers):
            try:
                callback(fact)
            except Exception:
                log.exception("a subscriber failed on %s", fact)


def to_wire(fact: Fact) -> str:
    return json.dumps([type(fact).__name__, asdict(fact)])


def from_wire(text: str) -> Fact | None:
    name, values = json.loads(text)
    kind: Any = KINDS.get(name)
    return kind(**values) if kind else None
