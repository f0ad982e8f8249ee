"""What rules have done: hits a day, and the messages they held for last."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from models import Message, Rule, RuleHit
from services import access, clock
from services.access import Actor, Permission
from services.rules.register import get


@dataclass(frozen=True)
class Day:
    """Hits of one day (UTC); `shadow` are those that only counted."""

    day: date
    hits: int
    shadow: int


@dataclass(frozen=True)
class Recent:
    """A message a rule held for, with a sentence for each condition."""

    id: int
    message_id: int
    ticket_id: int | None
    author: str
    subject: str
    at: datetime
    shadow: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Statistics:
    """`rule` carries `hit_count`, `shadow_count`, `last_hit_at`; `days` the last ones, oldest first, none left out."""

    rule: Rule
    days: tuple[Day, ...]


def statistics(session: Session, rule_id: int, *, days: int = 30, actor: Actor) -> Statistics:
    """How often a rule has held, in all and on each of the last `days`."""
    access.require(actor, Permission.READ_RULES)
    rule = get(session, rule_id, actor=actor)
    today = clock.now().date()
    first = today - timedelta(days=min(max(days, 1), 366) - 1)
    query = select(RuleHit.at, RuleHit.shadow).where(RuleHit.rule_id == rule_id, col(RuleHit.at) >= _midnight(first))
    counts = Counter((at.date(), shadow) for at, shadow in session.exec(query))
    every = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    return Statistics(rule, tuple(Day(day, counts[day, False], counts[day, True]) for day in every))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.now().tzinfo)


def hits(
    session: Session, rule_id: int, *, before: int | None = None, limit: int = 20, actor: Actor
) -> Sequence[Recent]:
    """The messages a rule held for, newest first; `before` is the `id` of the last one seen."""
    access.require(actor, Permission.READ_RULES)
    get(session, rule_id, actor=actor)
    query = select(RuleHit, Message).join(Message).where(RuleHit.rule_id == rule_id)
    if before is not None:
        query = query.where(col(RuleHit.id) < before)
    rows = session.exec(query.order_by(col(RuleHit.id).desc()).limit(min(limit, 100)))
    return [
        Recent(
            id=hit.id or 0,
            message_id=hit.message_id,
            ticket_id=message.ticket_id,
            author=message.author_name or message.author_address,
            subject=message.subject,
            at=hit.at,
            shadow=hit.shadow,
            reasons=tuple(hit.reasons),
        )
        for hit, message in rows
    ]
