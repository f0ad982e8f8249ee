"""NiceGUI's controls of choice, as quick as the hand.

As they come they show a choice when the server's echo of it is there; of two made before the first echo the first
would be lost. These show it at once and need no echo.
"""

from typing import Any

from nicegui import ui

_AT_ONCE = "(value) => { element.props['model-value'] = value; }"
# Quasar looks a few times in 350 ms where a list that opens has its place, then never again: in a browser that has not
# drawn its lines by then the list stayed invisible.
_IN_PLACE = """() => {
    const place = (left) => {
        const menus = [...document.querySelectorAll('.q-menu')], select = getElement(id)?.$refs.qRef;
        if (!left || !select || menus.every((menu) => menu.style.visibility === 'visible')) return;
        select.updateMenuPosition();
        setTimeout(place, 100, left - 1);
    };
    setTimeout(place, 400, 100);
}"""


class _AtOnce:
    LOOPBACK: bool | None = None
    on: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.on("update:model-value", js_handler=_AT_ONCE)


class Select(_AtOnce, ui.select):
    """One or several of a list."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.on("popup-show", js_handler=_IN_PLACE)


class Checkbox(_AtOnce, ui.checkbox):
    """Yes or no, in words beside it."""


class Switch(_AtOnce, ui.switch):
    """On or off, which takes effect with the click."""
