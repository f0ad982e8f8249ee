"""What our Vue components have in common: they begin with `initial` and are told of changes by calls.

Their properties never change after that: an update would send everything again, over what the reader scrolled to.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

Line = dict[str, Any]
Handler = Callable[[Any], Awaitable[None] | None]


class Pane(ui.element):
    """A Vue component whose state is `initial`, then whatever `set` and its own methods make of it."""

    def __init__(self, **initial: Any) -> None:
        super().__init__()
        self.props["initial"] = initial

    def listen(self, **handlers: Handler) -> None:
        """Call each handler with what the component emits under its name."""
        for event, handler in handlers.items():
            self.on(event, _arguments_to(handler))

    def set(self, **values: Any) -> None:
        self.run_method("set", values)


def _arguments_to(handler: Handler) -> Callable[[Any], Awaitable[None] | None]:
    return lambda message: handler(message.args)
