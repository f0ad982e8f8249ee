"""Rules: conditions and actions as data, every hit, every action that had to be done outside, every backtest."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.base import BigId, Table, enum_type, json_list, json_object, key, optional_key


class Match(StrEnum):
    """Whether all conditions of a rule must hold, or one."""

    ALL = "all"
    ANY = "any"


class Rule(Table, table=True):
    """Evaluated lowest `priority` first, then oldest. `shadow` counts what would happen and does nothing."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    name: str = Field(max_length=200)
    priority: int = 0
    match: Match = Field(default=Match.ALL, sa_type=enum_type(Match))
    conditions: list[dict[str, object]] = json_list()  # [{"field", "operator", "value", "negate", "name"?}]
    actions: list[dict[str, object]] = json_list()  # [{"type", …}]
    active: bool = True
    shadow: bool = False
    stop: bool = False
    hit_count: int = 0
    shadow_count: int = 0
    last_hit_at: datetime | None = None
    turns: list[int] = json_list()  # members it has assigned to in turn, the latest last
    created_at: datetime
    updated_at: datetime


class RuleHit(Table, table=True):
    """A rule held for a message, with what each of its conditions found."""

    __table_args__ = (sa.Index("ix_rule_hit_rule", "rule_id", "at"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    rule_id: int = key("rule", on_delete="CASCADE")
    message_id: int = key("message", on_delete="CASCADE", index=True)
    shadow: bool = False
    reasons: list[str] = json_list()
    at: datetime


class ActionStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class RuleAction(Table, table=True):
    """An action that failed when its message was filed: tried again later, then reported."""

    __table_args__ = (sa.Index("ix_rule_action_due", "status", "due_at"),)
    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE")
    rule_id: int | None = optional_key("rule", on_delete="SET NULL")
    rule_name: str = Field(default="", max_length=200)
    message_id: int = key("message", on_delete="CASCADE", index=True)
    action: dict[str, object] = json_object()
    status: ActionStatus = Field(default=ActionStatus.PENDING, sa_type=enum_type(ActionStatus))
    attempts: int = 0
    due_at: datetime
    error: str = Field(default="", max_length=1000)
    created_at: datetime
    done_at: datetime | None = None


class Backtest(Table, table=True):
    """A draft of a rule tried on the newest stored messages; nothing is changed by it."""

    id: int | None = key()
    organisation_id: int = key("organisation", on_delete="CASCADE", index=True)
    user_id: int | None = optional_key("user_account", on_delete="SET NULL")
    rule: dict[str, object] = json_object()  # the draft, in the form of the API
    wanted: int  # how many messages
    total: int = 0  # how many there are
    tried: int = 0
    matched: int = 0
    next_message_id: int | None = Field(default=None, sa_type=BigId)
    error: str = Field(default="", max_length=500)
    created_at: datetime
    finished_at: datetime | None = None


class BacktestHit(Table, table=True):
    """One stored message the draft would have changed, and what each condition and action says of it."""

    id: int | None = key()
    backtest_id: int = key("backtest", on_delete="CASCADE", index=True)
    message_id: int = key("message", on_delete="CASCADE")
    conditions: list[dict[str, object]] = json_list()
    changes: list[str] = json_list()
