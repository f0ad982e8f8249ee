"""Short messages at the edge of the page: done (with Undo where there is one), and what went wrong."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

SECONDS = 4


def done(text: str, *, undo: Callable[[], Awaitable[Any] | None] | None = None, seconds: float = SECONDS) -> None:
    """Say that something was done; `undo` puts a button beside it, and the notice stays a little longer."""
    if undo is None:
        _show(text, "done", seconds)
        return
    with ui.context.client.layout:
        _Undoable(text, undo, max(seconds, 8))


def problem(text: str) -> None:
    """Say what went wrong, in words with a next step."""
    _show(text, "problem", 8)


def _show(text: str, kind: str, seconds: float) -> None:
    icon = "sym_o_error" if kind == "problem" else "sym_o_check_circle"
    ui.notify(
        text,
        position="bottom",
        timeout=int(seconds * 1000),
        icon=icon,
        classes=NOTICE_CLASSES[kind],
        progress=False,
        group=False,
    )


NOTICE_CLASSES = {"done": "notice notice-done", "problem": "notice notice-problem"}


class _Undoable(ui.element):
    """A notice of our own: NiceGUI's cannot call back."""

    def __init__(self, text: str, undo: Callable[[], Awaitable[Any] | None], seconds: float) -> None:
        super().__init__("div")
        self.classes("notice notice-done notice-undo").props("role=status")
        with self:
            ui.icon("sym_o_check_circle").props("aria-hidden=true")
            ui.label(text)
            ui.button("Undo", color=None, on_click=self._press).props("flat no-caps")
            ui.timer(seconds, self.delete, once=True)
        self._undo = undo

    async def _press(self) -> None:
        result = self._undo()
        if result is not None:
            await result
        self.delete()
