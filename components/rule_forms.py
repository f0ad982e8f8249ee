"""Rules as the editor holds them: what its pickers offer, drafts in and out, and what is wrong with each row."""

import calendar
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from components.pane import Line
from models import Match
from services import rules
from services.errors import Error, Invalid
from services.rules import ACTIONS, DAYS, FIELDS, OPERATORS, Act, Choices, Condition, Draft, words
from services.rules.drafts import act_of, condition_of, kept

T = TypeVar("T", Condition, Act)


def registries(known: Choices) -> Line:
    """Everything the editor offers to choose from, drawn from the registries and from what the organisation has."""
    return {
        "fields": [_field(each) for each in FIELDS.values()],
        "operators": {
            name: {"label": each.label, "negated": each.negated, "takes": each.takes}
            for name, each in OPERATORS.items()
        },
        "kinds": [_action(each, known) for each in ACTIONS.values() if each.name != "stop"],
        "tags": list(known.tags),
    }


def _field(field: rules.Field) -> Line:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "operators": field.operators,
        "named": field.named,
        "hint": field.hint,
        "options": _options(field),
    }


def _options(field: rules.Field) -> list[Line]:
    """The values there are, where they can be counted; `short` where several stand side by side."""
    if field.kind is rules.Kind.DAY:
        names = zip(DAYS, calendar.day_name, strict=True)
        return [{"value": day, "label": name, "short": name[:3]} for day, name in names]
    named = [(field.called.get(each, each), each) for each in field.choices]
    in_order = sorted(named) if field.called else named
    return [{"value": each, "label": name, "short": name} for name, each in in_order]


def _action(kind: rules.ActionType, known: Choices) -> Line:
    return {
        "name": kind.name,
        "label": kind.label,
        "parameters": [_parameter(each, known) for each in kind.parameters],
    }


def _parameter(parameter: rules.Parameter, known: Choices) -> Line:
    options: list[Line] = [{"value": value, "label": name} for value, name in known.of(parameter.needs).items()]
    options += [{"value": each, "label": each.replace("_", " ").capitalize()} for each in parameter.choices]
    return {"name": parameter.name, "label": parameter.label, "needs": parameter.needs, "options": options}


def written(draft: Draft) -> Line:
    """A draft for the editor; the action "stop" is its switch."""
    rows: dict[str, Any] = kept(draft)
    return {
        **rows,
        "actions": [each for each in rows["actions"] if each["type"] != "stop"],
        "name": draft.name,
        "match": draft.match,
        "active": draft.active,
        "stop": draft.stops,
        "shadow": draft.shadow,
    }


def typed(line: Mapping[str, Any]) -> Draft:
    """What the editor holds as a draft, sound or not. Raises Invalid where it is not the editor that speaks."""
    try:
        return Draft(
            name=str(line["name"]),
            conditions=tuple(condition_of(each) for each in line["conditions"]),
            actions=tuple(act_of(each) for each in line["actions"]),
            match=line["match"],
            active=bool(line["active"]),
            stop=bool(line["stop"]),
            shadow=bool(line["shadow"]),
        )
    except (KeyError, TypeError, AttributeError):
        raise Invalid("This is not a rule.", code="invalid_rule") from None


def judged(draft: Draft, known: Choices) -> Line:
    """What is wrong with each row, as {place: sentence}, and the rule in words; an unfinished row has none (None)."""
    problems: dict[str, str] = {}
    when = [
        _said(f"conditions.{index}", each, rules.check_condition, words.condition, problems)
        for index, each in enumerate(draft.conditions)
    ]
    then = [
        _said(f"actions.{index}", each, lambda act: _sound(act, known), lambda act: words.act(act, known), problems)
        for index, each in enumerate(draft.actions)
    ]
    if not problems:
        _whole(draft, problems)
    joint = "and" if draft.match == Match.ALL else "or"
    return {"problems": problems, "when": when, "then": then, "joint": joint, "stop": draft.stop}


def _said(place: str, row: T, check: Callable[[T], T], say: Callable[[T], str], problems: dict[str, str]) -> str | None:
    try:
        return say(check(row))
    except Error as error:
        problems[f"{place}.{error.field}" if error.field else place] = error.message
        return None


def _sound(act: Act, known: Choices) -> Act:
    """The action as it would be kept. Raises Invalid, too for what it names and is gone."""
    sound = rules.check_act(act)
    for parameter in ACTIONS[sound.type].parameters:
        value, offered = sound.values[parameter.name], known.of(parameter.needs)
        wanted = value if isinstance(value, list) else [value]
        if isinstance(wanted[0], int) and any(each not in offered for each in wanted):
            message = f"What was chosen is gone. Choose another: {parameter.label.lower()}."
            raise Invalid(message, code="gone", field=parameter.name)
    return sound


def _whole(draft: Draft, problems: dict[str, str]) -> None:
    """What is wrong with the rule beyond its rows: the name, nothing to do."""
    try:
        rules.check(draft)
    except Invalid as error:
        problems[error.field or ""] = error.message
