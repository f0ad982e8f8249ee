"""Actions that reach outside, as they were asked for: which failed, trying them again, and forgetting what is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from models import ActionStatus, Message, RuleAction, RuleHit
from services import access, clock, database, events
from services.access import Actor, Permission
from services.errors import Conflict, NotFound
from services.rules import words
from services.rules.actions import ACTIONS
from services.rules.choosing import choices
from services.rules.drafts import act_of

KEPT = timedelta(days=90)
BATCH = 500


@dataclass(frozen=True)
class Failed:
    """An action that was given up: what it was to do, why it could not, for which message."""

    id: int
    rule_id: int | None
    rule_name: str
    meant: str
    error: str
    message_id: int
    ticket_id: int | None
    subject: str
    at: datetime
    may_retry: bool


def failures(session: Session, *, before: int | None = None, limit: int = 50, actor: Actor) -> Sequence[Failed]:
    """What was given up, newest first; `before` is the `id` of the last one seen."""
    access.require(actor, Permission.READ_RULES)
    query = select(RuleAction, Message).join(Message).where(*_failed(actor))
    if before is not None:
        query = query.where(col(RuleAction.id) < before)
    names = choices(session, actor=actor)
    rows = session.exec(query.order_by(col(RuleAction.id).desc()).limit(min(limit, 100)))
    return [
        Failed(
            id=asked.id or 0,
            rule_id=asked.rule_id,
            rule_name=asked.rule_name,
            meant=words.act(act_of(asked.action), names),
            error=asked.error,
            message_id=asked.message_id,
            ticket_id=message.ticket_id,
            subject=message.subject,
            at=asked.created_at,
            may_retry=_may_retry(asked),
        )
        for asked, message in rows
    ]


def retry(session: Session, action_id: int, *, actor: Actor) -> RuleAction:
    """Try a failed action again now. Raises Conflict for one that could only be done at the filing."""
    access.require(actor, Permission.MANAGE_RULES)
    asked = session.exec(select(RuleAction).where(RuleAction.id == action_id, *_failed(actor))).first()
    if asked is None:
        raise NotFound("There is no such failed action.")
    if not _may_retry(asked):
        raise Conflict("This is done when a message comes in, or by hand on its ticket.", code="not_now")
    asked.status, asked.attempts, asked.due_at = ActionStatus.PENDING, 0, clock.now()
    session.add(asked)
    events.record(session, events.WorkArrived(0, "rules"))
    return asked


def _failed(actor: Actor) -> tuple[Any, ...]:
    return (RuleAction.organisation_id == actor.organisation_id, RuleAction.status == ActionStatus.FAILED)


def _may_retry(asked: RuleAction) -> bool:
    return ACTIONS[act_of(asked.action).type].outside


def forget_old(session: Session) -> bool:
    """Delete the oldest hits and finished actions of more than ninety days; False when there were none. The counts of
    rules stay."""
    over = clock.now() - KEPT
    hits = select(RuleHit.id).order_by(col(RuleHit.id)).limit(BATCH)  # ids grow with time
    actions = select(RuleAction.id).order_by(col(RuleAction.id)).limit(BATCH)
    gone = session.exec(delete(RuleHit).where(col(RuleHit.id).in_(hits), col(RuleHit.at) < over))
    is_over = (col(RuleAction.status) != ActionStatus.PENDING, col(RuleAction.created_at) < over)
    done = session.exec(delete(RuleAction).where(col(RuleAction.id).in_(actions), *is_over))
    return bool(database.affected(gone) + database.affected(done))
