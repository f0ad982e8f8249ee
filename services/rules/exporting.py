"""Rules as a JSON file and back. Ids travel with the names they stand for, so that another organisation's file finds
its own members, mailboxes, templates and integrations of the same names."""

import json
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from models import Rule
from services import access, ids
from services.access import Actor, Permission
from services.errors import Invalid, NotFound
from services.rules import register, wire
from services.rules.actions import ACTIONS, Needs
from services.rules.choosing import Choices, choices
from services.rules.drafts import draft_of

MOST_BYTES = 5 << 20
FORMAT = {"format": "mailroom rules", "version": 1}


def exported(session: Session, *, actor: Actor) -> dict[str, Any]:
    """All rules, in order: `{"format", "version", "rules": […], "names": {id: name}}`."""
    access.require(actor, Permission.READ_RULES)
    written = [wire.to(draft_of(rule)) for rule in register.all(session, actor=actor)]
    known = _names(choices(session, actor=actor))
    used = {each for rule in written for act in rule["actions"] for each in _ids(act)}
    return {**FORMAT, "rules": written, "names": {each: known[each] for each in sorted(used & known.keys())}}


def imported(session: Session, given: Mapping[str, Any] | str, *, actor: Actor) -> list[Rule]:
    """Add the rules of a file behind those there are, in their order. Raises Invalid that names the rule and field."""
    access.require(actor, Permission.MANAGE_RULES)
    document = _read(given)
    names, known = document.get("names"), choices(session, actor=actor)
    called = {str(key): str(value) for key, value in names.items()} if isinstance(names, dict) else {}
    made = []
    for number, rule in enumerate(document["rules"]):
        try:
            made.append(_add(session, rule, called, known, actor))
        except (Invalid, NotFound) as error:
            where = f"rules.{number}.{error.field}" if error.field else f"rules.{number}"
            raise Invalid(error.message, code=error.code, field=where) from None
        except (KeyError, TypeError, AttributeError, ValueError):
            message = "This is not a rule as it is exported."
            raise Invalid(message, code="invalid_rule", field=f"rules.{number}") from None
    return made


def _read(given: Mapping[str, Any] | str) -> Mapping[str, Any]:
    try:
        document = json.loads(given) if isinstance(given, str) else given
    except (ValueError, RecursionError):
        raise Invalid("This file is not JSON.", code="malformed_json", field="file") from None
    if not isinstance(document, Mapping) or not isinstance(document.get("rules"), list):
        raise Invalid("This file holds no rules: “rules” is missing.", code="invalid_file", field="file")
    return document


def _add(session: Session, rule: dict[str, Any], called: dict[str, str], known: Choices, actor: Actor) -> Rule:
    if not isinstance(rule["name"], str):
        raise Invalid("A name is words.", code="invalid_name", field="name")
    actions = [_resolved(act, called, known) for act in rule["actions"]]
    return register.add(session, wire.of({**rule, "actions": actions, "priority": None}), actor=actor)


def _resolved(act: dict[str, Any], called: dict[str, str], known: Choices) -> dict[str, Any]:
    """The action with ids that mean something here: its own where they do, else those of the same name."""
    resolved = dict(act)
    for parameter in ACTIONS[act["type"]].parameters if act["type"] in ACTIONS else ():
        name = wire.outside_name(parameter)
        if parameter.needs in wire.PREFIX and name in act:
            here = _here(parameter.needs, known)
            by_name = {title: each for each, title in reversed(here.items())}
            found = [each if each in here else by_name.get(called.get(each, ""), each) for each in _listed(act[name])]
            resolved[name] = found if isinstance(act[name], list) else found[0]
    return resolved


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _here(needs: Needs, known: Choices) -> dict[str, str]:
    return {ids.encode(wire.PREFIX[needs], number): name for number, name in known.of(needs).items()}


def _names(known: Choices) -> dict[str, str]:
    return {key: name for needs in wire.PREFIX for key, name in _here(needs, known).items()}


def _ids(act: dict[str, Any]) -> list[str]:
    parameters = [each for each in ACTIONS[act["type"]].parameters if each.needs in wire.PREFIX]
    return [each for parameter in parameters for each in _listed(act[wire.outside_name(parameter)])]
