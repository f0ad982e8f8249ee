"""A part of a page that shows what a service returns, and shows it again whenever that may have changed."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from nicegui import ui

from components import live
from components.action import Outcome
from components.newest import Newest
from components.pieces import empty
from services.errors import NotFound
from services.events import Fact

T = TypeVar("T")


async def follow(
    load: Callable[[], Awaitable[Outcome[T]]],
    draw: Callable[[T], None],
    kinds: type[Fact] | tuple[type[Fact], ...],
) -> Callable[[], Awaitable[None]]:
    """Draw what `load` gives, here, now and after each fact of `kinds`; returns the way to do it at once."""
    box = ui.element("div").classes("followed")
    shown: list[T] = []
    newest: Newest[Outcome[T]] = Newest()

    async def again() -> None:
        outcome = await newest.of(load())
        if outcome is None:
            return
        if not outcome:
            box.clear()
            with box:
                unreadable(outcome)
            return
        if shown == [outcome.value]:
            return
        shown[:] = [outcome.value]
        box.clear()
        with box:
            draw(outcome.value)

    async def on_facts(_: list[Fact]) -> None:
        await again()

    live.on(kinds, on_facts)
    await again()
    return again


def unreadable(outcome: Outcome[T]) -> None:
    """In the place of what could not be read: the reason, in words. What is not there is what the page is about."""
    reason = outcome.error.message if outcome.error else ""
    with ui.element("div").classes("card"):
        if isinstance(outcome.error, NotFound):
            empty("sym_o_search_off", reason.rstrip("."), "It was removed, or the address is wrong.", is_page=True)
        else:
            empty("sym_o_lock", "This cannot be shown", reason)
