"""The acts of a macro as a form: one line an act, of what kind and with what; and an act in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui

from components import button
from components.controls import Select
from services import macros

LABELS = {
    "tag": "Add a tag",
    "untag": "Remove a tag",
    "priority": "Set the priority",
    "status": "Set the status",
    "assign_me": "Assign to whoever runs it",
    "assign": "Assign to",
    "release": "Back to the queue",
    "snooze": "Snooze until",
    "note": "Add a note",
    "template": "Answer with a template",
}


@dataclass(frozen=True)
class Surroundings:
    """Members who work and templates one may use, by id."""

    people: dict[int, str]
    templates: dict[int, str]


def spoken(act: Mapping[str, Any], around: Surroundings) -> str:
    """An act as one says it."""
    value = str(act.get("value", ""))
    match act.get("type"):
        case "tag":
            return f"tag {value}"
        case "untag":
            return f"remove the tag {value}"
        case "assign":
            return f"assign to {around.people.get(act['user_id'], 'somebody who is gone')}"
        case "template":
            return f"answer with “{around.templates.get(act['template_id'], 'a template that is gone')}”"
        case "note":
            return f"note “{value[:40]}”"
        case "priority" | "status" as kind:
            return f"{kind} {value.replace('_', ' ')}"
        case "snooze":
            return f"snooze until {value.lower()}" if value != "3 hours" else "snooze 3 hours"
        case kind:
            return LABELS.get(str(kind), str(kind)).lower()


class MacroForm:
    """Lines that can be added, changed and taken away; `actions` reads them."""

    def __init__(self, around: Surroundings, actions: Sequence[Mapping[str, Any]]) -> None:
        self.around = around
        self.acts: list[dict[str, Any]] = [dict(act) for act in actions] or [{"type": "tag", "value": ""}]
        self.box = ui.element("div").classes("macro-acts").props("role=list")
        self._draw()
        button.quiet("Add a step", self._add, icon="sym_o_add")

    def actions(self) -> list[dict[str, Any]]:
        return [dict(act) for act in self.acts]

    def _add(self) -> None:
        self.acts.append({"type": "priority", "value": "high"})
        self._draw()

    def _remove(self, act: dict[str, Any]) -> None:
        self.acts = [each for each in self.acts if each is not act]
        self._draw()

    def _draw(self) -> None:
        self.box.clear()
        with self.box:
            for act in self.acts:
                with ui.element("div").classes("macro-act").props("role=listitem"):
                    kind = Select(LABELS, value=act["type"])
                    kind.on_value_change(partial(self._turn, act))
                    _named(kind, "Step")
                    self._value(act)
                    if len(self.acts) > 1:
                        button.icon("sym_o_close", "Remove this step", partial(self._remove, act))

    def _turn(self, act: dict[str, Any], event: Any) -> None:
        kind = event.value
        act.clear()
        act["type"] = kind
        if kind in macros.CHOICES:
            act["value"] = macros.CHOICES[kind][0]
        self._draw()

    def _value(self, act: dict[str, Any]) -> None:
        """The control of what the act is about, where it is about anything."""
        kind = act["type"]
        if kind in macros.CHOICES:
            options = {each: each.replace("_", " ").capitalize() for each in macros.CHOICES[kind]}
            _named(Select(options, value=act.get("value")).bind_value_to(act, "value"), LABELS[kind])
        elif kind == "assign":
            chosen = _of(act, "user_id", self.around.people)
            _named(Select(self.around.people, value=chosen).bind_value_to(act, "user_id"), "Member")
        elif kind == "template":
            chosen = _of(act, "template_id", self.around.templates)
            _named(Select(self.around.templates, value=chosen).bind_value_to(act, "template_id"), "Template")
        elif kind in ("tag", "untag"):
            _named(ui.input(value=act.get("value", "")).bind_value_to(act, "value"), "Tag")
        elif kind == "note":
            _named(ui.textarea(value=act.get("value", "")).props("autogrow").bind_value_to(act, "value"), "Note")


def _of(act: Mapping[str, Any], name: str, options: Mapping[int, str]) -> int | None:
    return act.get(name) if act.get(name) in options else None


def _named(control: ui.element, label: str) -> None:
    control.props["aria-label"] = label
    control.props('outlined dense hide-bottom-space options-dense dropdown-icon="sym_o_expand_more"').classes("grow")
