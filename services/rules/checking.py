"""Whether a rule is possible: every field, operator, value and parameter, refused with a sentence that says why."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from models import Match
from services.errors import Invalid
from services.rules import patterns, values
from services.rules.actions import ACTIONS, Parameter
from services.rules.drafts import Act, Condition, Draft
from services.rules.fields import FIELDS, Field
from services.rules.operators import OPERATORS, Takes

MOST_CONDITIONS, MOST_ACTIONS = 50, 20
LONGEST_NAME = 200
PRIORITIES = range(-1_000_000, 1_000_001)
T = TypeVar("T")


def check(draft: Draft) -> Draft:
    """The draft in the form it is kept. Raises Invalid that names the field (`conditions.0.value`) and says why."""
    name = " ".join(draft.name.split()).replace("\0", "")
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(f"Give the rule a name of 1 to {LONGEST_NAME} characters.", code="invalid_name", field="name")
    if draft.match not in set(Match):
        raise Invalid("Say whether all conditions must hold, or any.", code="invalid_match", field="match")
    if draft.priority is not None and draft.priority not in PRIORITIES:
        raise Invalid("A priority is between -1000000 and 1000000.", code="invalid_priority", field="priority")
    if len(draft.conditions) > MOST_CONDITIONS:
        raise Invalid(f"A rule has at most {MOST_CONDITIONS} conditions.", code="too_many", field="conditions")
    if len(draft.actions) > MOST_ACTIONS:
        raise Invalid(f"A rule has at most {MOST_ACTIONS} actions.", code="too_many", field="actions")
    if not draft.actions and not draft.stop:
        raise Invalid("Say what the rule does: add an action.", code="no_actions", field="actions")
    conditions = tuple(_placed(f"conditions.{i}", check_condition, each) for i, each in enumerate(draft.conditions))
    actions = tuple(_placed(f"actions.{i}", check_act, each) for i, each in enumerate(draft.actions))
    return replace(draft, name=name, match=Match(draft.match), conditions=conditions, actions=actions)


def _placed(place: str, checked: Callable[[T], T], each: T) -> T:
    try:
        return checked(each)
    except Invalid as error:
        where = f"{place}.{error.field}" if error.field else place
        raise Invalid(error.message, code=error.code, field=where) from None


def check_condition(condition: Condition) -> Condition:
    """The condition with its value in the form it is kept. Raises Invalid naming field, name, operator or value."""
    field = FIELDS.get(condition.field)
    if field is None:
        raise Invalid(f"There is no field “{condition.field[:40]}”.", code="invalid_field", field="field")
    name = values.header_name(condition.name) if field.named else ""
    operator = OPERATORS.get(condition.operator)
    if operator is None:
        raise Invalid(f"There is no operator “{condition.operator[:40]}”.", code="invalid_operator", field="operator")
    if operator.name not in field.operators:
        raise Invalid(_impossible(field, condition.operator), code="invalid_operator", field="operator")
    value = _value(field, condition)
    return Condition(field.name, operator.name, value, bool(condition.negate), name)


def _impossible(field: Field, operator: str) -> str:
    possible = ", ".join(f"“{OPERATORS[each].label}”" for each in field.operators)
    return f"{field.label} can't be asked whether it {OPERATORS[operator].label} something, only {possible}."


def _value(field: Field, condition: Condition) -> object:
    takes = OPERATORS[condition.operator].takes
    if takes is Takes.NOTHING:
        return None
    try:
        if takes is Takes.LIST:
            return [_read(field, each) for each in values.listed(field.label, condition.value)]
        if takes is Takes.PATTERN:
            pattern = values.text(field.label, condition.value)
            patterns.compiled(pattern)
            return pattern
        return _read(field, condition.value)
    except Invalid as error:
        raise Invalid(error.message, code=error.code, field="value") from None


def _read(field: Field, value: object) -> object:
    return (
        values.choice(field.label, value, field.choices)
        if field.choices
        else values.READ[field.kind](field.label, value)
    )


def check_act(act: Act) -> Act:
    """The action with its parameters as kept. Raises Invalid naming the type or the parameter."""
    kind = ACTIONS.get(act.type)
    if kind is None:
        raise Invalid(f"There is no action “{act.type[:40]}”.", code="invalid_action", field="type")
    unknown = act.values.keys() - {each.name for each in kind.parameters}
    if unknown:
        raise Invalid(f"“{kind.label}” has no {min(unknown)[:40]}.", code="invalid_action", field=min(unknown)[:40])
    return Act(act.type, {each.name: _parameter(each, act.values.get(each.name)) for each in kind.parameters})


def _parameter(parameter: Parameter, value: object) -> object:
    try:
        return values.PARAMETER[parameter.needs](parameter, value)
    except Invalid as error:
        raise Invalid(error.message, code=error.code, field=parameter.name) from None
