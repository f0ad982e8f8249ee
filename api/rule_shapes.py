"""Rules, their order, files and statistics, as dialect A writes them."""

from collections.abc import Sequence
from typing import Any, Self

from pydantic import Field, JsonValue

from api.shapes import Flag, Moment, Page, Shape, Whole, example
from models import Match, Rule
from services import ids
from services.rules import Changes, Draft, Recent, Statistics, draft_of, wire

DRAFT: dict[str, Any] = {
    "name": "Invoices",
    "priority": 1,
    "match": "all",
    "conditions": [{"field": "subject", "operator": "contains", "value": "invoice"}],
    "actions": [{"type": "assign", "userId": "user_4f0c1n8b2k7qe"}, {"type": "tag", "value": "billing"}],
    "active": True,
    "stop": False,
    "shadow": False,
}
_RULE = {
    "id": "rule_8m2w6c0q4y1vz",
    **DRAFT,
    "hits": 12,
    "shadowHits": 0,
    "lastHitAt": "2026-11-21T09:00:00.000Z",
    "createdAt": "2026-11-20T09:00:00.000Z",
    "updatedAt": "2026-11-20T09:00:00.000Z",
}
_HIT: dict[str, Any] = {
    "messageId": "email_0b7h3k9m5w1zc",
    "ticketId": "ticket_9d2p6s0x4v8qm",
    "from": "Ann Lee",
    "subject": "Your invoice",
    "at": "2026-11-21T09:00:00.000Z",
    "shadow": False,
    "reasons": ["subject contains “invoice”"],
}
Json = dict[str, JsonValue]


class RuleChange(Shape):
    """Any of these; what is left out stays as it is. `shadow`: count what would happen, do nothing."""

    model_config = Shape.model_config | example(active=False)
    name: str | None = None
    priority: Whole | None = None
    match: Match | None = None
    conditions: list[Json] | None = None
    actions: list[Json] | None = None
    active: Flag | None = None
    stop: Flag | None = None
    shadow: Flag | None = None

    def changes(self) -> Changes:
        """What was sent and is not null, ids turned into numbers."""
        names = ("name", "priority", "match", "active", "stop", "shadow")
        found: dict[str, Any] = {name: value for name in names if (value := getattr(self, name)) is not None}
        if self.conditions is not None:
            found["conditions"] = wire.conditions_of(self.conditions)
        if self.actions is not None:
            found["actions"] = wire.acts_of(self.actions)
        changes: Changes = found  # type: ignore[assignment]
        return changes


class NewRule(RuleChange):
    """No conditions: for every message. Without a priority it comes last."""

    model_config = Shape.model_config | example(**DRAFT)
    name: str
    conditions: list[Json]
    actions: list[Json]

    def draft(self) -> Draft:
        return Draft(**self.changes())


class RuleShape(Shape):
    """A rule and how often it has held; `shadowHits` while it only counted."""

    model_config = Shape.model_config | example(**_RULE)
    id: str
    name: str
    priority: int
    match: Match
    conditions: list[Json]
    actions: list[Json]
    active: bool
    stop: bool
    shadow: bool
    hits: int
    shadow_hits: int
    last_hit_at: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, rule: Rule) -> Self:
        names = ("last_hit_at", "created_at", "updated_at")
        return cls(
            id=ids.encode("rule", rule.id or 0),
            hits=rule.hit_count,
            shadow_hits=rule.shadow_count,
            **wire.to(draft_of(rule)),
            **{name: getattr(rule, name) for name in names},
        )


class Rules(Shape):
    model_config = Shape.model_config | example(rules=[_RULE])
    rules: list[RuleShape]

    @classmethod
    def of(cls, found: list[Rule]) -> Self:
        return cls(rules=[RuleShape.of(each) for each in found])


class RulePage(Rules, Page):
    model_config = Shape.model_config | example(rules=[_RULE], page=1, limit=20, total=1)


class Order(Shape):
    """Every rule's id once, first to last."""

    model_config = Shape.model_config | example(ids=["rule_8m2w6c0q4y1vz", "rule_3t7z1b5n9d4sk"])
    ids: list[str]


class File(Shape):
    """Rules as they are exported; `names` says what the ids in them are called."""

    model_config = Shape.model_config | example(format="mailroom rules", version=1, rules=[DRAFT], names={})
    format: str = "mailroom rules"
    version: Whole = 1
    rules: list[JsonValue]
    names: dict[str, str] = {}


class HitShape(Shape):
    """A message a rule held for, and why."""

    message_id: str
    ticket_id: str | None
    sender: str = Field(serialization_alias="from")
    subject: str
    at: Moment
    shadow: bool
    reasons: list[str]

    @classmethod
    def of(cls, hit: Recent) -> Self:
        return cls(
            message_id=ids.encode("email", hit.message_id),
            ticket_id=ids.encode("ticket", hit.ticket_id) if hit.ticket_id else None,
            sender=hit.author,
            **{name: getattr(hit, name) for name in ("subject", "at", "shadow")},
            reasons=list(hit.reasons),
        )


class DayShape(Shape):
    day: str
    hits: int
    shadow_hits: int


class StatisticsShape(Shape):
    """Hits in all and a day, and the newest messages the rule held for."""

    model_config = Shape.model_config | example(
        hits=12,
        shadowHits=0,
        lastHitAt="2026-11-21T09:00:00.000Z",
        days=[{"day": "2026-11-21", "hits": 3, "shadowHits": 0}],
        recent=[_HIT],
    )
    hits: int
    shadow_hits: int
    last_hit_at: Moment | None
    days: list[DayShape]
    recent: list[HitShape]

    @classmethod
    def of(cls, found: Statistics, recent: Sequence[Recent]) -> Self:
        rule = found.rule
        return cls(
            hits=rule.hit_count,
            shadow_hits=rule.shadow_count,
            last_hit_at=rule.last_hit_at,
            days=[DayShape(day=str(each.day), hits=each.hits, shadow_hits=each.shadow) for each in found.days],
            recent=[HitShape.of(each) for each in recent],
        )
