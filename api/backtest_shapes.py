"""Drafts of rules tried on stored mail, as dialect A writes them."""

from typing import Any, Self

from pydantic import Field

from api.rule_shapes import DRAFT, NewRule
from api.shapes import Moment, Shape, Whole, example
from models import Backtest
from services import ids, rules
from services.rules import Tried

_BACKTEST: dict[str, Any] = {
    "id": "backtest_1c7x3v9m5k2bh",
    "status": "running",
    "total": 500,
    "tried": 150,
    "matched": 3,
    "error": None,
    "createdAt": "2026-11-21T09:00:00.000Z",
    "finishedAt": None,
}


class Trial(Shape):
    """`rule` (a draft) or `ruleId`, tried on the `limit` newest messages."""

    model_config = Shape.model_config | example(rule=DRAFT, limit=500)
    rule: NewRule | None = None
    rule_id: str | None = None
    limit: Whole = rules.USUAL


class BacktestShape(Shape):
    """How far a trial is: running, finished, or failed with its `error`."""

    model_config = Shape.model_config | example(**_BACKTEST)
    id: str
    status: str
    total: int
    tried: int
    matched: int
    error: str | None
    created_at: Moment
    finished_at: Moment | None

    @classmethod
    def of(cls, row: Backtest, **more: Any) -> Self:
        return cls(
            id=ids.encode("backtest", row.id or 0),
            status="failed" if row.error else "finished" if row.finished_at else "running",
            error=row.error or None,
            **{name: getattr(row, name) for name in ("total", "tried", "matched", "created_at", "finished_at")},
            **more,
        )


class VerdictShape(Shape):
    text: str
    holds: bool
    found: str


class TriedShape(Shape):
    """A message the rule would have held for: each condition, and what each action would do."""

    message_id: str
    ticket_id: str | None
    sender: str = Field(serialization_alias="from")
    subject: str
    received_at: Moment
    conditions: list[VerdictShape]
    changes: list[str]

    @classmethod
    def of(cls, tried: Tried) -> Self:
        verdicts = [VerdictShape(text=each.text, holds=each.holds, found=each.found) for each in tried.conditions]
        return cls(
            message_id=ids.encode("email", tried.message_id),
            ticket_id=ids.encode("ticket", tried.ticket_id) if tried.ticket_id else None,
            sender=tried.author,
            subject=tried.subject,
            received_at=tried.received_at,
            conditions=verdicts,
            changes=list(tried.changes),
        )


class BacktestResult(BacktestShape):
    """With the messages found so far, newest first; `cursor` of one page gets the next."""

    model_config = Shape.model_config | example(**_BACKTEST, messages=[], cursor=None)
    messages: list[TriedShape]
    cursor: str | None
