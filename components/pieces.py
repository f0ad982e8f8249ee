"""Small pieces of every screen: badge, empty state, callout, something to copy."""

from collections.abc import Callable
from typing import Any, Literal

from nicegui import ui

from components import button, notice
from components.words import text

Tone = Literal["", "good", "warn", "bad", "busy"]
_TONES = {"": "badge badge-plain", "good": "badge badge-good", "warn": "badge badge-warn"}
_TONES |= {"bad": "badge badge-bad", "busy": "badge badge-busy"}


def badge(words: str, tone: Tone = "") -> ui.element:
    """A state in words, with a colour besides."""
    return text(words).classes(_TONES[tone])


def empty(
    icon: str,
    title: str,
    about: str,
    *,
    do: str = "",
    press: Callable[[], Any] | None = None,
    is_page: bool = False,
) -> None:
    """Nothing here yet: what this is for, and the next thing to do. `is_page`: it stands for the whole page."""
    with ui.element("div").classes("empty"):
        with ui.element("div").classes("empty-icon").props("aria-hidden=true"):
            ui.icon(icon)
        text(title, "h1" if is_page else "h2")
        text(about, "p")
        if do and press:
            button.brand(do, press)


def callout(words: str, *, icon: str = "sym_o_info", is_warning: bool = False) -> None:
    with ui.element("div").classes("callout callout-warn" if is_warning else "callout"):
        ui.icon(icon).props("aria-hidden=true")
        text(words)


def copier(value: str, label: str) -> ui.button:
    """A button that puts `value` on the clipboard."""

    def press() -> None:
        ui.clipboard.write(value)
        notice.done("Copied")

    return button.icon("sym_o_content_copy", label, press).classes("small")


def to_copy(value: str, label: str) -> None:
    """A value in a box, with its copy button."""
    with ui.element("div").classes("secret"):
        text(value, "code").classes("mono")
        copier(value, label)
