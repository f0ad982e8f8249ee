"""Operators on conversations (`is: in: tag: assignee: before: after: has: auth:`): conditions, bounds and labels."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from models import User
from services.access import Actor
from services.search.query import Filter, Query, Term
from services.tickets.decorating import WRITTEN

NOTHING = "1 = 0"
_UNREAD = (
    "t.last_inbound_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket_read r"
    " WHERE r.ticket_id = t.id AND r.user_id = :me AND r.read_at >= t.last_inbound_at)"
)
_STARRED = "EXISTS (SELECT 1 FROM ticket_star s WHERE s.ticket_id = t.id AND s.user_id = :me)"
_DRAFTED = f"EXISTS (SELECT 1 FROM draft d WHERE d.ticket_id = t.id AND {WRITTEN})"
_MENTIONED = "EXISTS (SELECT 1 FROM mention n WHERE n.ticket_id = t.id AND n.user_id = :me)"
_LATE = (
    "EXISTS (SELECT 1 FROM ticket_target p WHERE p.ticket_id = t.id AND p.met_at IS NULL AND p.missed_at IS NOT NULL)"
)
_IS = {
    "unread": _UNREAD,
    "read": f"NOT ({_UNREAD})",
    "starred": _STARRED,
    "unassigned": "t.assignee_id IS NULL",
    "assigned": "t.assignee_id IS NOT NULL",
    "mine": "t.assignee_id = :me",
    "mentioned": _MENTIONED,
    "late": _LATE,
    "urgent": "t.priority = 'urgent'",
    "high": "t.priority = 'high'",
    "low": "t.priority = 'low'",
    "done": "t.folder = 'done'",
} | {status: f"t.status = '{status}'" for status in ("open", "in_progress", "waiting", "snoozed", "resolved", "closed")}
_IN = {
    "inbox": "t.folder = 'open'",
    "open": "t.folder = 'open'",
    "unassigned": "t.folder = 'open' AND t.assignee_id IS NULL",
    "mine": "t.folder = 'open' AND t.assignee_id = :me",
    "waiting": "t.folder = 'waiting'",
    "snoozed": "t.folder = 'snoozed'",
    "done": "t.folder = 'done'",
    "closed": "t.folder = 'done'",
    "spam": "t.folder = 'spam'",
    "trash": "t.folder = 'trash'",
    "drafts": _DRAFTED,
    "starred": _STARRED,
    "mentions": _MENTIONED,
    "all": "t.folder NOT IN ('spam', 'trash')",
    "anywhere": "1 = 1",
}
_LABELS = {"attachment": "zzhasattachment", "attachments": "zzhasattachment", "sent": "zzout", "received": "zzin"}
_LABELS |= {"note": "zznote", "notes": "zznote"}
_VERDICTS = {each: f"zzauth{each}" for each in ("pass", "fail", "none", "unknown")}
VALUES = {  # the operators whose values are listed here, and what to suggest of them
    "is": (*_IS, "spam", "trash", "sent", "received"),
    "has": ("attachment", "note", "draft"),
    "auth": tuple(_VERDICTS),
}
_HIDDEN = "t.folder NOT IN ('spam', 'trash')"


@dataclass
class Plan:
    """What to ask the database: labels and terms for the index, bounds for its ids, conditions for tickets."""

    labels: list[Term]
    terms: list[Term]
    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    names_place: bool = False

    @property
    def has_lead(self) -> bool:
        """Whether there is anything to look up in the index, not only what must not be there."""
        return not all(term.negated for term in (*self.labels, *self.terms))

    def require(self, condition: str, negated: bool, **values: Any) -> None:
        self.conditions.append(f"NOT ({condition})" if negated else f"({condition})")
        self.values |= values


def plan(session: Session, query: Query, *, actor: Actor) -> Plan:
    """Spam and trash stay out unless the query names them."""
    made = Plan([], list(query.terms))
    made.values = {"organisation": actor.organisation_id, "me": actor.user_id}
    for number, each in enumerate(query.filters):
        _APPLY[each.name](session, made, each, number, actor)
    if not made.names_place:
        made.require(_HIDDEN, False)
    if not (made.has_lead and is_alone(session, actor)):
        made.labels.insert(0, Term((f"zzorg{actor.organisation_id}",)))
    return made


def alone(session: Session, asked: Filter, *, actor: Actor) -> Plan:
    """What one operator comes to by itself."""
    made = Plan([], [])
    _APPLY[asked.name](session, made, asked, 0, actor)
    return made


def is_alone(session: Session, actor: Actor) -> bool:
    """Whether there is no other organisation's mail to leave out. To intersect with a label that every message has
    would cost several times what finding a rare word does."""
    others = sa.text("SELECT 1 FROM organisation WHERE id <> :organisation LIMIT 1")
    return session.connection().execute(others, {"organisation": actor.organisation_id}).first() is None


def _is(session: Session, made: Plan, asked: Filter, number: int, actor: Actor) -> None:
    if asked.value in _LABELS:
        made.labels.append(Term((_LABELS[asked.value],), negated=asked.negated))
    elif asked.value in ("spam", "trash", "deleted"):
        _in(session, made, Filter("in", asked.value.replace("deleted", "trash"), asked.negated), number, actor)
    else:
        made.require(_IS.get(asked.value, NOTHING), asked.negated)


def _in(session: Session, made: Plan, asked: Filter, number: int, actor: Actor) -> None:
    made.names_place |= not asked.negated and asked.value in ("spam", "trash", "anywhere")
    if asked.value in _LABELS:
        made.labels.append(Term((_LABELS[asked.value],), negated=asked.negated))
    elif asked.value in _IN:
        made.require(_IN[asked.value], asked.negated)
    else:
        name = f"mailbox{number}"
        mailbox = f"SELECT id FROM mailbox WHERE organisation_id = :organisation AND lower(name) = :{name}"
        made.require(f"t.mailbox_id IN ({mailbox})", asked.negated, **{name: asked.value})


def _has(session: Session, made: Plan, asked: Filter, number: int, actor: Actor) -> None:
    label = _LABELS.get(asked.value)
    if label:
        made.labels.append(Term((label,), negated=asked.negated))
    else:
        made.require(_DRAFTED if asked.value in ("draft", "drafts") else NOTHING, asked.negated)


def _auth(session: Session, made: Plan, asked: Filter, number: int, actor: Actor) -> None:
    """What became known of who a message is from."""
    if asked.value in _VERDICTS:
        made.labels.append(Term((_VERDICTS[asked.value],), negated=asked.negated))
    else:
        made.require(NOTHING, asked.negated)


def _tag(session: Session, made: Plan, asked: Filter, number: int, actor: Actor) -> None:
    name = f"tag{number}"
    made.require(
        "EXISTS (SELECT 1 FROM ticket_tag k JOIN tag g ON g.id = k.tag_id"
        f" WHERE k.ticket_id = t.id AND g.organisation_id = :organisation AND g.name = :{name})",
        asked.negated,
        **{name: asked.value},
    )


def _assignee(session: Session, made: Plan, asked: Filter, number: int, actor: Actor) -> None:
    name = f"owner{number}"
    if asked.value in ("me", "nobody", "none", "anybody"):
        word = {"me": "mine", "anybody": "assigned"}.get(asked.value, "unassigned")
        made.require(_IS[word], asked.negated)
        return
    people = (
        f"SELECT id FROM user_account WHERE organisation_id = :organisation AND (lower(email) = :{name}"
        f" OR substr(lower(name), 1, length(:{name})) = :{name} OR lower(name) LIKE '% ' || :{name})"
    )
    made.require(f"t.assignee_id IN ({people})", asked.negated, **{name: asked.value})


def _bound(session: Session, made: Plan, asked: Filter, number: int, actor: Actor) -> None:
    """`before:` ends where the day begins, `after:` begins where it ends: the member's own days."""
    day = _day(session, asked.value, actor)
    if day is None:  # no date after all: the words themselves
        words = tuple(part for part in asked.value.replace("-", " ").replace("/", " ").split() if part.isalnum())
        made.terms += [Term((asked.name, *words), negated=asked.negated)] if words else []
    elif (asked.name == "before") is not asked.negated:
        made.until = min(made.until or day, day)
    else:
        start = day if asked.negated else day + timedelta(days=1)
        made.since = max(made.since or start, start)


def _day(session: Session, text: str, actor: Actor) -> datetime | None:
    user = session.get(User, actor.user_id) if actor.user_id else None
    parts = text.replace("/", "-").replace(".", "-").split("-")
    try:
        numbers = [int(part) for part in parts] + [1, 1]
        zone = ZoneInfo(user.timezone) if user else UTC
        return datetime(numbers[0], numbers[1], numbers[2], tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, KeyError, OSError):
        return None


_APPLY: dict[str, Callable[[Session, Plan, Filter, int, Actor], None]] = {
    "is": _is,
    "in": _in,
    "has": _has,
    "tag": _tag,
    "assignee": _assignee,
    "auth": _auth,
    "before": _bound,
    "after": _bound,
}


def is_selective(made: Plan) -> bool:
    """Whether any condition asks for more than to leave spam and trash out."""
    return any(condition != f"({_HIDDEN})" for condition in made.conditions)
