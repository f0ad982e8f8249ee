"""Notices with one Undo each, counted down in the browser; and the map of keys behind `?`."""

from collections.abc import Awaitable, Callable

from components.pane import Pane

Undo = Callable[[], Awaitable[object]]
KEPT = 20


class Toasts(Pane, component="toasts.js", esm={"mailroom-ui": "ui"}):
    """Remembers what each notice undoes; `z` and the button both come here."""

    def __init__(self) -> None:
        super().__init__()
        self._undo: dict[int, Undo] = {}
        self._number = 0
        self.listen(undo=self._press)

    def done(self, text: str, undo: Undo | None = None, *, seconds: float = 8, counts: bool = False) -> None:
        """Say what was done; `counts` shows the seconds in which it can be taken back."""
        self._number += 1
        if undo is not None:
            self._undo[self._number] = undo
            for old in list(self._undo)[:-KEPT]:
                del self._undo[old]
        self._show(text, seconds, undo=undo is not None, counts=counts)

    def problem(self, text: str) -> None:
        self._number += 1
        self._show(text, 8, problem=True)

    def _show(self, text: str, seconds: float, **options: bool) -> None:
        self.run_method("show", {"id": self._number, "text": text, "seconds": seconds, **options})

    async def _press(self, number: int) -> None:
        undo = self._undo.pop(number, None)
        if undo is not None:
            await undo()
