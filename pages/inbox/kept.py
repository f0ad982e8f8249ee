"""Searches kept as views: given a name, renamed, removed, each with its Undo."""

from functools import partial
from typing import Any

from components import action, field
from components.controls import Checkbox
from components.dialog import asking
from components.pane import Line
from pages.inbox.tab import Tab
from services import views
from services.tickets import View, ViewKind


class Kept:
    """What one desk does to saved views."""

    def __init__(self, desk: Tab) -> None:
        self.desk = desk

    def keep(self, query: str) -> None:
        """Ask for a name and keep the search."""
        with asking("Keep this search as a view", "It gets a place among the folders.") as dialog:
            name = field.text("Name", placeholder=query, is_focused=True)
            shared = Checkbox("For the whole team").props("dense")

            async def save() -> None:
                if await self._keep(name.value or query[:100], query, shared=bool(shared.value), fields={"name": name}):
                    dialog.close()

            dialog.buttons("Keep", save)

    async def _keep(self, name: str, query: str, *, shared: bool, fields: dict[str, Any] | None = None) -> bool:
        outcome = await action.run(views.create, name, query, shared=shared, fields=fields)
        if outcome:
            await self.desk.rearrange()
            await self.desk.open_folder(str(View(ViewKind.SAVED, outcome.value.id)))
        return bool(outcome)

    def rename(self, asked: Line) -> None:
        """Ask for another name of a saved view."""
        view, was = View.parse(str(asked.get("view"))), str(asked.get("name"))
        with asking("Rename the view") as dialog:
            name = field.text("Name", was, is_focused=True)

            async def save() -> None:
                if await self._rename(view.id or 0, name.value or "", fields={"name": name}):
                    dialog.close()
                    if name.value.strip() != was:
                        self.desk.toasts.done("View renamed", lambda: self._rename(view.id or 0, was))

            dialog.buttons("Rename", save)

    async def _rename(self, view_id: int, name: str, *, fields: dict[str, Any] | None = None) -> bool:
        outcome = await action.run(views.update, view_id, name=name, fields=fields)
        if outcome:
            await self.desk.rearrange()
        return bool(outcome)

    async def remove(self, text: str) -> None:
        view = View.parse(text)
        removed = await action.run(views.delete, view.id or 0) if view.kind is ViewKind.SAVED else None
        if not removed:
            return
        was = removed.value
        await self.desk.rearrange()
        again = partial(self._keep, was.name, was.query, shared=was.user_id is None)
        self.desk.toasts.done(f"Removed the view {was.name}", again)
