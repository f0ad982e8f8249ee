"""A rule as somebody writes it: typed, frozen, with ids as numbers; not yet checked, not yet kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from models import Match, Rule


@dataclass(frozen=True)
class Condition:
    """`value` as the field's kind wants it; `name` is the header field's where the field is `header`."""

    field: str
    operator: str
    value: object = None
    negate: bool = False
    name: str = ""


@dataclass(frozen=True)
class Act:
    """One action with its parameters by their names in the registry."""

    type: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """No conditions: it holds for every message. `priority` None: behind all others. `shadow`: count, do nothing."""

    name: str
    conditions: tuple[Condition, ...] = ()
    actions: tuple[Act, ...] = ()
    match: Match = Match.ALL
    priority: int | None = None
    active: bool = True
    stop: bool = False
    shadow: bool = False

    @property
    def stops(self) -> bool:
        return self.stop or any(act.type == "stop" for act in self.actions)


def kept(draft: Draft) -> dict[str, list[dict[str, object]]]:
    """Conditions and actions as a row holds them."""
    return {
        "conditions": [asdict(condition) for condition in draft.conditions],
        "actions": [{"type": act.type, **act.values} for act in draft.actions],
    }


def condition_of(row: Mapping[str, object]) -> Condition:
    return Condition(
        str(row["field"]),
        str(row["operator"]),
        row.get("value"),
        bool(row.get("negate")),
        str(row.get("name") or ""),
    )


def act_of(row: Mapping[str, object]) -> Act:
    return Act(str(row["type"]), {name: value for name, value in row.items() if name != "type"})


def draft_of(rule: Rule) -> Draft:
    """The draft a kept rule was written as."""
    return Draft(
        name=rule.name,
        conditions=tuple(map(condition_of, rule.conditions)),
        actions=tuple(map(act_of, rule.actions)),
        match=rule.match,
        priority=rule.priority,
        active=rule.active,
        stop=rule.stop,
        shadow=rule.shadow,
    )
