"""The four buttons there are: brand (the one thing to do), quiet, ghost, danger."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from components.handling import in_page

Press = Callable[[], Awaitable[Any] | Any]


def brand(words: str, press: Press | None = None, *, icon: str | None = None) -> ui.button:
    return (
        ui.button(words, icon=icon, color=None, on_click=press and in_page(press))
        .props("unelevated no-caps")
        .classes("brand")
    )


def quiet(words: str, press: Press | None = None, *, icon: str | None = None) -> ui.button:
    return (
        ui.button(words, icon=icon, color=None, on_click=press and in_page(press))
        .props("unelevated no-caps")
        .classes("quiet")
    )


def danger(words: str, press: Press | None = None) -> ui.button:
    return ui.button(words, color=None, on_click=press and in_page(press)).props("unelevated no-caps").classes("danger")


def icon(symbol: str, label: str, press: Press | None = None) -> ui.button:
    """A symbol only; `label` is its tooltip and what a screen reader says."""
    button = (
        ui.button(icon=symbol, color=None, on_click=press and in_page(press)).props("flat").classes("ghost icon-only")
    )
    button.props["aria-label"] = label
    with button:
        ui.tooltip(label)
    return button
