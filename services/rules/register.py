"""Making, changing, ordering and removing rules; whoever keeps compiled ones is told by a fact and a version."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import Match, Rule, Setting
from services import access, clock, events
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound
from services.rules.checking import LONGEST_NAME, check
from services.rules.choosing import check_chosen
from services.rules.drafts import Act, Condition, Draft, draft_of, kept

MOST = 10_000
IN_ORDER = (col(Rule.priority), col(Rule.id))
_VERSION = sa.select(col(Setting.value)).where(col(Setting.name) == sa.bindparam("name"))


class Changes(TypedDict, total=False):
    """What of a rule is to be different."""

    name: str
    priority: int
    match: Match
    conditions: tuple[Condition, ...]
    actions: tuple[Act, ...]
    active: bool
    stop: bool
    shadow: bool


def all(session: Session, *, actor: Actor) -> list[Rule]:
    """Every rule in order of evaluation: lowest priority first, then oldest."""
    access.require(actor, Permission.READ_RULES)
    own = Rule.organisation_id == actor.organisation_id
    return list(session.exec(select(Rule).where(own).order_by(*IN_ORDER)))


def get(session: Session, rule_id: int, *, actor: Actor) -> Rule:
    access.require(actor, Permission.READ_RULES)
    rule = session.get(Rule, rule_id)
    if rule is None or rule.organisation_id != actor.organisation_id:
        raise NotFound("There is no such rule.")
    return rule


def add(session: Session, draft: Draft, *, actor: Actor) -> Rule:
    """Keep a new rule; without a priority it comes last. Raises Invalid and NotFound naming the field."""
    access.require(actor, Permission.MANAGE_RULES)
    sound = check(draft)
    check_chosen(session, sound, actor=actor)
    count, last = session.exec(
        select(sa.func.count(), sa.func.max(Rule.priority)).where(Rule.organisation_id == actor.organisation_id)
    ).one()
    if count >= MOST:
        raise Conflict(f"There are already {MOST} rules; remove some first.", code="too_many")
    now = clock.now()
    rule = Rule(organisation_id=actor.organisation_id, name=sound.name, created_at=now, updated_at=now)
    priority = sound.priority if sound.priority is not None else (0 if last is None else last + 1)
    return _kept(session, rule, replace(sound, priority=priority))


def update(
    session: Session, rule_id: int, *, seen: datetime | None = None, actor: Actor, **changes: Unpack[Changes]
) -> Rule:
    """Change what is named and leave the rest. Raises Conflict `rule_changed` where it is no longer as it was when
    `seen`, its `updated_at` then."""
    access.require(actor, Permission.MANAGE_RULES)
    rule = get(session, rule_id, actor=actor)
    if seen is not None:
        session.refresh(rule, with_for_update=True)
        if rule.updated_at != seen:
            words = "Somebody else has changed this rule meanwhile. Save once more to replace what they wrote."
            raise Conflict(words, code="rule_changed")
    sound = check(replace(draft_of(rule), **changes))
    if "actions" in changes:
        check_chosen(session, sound, actor=actor)
    return _kept(session, rule, sound)


def _kept(session: Session, rule: Rule, draft: Draft) -> Rule:
    names = ("name", "priority", "match", "active", "stop", "shadow")
    for name, value in {**{name: getattr(draft, name) for name in names}, **kept(draft)}.items():
        setattr(rule, name, value)
    rule.updated_at = clock.now()
    session.add(rule)
    session.flush()
    _changed(session, rule.organisation_id)
    return rule


def remove(session: Session, rule_id: int, *, actor: Actor) -> None:
    """Forget the rule and its hits; what it did stays done."""
    access.require(actor, Permission.MANAGE_RULES)
    session.delete(get(session, rule_id, actor=actor))
    _changed(session, actor.organisation_id)


def duplicate(session: Session, rule_id: int, *, actor: Actor) -> Rule:
    """A copy behind the rule, switched off until somebody wants it."""
    access.require(actor, Permission.MANAGE_RULES)
    draft = draft_of(get(session, rule_id, actor=actor))
    copy = replace(draft, name=f"{draft.name[: LONGEST_NAME - 7]} (copy)", active=False)
    return add(session, copy, actor=actor)


def reorder(session: Session, rule_ids: Sequence[int], *, actor: Actor) -> list[Rule]:
    """Put the rules in this order; priorities become 1, 2, 3 …. Raises Invalid unless it names each rule once."""
    access.require(actor, Permission.MANAGE_RULES)
    rules = {rule.id: rule for rule in all(session, actor=actor)}
    if any(each not in rules for each in rule_ids):
        raise NotFound("There is no such rule.")
    if len(rule_ids) != len(rules) or set(rule_ids) != rules.keys():
        raise Invalid("Name every rule once, in the order wanted.", code="invalid_order", field="ids")
    for place, rule_id in enumerate(rule_ids, 1):
        rules[rule_id].priority = place
        session.add(rules[rule_id])
    _changed(session, actor.organisation_id)
    return [rules[each] for each in rule_ids]


def version(session: Session, organisation_id: int) -> int:
    """Grows whenever a rule of the organisation changes, whichever process changed it."""
    return session.connection().execute(_VERSION, {"name": _version_name(organisation_id)}).scalar() or 0


def _version_name(organisation_id: int) -> str:
    return f"rules:{organisation_id}"


def _changed(session: Session, organisation_id: int) -> None:
    statement = sa.text(
        "INSERT INTO setting (name, value) VALUES (:name, 1) ON CONFLICT (name) DO UPDATE SET value = setting.value + 1"
    )
    session.connection().execute(statement, {"name": _version_name(organisation_id)})
    events.record(session, events.RulesChanged(organisation_id))
