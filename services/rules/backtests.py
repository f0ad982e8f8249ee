"""A draft of a rule tried on the newest stored messages, in batches in the background; it changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from models import Backtest, BacktestHit, Direction, Message
from services import access, clock, events
from services.access import Actor, Permission
from services.errors import Invalid, NotFound
from services.rules import register, wire
from services.rules.checking import check
from services.rules.choosing import check_chosen
from services.rules.drafts import Draft, draft_of

MOST = 10_000  # messages
USUAL = 500
KEPT = 20  # backtests of an organisation
QUEUE = "backtests"


@dataclass(frozen=True)
class Verdict:
    """What one condition says of one message: its sentence, whether it holds, and what the message says there."""

    text: str
    holds: bool
    found: str


@dataclass(frozen=True)
class Tried:
    """A message the draft holds for, and what each of its actions would do."""

    id: int
    message_id: int
    ticket_id: int | None
    author: str
    subject: str
    received_at: datetime
    conditions: tuple[Verdict, ...]
    changes: tuple[str, ...]


def backtest(session: Session, draft: Draft, *, wanted: int = USUAL, actor: Actor) -> Backtest:
    """Begin to try `draft` on the `wanted` newest messages. Raises Invalid and NotFound as keeping it would."""
    access.require(actor, Permission.MANAGE_RULES)
    if not 1 <= wanted <= MOST:
        raise Invalid(f"Try it on 1 to {MOST} messages.", code="invalid_limit", field="limit")
    sound = check(draft)
    check_chosen(session, sound, actor=actor)
    some = select(Message.id).where(*tried_on(actor.organisation_id)).limit(wanted).subquery()
    begun = Backtest(
        organisation_id=actor.organisation_id,
        user_id=actor.user_id,
        rule=wire.to(sound),
        wanted=wanted,
        total=session.exec(select(sa.func.count()).select_from(some)).one(),
        created_at=clock.now(),
    )
    session.add(begun)
    session.flush()
    _forget_old(session, actor.organisation_id)
    events.record(session, events.WorkArrived(0, QUEUE))
    return begun


def backtest_rule(session: Session, rule_id: int, *, wanted: int = USUAL, actor: Actor) -> Backtest:
    """The same for a rule as it is."""
    access.require(actor, Permission.MANAGE_RULES)
    return backtest(session, draft_of(register.get(session, rule_id, actor=actor)), wanted=wanted, actor=actor)


def tried_on(organisation_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Mail that came in and is still there."""
    return (
        col(Message.organisation_id) == organisation_id,
        col(Message.direction) == Direction.IN,
        col(Message.deleted_at).is_(None),
    )


def _forget_old(session: Session, organisation_id: int) -> None:
    own = col(Backtest.organisation_id) == organisation_id
    newest = select(Backtest.id).where(own).order_by(col(Backtest.id).desc()).limit(KEPT)
    session.exec(delete(Backtest).where(own, col(Backtest.id).not_in(newest)))


def progress(session: Session, backtest_id: int, *, actor: Actor) -> Backtest:
    """How far it is: `tried` of `total`, `matched` so far, `finished_at`, or the `error` that ended it."""
    access.require(actor, Permission.READ_RULES)
    found = session.get(Backtest, backtest_id)
    if found is None or found.organisation_id != actor.organisation_id:
        raise NotFound("There is no such backtest.")
    return found


def tried(
    session: Session, backtest_id: int, *, after: int | None = None, limit: int = 50, actor: Actor
) -> Sequence[Tried]:
    """The messages the draft holds for, newest first; `after` is the `id` of the last one seen."""
    progress(session, backtest_id, actor=actor)
    query = select(BacktestHit, Message).join(Message).where(BacktestHit.backtest_id == backtest_id)
    if after is not None:
        query = query.where(col(BacktestHit.id) > after)
    rows = session.exec(query.order_by(col(BacktestHit.id)).limit(min(limit, 200)))
    return [_shown(hit, message) for hit, message in rows]


def _shown(hit: BacktestHit, message: Message) -> Tried:
    verdicts = [Verdict(str(each["text"]), bool(each["holds"]), str(each["found"])) for each in hit.conditions]
    return Tried(
        id=hit.id or 0,
        message_id=hit.message_id,
        ticket_id=message.ticket_id,
        author=message.author_name or message.author_address,
        subject=message.subject,
        received_at=message.received_at,
        conditions=tuple(verdicts),
        changes=tuple(hit.changes),
    )


def cancel(session: Session, backtest_id: int, *, actor: Actor) -> Backtest:
    """End it where it is; what it found stays."""
    access.require(actor, Permission.MANAGE_RULES)
    found = progress(session, backtest_id, actor=actor)
    if found.finished_at is None:
        found.finished_at = clock.now()
        session.add(found)
        events.record(session, events.BacktestAdvanced(found.organisation_id, backtest_id))
    return found
