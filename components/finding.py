"""Above a list: the words to look for, and the states to choose from."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from nicegui import ui

from components.handling import in_page, on_value
from components.words import text

LONGEST = 200
T = TypeVar("T")


def search(label: str, placeholder: str, find: Callable[[str], Any], *, value: str = "") -> ui.input:
    """A field that calls `find` with what was typed, a moment after the typing; `label` is for screen readers."""
    control = ui.input(value=value, placeholder=placeholder).props("outlined dense clearable debounce=250")
    control.props["aria-label"] = label
    control.classes("search")
    with control.add_slot("prepend"):
        ui.icon("sym_o_search").props("aria-hidden=true")
    control.on_value_change(on_value(lambda words: find(str(words or "").strip()[:LONGEST])))
    return control


def chips(label: str, choices: Iterable[tuple[str, int, T]], chosen: T, choose: Callable[[T], Any]) -> None:
    """One of several states, each in words and with how many there are."""
    with ui.element("div").classes("chips").props("role=group") as group:
        group.props["aria-label"] = label
        for words, count, value in choices:
            chip = ui.element("button").classes("chip").on("click", in_page(partial(choose, value)))
            chip.props["aria-pressed"] = "true" if value == chosen else "false"
            with chip:
                text(words)
                text(f"{count:,}").classes("tabular chip-count")
