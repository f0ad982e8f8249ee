"""Rules as JSON outside: camelCase names and opaque ids. The API, exported files and kept backtests are of this form.

`{"field": "subject", "operator": "contains", "value": "invoice"}`, `{"type": "assign", "userId": "user_…"}`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services import ids
from services.errors import Invalid, NotFound
from services.rules.actions import ACTIONS, Needs, Parameter
from services.rules.drafts import Act, Condition, Draft

PREFIX = {
    Needs.USER: "user",
    Needs.USERS: "user",
    Needs.MAILBOX: "mbx",
    Needs.TEMPLATE: "tmpl",
    Needs.INTEGRATION: "int",
}


def outside_name(parameter: Parameter) -> str:
    """user_id → userId."""
    first, *rest = parameter.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def condition_to(condition: Condition) -> dict[str, Any]:
    """Without what is not there: name, value, negate."""
    shown: dict[str, Any] = {"field": condition.field}
    if condition.name:
        shown["name"] = condition.name
    shown["operator"] = condition.operator
    if condition.value is not None:
        shown["value"] = condition.value
    return shown | ({"negate": True} if condition.negate else {})


def act_to(act: Act) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": act.type}
    for parameter in ACTIONS[act.type].parameters:
        value: Any = act.values[parameter.name]
        prefix = PREFIX.get(parameter.needs)
        if prefix and isinstance(value, list):
            value = [ids.encode(prefix, each) for each in value]
        elif prefix:
            value = ids.encode(prefix, value)
        shown[outside_name(parameter)] = value
    return shown


def to(draft: Draft) -> dict[str, Any]:
    """The whole rule as JSON."""
    return {
        "name": draft.name,
        "priority": draft.priority,
        "match": str(draft.match),
        "conditions": [condition_to(each) for each in draft.conditions],
        "actions": [act_to(each) for each in draft.actions],
        "active": draft.active,
        "stop": draft.stop,
        "shadow": draft.shadow,
    }


def conditions_of(given: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """`header:List-Id` is the field `header` of that name. What else they say is for `check` to judge."""
    return tuple(_condition(each, f"conditions.{index}") for index, each in enumerate(given))


def _condition(given: Mapping[str, Any], place: str) -> Condition:
    field, colon, name = _word(given, "field", place).partition(":")
    unknown = given.keys() - {"field", "name", "operator", "value", "negate"}
    if unknown:
        raise Invalid("A condition has no such member.", code="invalid_condition", field=f"{place}.{min(unknown)[:40]}")
    negate = given.get("negate") or False
    if not isinstance(negate, bool):
        raise Invalid("It is either true or false.", code="invalid_condition", field=f"{place}.negate")
    name = name if colon else (given.get("name") or "")
    if not isinstance(name, str):
        raise Invalid("It is the name of a header field.", code="invalid_condition", field=f"{place}.name")
    return Condition(field, _word(given, "operator", place), given.get("value"), negate, name)


def acts_of(given: Sequence[Mapping[str, Any]]) -> tuple[Act, ...]:
    """Ids become numbers. Raises NotFound for an id that cannot be one of ours."""
    return tuple(_act(each, f"actions.{index}") for index, each in enumerate(given))


def _act(given: Mapping[str, Any], place: str) -> Act:
    kind = ACTIONS.get(_word(given, "type", place))
    if kind is None:
        raise Invalid(f"There is no action “{given['type'][:40]}”.", code="invalid_action", field=f"{place}.type")
    parameters = {outside_name(each): each for each in kind.parameters}
    unknown = given.keys() - parameters.keys() - {"type"}
    if unknown:
        which = min(unknown)[:40]
        raise Invalid(f"“{kind.label}” has no {which}.", code="invalid_action", field=f"{place}.{which}")
    for name in parameters:
        if given.get(name) is None:
            message = f"“{kind.label}” needs {name}."
            raise Invalid(message, code="invalid_action", field=f"{place}.{name}")
    return Act(kind.name, {each.name: _inside(each, given[name], place) for name, each in parameters.items()})


def _inside(parameter: Parameter, value: Any, place: str) -> Any:
    prefix, where = PREFIX.get(parameter.needs), f"{place}.{parameter.name}"
    if prefix is None:
        return value
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in texts):
        raise Invalid("An id is a string.", code="invalid_value", field=where)
    try:
        numbers = [ids.decode(prefix, each) for each in texts]
    except NotFound as error:
        raise NotFound(error.message, field=where) from None
    return numbers if isinstance(value, list) else numbers[0]


def of(given: Mapping[str, Any]) -> Draft:
    """The draft in `to`'s form; members that may be left out have the draft's defaults."""
    rest = {
        name: given[name] for name in ("match", "priority", "active", "stop", "shadow") if given.get(name) is not None
    }
    return Draft(
        name=given["name"],
        conditions=conditions_of(given.get("conditions") or ()),
        actions=acts_of(given.get("actions") or ()),
        **rest,
    )


def _word(given: Mapping[str, Any], name: str, place: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise Invalid(f"Say which {name}.", code=f"invalid_{name}", field=f"{place}.{name}")
    return value
