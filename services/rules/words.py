"""Rules in plain words: what a condition asks, what an action does, and what came of them for one message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models import Match
from services.rules.actions import ACTIONS, Needs
from services.rules.drafts import Act, Condition, Draft
from services.rules.fields import FIELDS, Field, Kind
from services.rules.operators import OPERATORS, Takes

SHOWN = 80  # characters of a value in a sentence
DAY_NAMES = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday"}
DAY_NAMES |= {"sat": "Saturday", "sun": "Sunday"}


@dataclass(frozen=True)
class Names:
    """What ids of the organisation are called; of things that are gone nothing is known."""

    users: Mapping[int, str] = field(default_factory=dict)
    mailboxes: Mapping[int, str] = field(default_factory=dict)
    templates: Mapping[int, str] = field(default_factory=dict)
    integrations: Mapping[int, str] = field(default_factory=dict)


NOBODY = Names()


def condition(asked: Condition) -> str:
    """`subject contains “invoice”`, `size is greater than 5 MB`, `is not automatic`; begins in lower case."""
    about, operator = FIELDS[asked.field], OPERATORS[asked.operator]
    if about.kind is Kind.FLAG:
        return _flag(about.label, bool(asked.value) is not asked.negate)
    name = f"header “{asked.name}”" if about.named else _begun(about.label)
    verb = operator.negated if asked.negate else operator.label
    if operator.takes is Takes.NOTHING:
        return f"{name} {verb}"
    if isinstance(asked.value, list):
        return f"{name} {verb} {_listed([_value(about, each) for each in asked.value])}"
    return f"{name} {verb} {_value(about, asked.value)}"


def _begun(label: str) -> str:
    """A label inside a sentence; abbreviations stay as they are."""
    return label if label.isupper() else label[0].lower() + label[1:]


def _flag(label: str, holds: bool) -> str:
    if label.startswith("Has "):
        return label[0].lower() + label[1:] if holds else "has no " + label.removeprefix("Has ").split(" ", 1)[1]
    return ("is " if holds else "is not ") + label.lower()


def _value(about: Field, value: object) -> str:
    kind = about.kind
    if kind is Kind.SIZE and isinstance(value, int):
        return size(value)
    if kind is Kind.DAY:
        return DAY_NAMES.get(str(value), str(value))
    if kind is Kind.RESULT:
        return about.called.get(str(value), str(value))
    return str(value) if kind is Kind.TIME else f"“{_cut(str(value))}”"


def size(count: int) -> str:
    """5 MB, 300 KB, 812 bytes."""
    for unit, shift in (("GB", 30), ("MB", 20), ("KB", 10)):
        if count >= 1 << shift:
            return f"{count / (1 << shift):.3g} {unit}"
    return f"{count} bytes"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _listed(words: Sequence[str], most: int = 3) -> str:
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " or ".join(words)


def act(asked: Act, names: Names = NOBODY, *, done: bool = False) -> str:
    """`assign to Bob`, or when it is `done`: `assigned to Bob`."""
    kind = ACTIONS[asked.type]
    sentence = kind.done if done else kind.doing
    return sentence.format(_shown(kind.parameters[0].needs, asked, names)) if kind.parameters else sentence


def _shown(needs: Needs, asked: Act, names: Names) -> str:
    value: Any = next(iter(asked.values.values()), "")
    if needs is Needs.USERS:
        return _listed([names.users.get(each, "somebody who left") for each in value], most=5).replace(" or ", ", ")
    known = {
        Needs.USER: (names.users, "somebody who left"),
        Needs.MAILBOX: (names.mailboxes, "a mailbox that is gone"),
        Needs.TEMPLATE: (names.templates, "a template that is gone"),
        Needs.INTEGRATION: (names.integrations, "an integration that is gone"),
    }
    if needs not in known:
        return _cut(" ".join(str(value).split()))
    called, missing = known[needs]
    return f"“{called[value]}”" if needs is Needs.TEMPLATE and value in called else called.get(value, missing)


def draft(asked: Draft, names: Names = NOBODY) -> str:
    """The whole rule in one sentence: `Subject contains “invoice” → assign to Bob, tag billing`."""
    joint = " and " if asked.match == Match.ALL else " or "
    when = joint.join(map(condition, asked.conditions)) or "every message"
    deeds = [act(each, names) for each in asked.actions]
    if asked.stop and not any(each.type == "stop" for each in asked.actions):
        deeds.append(ACTIONS["stop"].doing)
    return f"{when[0].upper()}{when[1:]} → {', '.join(deeds)}"
