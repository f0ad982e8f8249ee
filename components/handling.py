"""Handlers that outlive what was pressed: a list may be drawn again, button and all, while its handler awaits."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui


def in_page(handler: Callable[[], Any]) -> Callable[[], Awaitable[None]]:
    """`handler` run in the page itself instead of in the element it belongs to."""

    async def handle() -> None:
        with ui.context.client.layout:
            await settled(handler())

    return handle


def on_value(handler: Callable[[Any], Any]) -> Callable[[Any], Awaitable[None]]:
    """The same for a change: `handler` is given the new value."""

    async def handle(event: Any) -> None:
        with ui.context.client.layout:
            await settled(handler(event.value))

    return handle


async def settled(result: Any) -> None:
    """Wait for what a handler gave, if it has to be waited for."""
    if inspect.isawaitable(result):
        await result
