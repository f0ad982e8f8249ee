"""Rules: conditions and actions over two registries, `FIELDS` (with `OPERATORS`) and `ACTIONS`, from which editor, API,
files and engine are all drawn. Decide first, which is pure, then act."""

from services.rules.actions import ACTIONS, ActionType, Needs, Parameter
from services.rules.asked import Failed, failures, forget_old, retry
from services.rules.backtests import USUAL, Tried, Verdict, backtest, backtest_rule, cancel, progress, tried
from services.rules.checking import check, check_act, check_condition
from services.rules.choosing import Choices, choices
from services.rules.counting import Day, Recent, Statistics, hits, statistics
from services.rules.drafts import Act, Condition, Draft, draft_of
from services.rules.exporting import exported, imported
from services.rules.fields import DAYS, FIELDS, Field, Kind
from services.rules.operators import OPERATORS, Operator, Takes
from services.rules.register import (
    Changes,
    add,
    all,
    duplicate,
    get,
    remove,
    reorder,
    update,
)
from services.rules.sieve import Script
from services.rules.sieve import sieve as sieve_script
from services.rules.subject import Subject
from services.rules.words import Names

__all__ = [
    "ACTIONS",
    "DAYS",
    "FIELDS",
    "OPERATORS",
    "USUAL",
    "Act",
    "ActionType",
    "Changes",
    "Choices",
    "Condition",
    "Day",
    "Draft",
    "Failed",
    "Field",
    "Kind",
    "Names",
    "Needs",
    "Operator",
    "Parameter",
    "Recent",
    "Script",
    "Statistics",
    "Subject",
    "Takes",
    "Tried",
    "Verdict",
    "add",
    "all",
    "backtest",
    "backtest_rule",
    "cancel",
    "check",
    "check_act",
    "check_condition",
    "choices",
    "draft_of",
    "duplicate",
    "exported",
    "failures",
    "forget_old",
    "get",
    "hits",
    "imported",
    "progress",
    "remove",
    "reorder",
    "retry",
    "sieve_script",
    "statistics",
    "tried",
    "update",
]
