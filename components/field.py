"""Labelled controls: the label above, the hint below, the message of what is wrong in its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from nicegui import ui

from components.controls import Checkbox, Select, Switch
from components.handling import on_value
from components.signature import Signature


@contextmanager
def labelled(label: str, hint: str = "") -> Iterator[None]:
    """Put a label above what is drawn inside, and a hint below it."""
    with ui.element("div").classes("field"):
        ui.label(label).classes("field-label")
        yield
        if hint:
            ui.label(hint).classes("field-hint")


def named(control: ui.element, label: str) -> None:
    """Tell a screen reader what the label above tells the eye."""
    control.props["aria-label"] = label
    control.props("outlined dense hide-bottom-space")


def text(label: str, value: str = "", *, hint: str = "", placeholder: str = "", is_focused: bool = False) -> ui.input:
    with labelled(label, hint):
        control = ui.input(value=value, placeholder=placeholder or None)
        named(control, label)
        if is_focused:
            control.props("autofocus")
    return control


def password(label: str, *, hint: str = "", autocomplete: str = "new-password") -> ui.input:
    control = text(label, hint=hint).props("type=password")
    control.props["autocomplete"] = autocomplete
    return control


def area(label: str, value: str = "", *, hint: str = "", placeholder: str = "") -> ui.textarea:
    with labelled(label, hint):
        control = ui.textarea(value=value, placeholder=placeholder or None).props("autogrow")
        named(control, label)
    return control


def number(
    label: str, value: float | None, *, lowest: int, highest: int, hint: str = "", suffix: str = ""
) -> ui.number:
    with labelled(label, hint):
        control = ui.number(value=value, min=lowest, max=highest, precision=0, suffix=suffix or None)
        named(control, label)
    return control


def choice(
    label: str, options: dict[Any, str], value: Any = None, *, hint: str = "", many: bool = False, search: bool = False
) -> Select:
    with labelled(label, hint):
        control = Select(options, value=value, multiple=many, with_input=search)
        named(control, label)
        control.props('options-dense dropdown-icon="sym_o_expand_more"' + (" use-chips" if many else ""))
    return control


class Entries(Select):
    """Several texts of one's own as chips; Enter or leaving the field adds what was typed."""

    def __init__(self, values: Sequence[str]) -> None:
        super().__init__(list(values), value=list(values), multiple=True, with_input=True, new_value_mode="add-unique")
        self.props("use-chips hide-dropdown-icon input-debounce=0")
        self._typed = ""
        self.on("input-value", self._hear)

    def _hear(self, event: Any) -> None:
        self._typed = str(event.args or "")

    def entries(self) -> list[str]:
        """The chips, to which what was typed and not entered yet is added."""
        if self._typed.strip():
            values = [*(self.value or []), self._typed.strip()]
            self._typed = ""
            self.set_options(values, value=values)
        return list(self.value or [])


def entries(label: str, values: Sequence[str], *, hint: str = "") -> Entries:
    with labelled(label, hint):
        control = Entries(values)
        named(control, label)
    return control


def checks(label: str, options: Mapping[Any, str], chosen: Sequence[str]) -> dict[str, Checkbox]:
    """Several of several, each in words; `checked` reads them."""
    with labelled(label), ui.element("div").classes("checks").props("role=group") as group:
        group.props["aria-label"] = label
        return {name: Checkbox(words, value=name in chosen).props("dense") for name, words in options.items()}


def checked(boxes: dict[str, Checkbox]) -> list[str]:
    return [str(name) for name, box in boxes.items() if box.value]


def switch(label: str, value: bool, change: Callable[[bool], Any]) -> Switch:
    """A switch without words beside it, where the row says what it is; `change` is given the new state."""
    control = Switch(value=value, on_change=on_value(change)).props("dense")
    control.props["aria-label"] = label
    return control


def signature(label: str, html: str, *, hint: str = "") -> Signature:
    """Rich text; its `html` is what was typed, None where nothing was."""
    with labelled(label, hint):
        return Signature(label, html)
