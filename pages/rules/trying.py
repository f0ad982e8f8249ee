"""Trying what is in the editor on stored mail: progress as it comes, and what was found, a page at a time.

The trial's id stands in the address, so that going away and coming back shows draft, progress and findings again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from nicegui import ui

from components import action, live
from components.pane import Line
from components.rule_editor import RuleEditor
from components.rule_forms import judged, typed
from models import Backtest
from services import ids, rules
from services.access import Actor
from services.events import BacktestAdvanced, Fact
from services.rules import Choices, Draft, Tried, wire

PAGE = 20  # messages
UNNAMED = "Unnamed rule"


def drafted(trial: Backtest) -> Draft:
    """The draft a trial was begun with."""
    draft = wire.of(trial.rule)
    return replace(draft, name="") if draft.name == UNNAMED else draft


def _read(session: Any, trial_id: int, *, after: int, limit: int, actor: Actor) -> tuple[Backtest, Sequence[Tried]]:
    found = rules.tried(session, trial_id, after=after, limit=limit, actor=actor) if limit else ()
    return rules.progress(session, trial_id, actor=actor), found


class Trial:
    """One trial after another of what is in an editor; the last one is followed while it runs."""

    def __init__(self, editor: RuleEditor, known: Choices, path: str, trial: Backtest | None) -> None:
        self.editor, self.known, self.path = editor, known, path
        self.id = trial.id if trial else None
        self.last, self.room = 0, PAGE
        live.on(BacktestAdvanced, self._on_facts)

    async def attempt(self, message: Mapping[str, Any]) -> None:
        """Begin, unless the draft is not sound; a name it does not need yet."""
        draft = typed(message["draft"])
        draft = replace(draft, name=draft.name if draft.name.strip() else UNNAMED)
        verdict = await asyncio.to_thread(judged, draft, self.known)
        if verdict["problems"]:
            self.editor.refuse(verdict)
            return
        begun = await action.run(rules.backtest, draft, wanted=message["wanted"])
        if begun:
            self.id, self.last, self.room = begun.value.id, 0, PAGE
            ui.navigate.history.replace(f"{self.path}?trial={ids.encode('backtest', self.id or 0)}")
            await self.look()

    async def cancel(self, _: object = None) -> None:
        if self.id and await action.run(rules.cancel, self.id):
            await self.look()

    async def more(self, _: object = None) -> None:
        self.room += PAGE
        await self.look()

    async def _on_facts(self, facts: list[Fact]) -> None:
        if any(isinstance(fact, BacktestAdvanced) and fact.backtest_id == self.id for fact in facts):
            await self.look()

    async def look(self) -> None:
        """Tell the editor how far it is, and of what was found since, as far as there is room."""
        if not self.id:
            return
        outcome = await action.read(_read, self.id, after=self.last, limit=self.room)
        if not outcome or outcome.value[0].id != self.id:
            return
        trial, found = outcome.value
        fresh = [each for each in found if each.id > self.last]
        self.room -= len(fresh)
        self.last = max([self.last, *(each.id for each in fresh)])
        self.editor.report(_progress(trial), [_found(each) for each in fresh])


def _progress(trial: Backtest) -> Line:
    return {
        "id": trial.id,
        "total": trial.total,
        "tried": trial.tried,
        "matched": trial.matched,
        "finished": trial.finished_at is not None,
        "error": trial.error,
    }


def _found(tried: Tried) -> Line:
    return {
        "id": tried.id,
        "author": tried.author,
        "subject": tried.subject,
        "at": tried.received_at.isoformat(),
        "url": f"/t/{ids.encode('ticket', tried.ticket_id)}" if tried.ticket_id else "",
        "conditions": [asdict(each) for each in tried.conditions],
        "changes": list(tried.changes),
    }
