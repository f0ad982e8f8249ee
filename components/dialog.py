"""Dialogs: a question with a form, and a confirmation of what cannot be undone."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from nicegui import ui

from components import button
from components.handling import in_page, settled

# in a line of text, not in a list that is open or on a button
_ENTER = "(event) => { if (event.target.tagName === 'INPUT' && !event.target.closest('.q-select')) emit() }"


class Dialog(ui.dialog):
    """Opens at once and leaves nothing behind when closed."""

    def __init__(self, title: str, about: str = "", *, is_wide: bool = False) -> None:
        super().__init__()
        self.props["aria-label"] = title
        self.on_value_change(self._leave)
        self._is_busy = False
        with self:
            self.card = ui.element("div").classes("dialog wide" if is_wide else "dialog")
        with self.card:
            heading = ui.label(title)
            heading.tag = "h2"
            if about:
                ui.label(about).tag = "p"

    def _leave(self, event: Any) -> None:
        if not event.value:
            ui.timer(0.4, self.delete, once=True)

    def buttons(self, words: str, press: Callable[[], Awaitable[Any] | Any], *, is_danger: bool = False) -> None:
        """Cancel, and the one thing this dialog is for; Enter in a field does it too."""
        once = partial(self._once, press)
        self.card.on("keydown.enter", in_page(once), js_handler=_ENTER)
        with self.card, ui.element("div").classes("row-end"):
            button.quiet("Cancel", self.close)
            (button.danger if is_danger else button.brand)(words, once).mark("do")

    async def _once(self, press: Callable[[], Awaitable[Any] | Any]) -> None:
        """A double click asks for one thing, and a dialog that was closed for none."""
        if self._is_busy or not self.value:
            return
        self._is_busy = True
        try:
            await settled(press())
        finally:
            self._is_busy = False


@contextmanager
def asking(title: str, about: str = "", *, is_wide: bool = False) -> Iterator[Dialog]:
    """Draw a dialog's form inside; it opens at the end of the block."""
    with ui.context.client.layout:
        dialog = Dialog(title, about, is_wide=is_wide)
    with dialog.card:
        yield dialog
    dialog.open()


def confirm(title: str, about: str, words: str, then: Callable[[], Awaitable[Any]]) -> None:
    """Ask before something that cannot be undone."""

    async def press() -> None:
        dialog.close()
        await then()

    with asking(title, about) as dialog:
        dialog.buttons(words, press, is_danger=True)
