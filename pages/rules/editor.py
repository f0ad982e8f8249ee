"""The screen of one rule: its editor, what it would do to stored mail, and what it has done."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from components import action
from components.following import unreadable
from components.frame import actor, back, heading, page, screen
from components.rule_editor import RuleEditor
from components.rule_forms import judged, registries, typed, written
from models import Backtest, Rule
from pages import MENU
from pages.rules import examples, history
from pages.rules.styles import dress
from pages.rules.trying import Trial, drafted
from services import ids, rules
from services.access import Actor, Permission, may
from services.rules import Choices, Draft

EMPTY = Draft("", conditions=(rules.Condition("subject", "contains", ""),), actions=(rules.Act("tag", {"value": ""}),))


@dataclass(frozen=True)
class _Asked:
    """What the address asks for: a rule and a trial, where there are any, and what can be chosen from."""

    known: Choices
    rule: Rule | None
    trial: Backtest | None


def _read(session: Any, rule: str, trial: str, *, actor: Actor) -> _Asked:
    return _Asked(
        rules.choices(session, actor=actor),
        rules.get(session, ids.decode("rule", rule), actor=actor) if rule else None,
        rules.progress(session, ids.decode("backtest", trial), actor=actor) if trial else None,
    )


@screen("/rules/new")
async def begin(example: str = "", trial: str = "") -> None:
    await _page("", example, trial)


@screen("/rules/{rule}")
async def overview(rule: str, trial: str = "") -> None:
    await _page(rule, "", trial)


async def _page(key: str, example: str, trial: str) -> None:
    dress()
    with page("Rule" if key else "New rule", active="/rules", menu=MENU):
        back("/rules", "Rules")
        asked = await action.read(_read, key, trial, quietly=True)
        if not asked:
            unreadable(asked)
            return
        rule = asked.value.rule
        heading(rule.name if rule else "New rule")
        screen = _Screen(asked.value, _draft(asked.value, example), f"/rules/{key or 'new'}")
        await screen.trial.look()
        if rule:
            await history.show(rule.id or 0)


def _draft(asked: _Asked, example: str) -> Draft:
    """What was being tried comes first, then the rule as it is, then the example asked for."""
    if asked.trial:
        return drafted(asked.trial)
    if asked.rule:
        return rules.draft_of(asked.rule)
    return examples.BY_KEY[example].draft if example in examples.BY_KEY else EMPTY


class _Screen:
    """The editor, and what it asks of the services."""

    def __init__(self, asked: _Asked, draft: Draft, path: str) -> None:
        self.known, self.rule = asked.known, asked.rule
        self.editor = RuleEditor(
            **registries(asked.known),
            draft=written(draft),
            verdict=judged(draft, asked.known),
            may=may(actor(), Permission.MANAGE_RULES),
        )
        self.trial = Trial(self.editor, asked.known, path, asked.trial)
        self.editor.listen(
            edited=self._edited,
            save=self._save,
            attempt=self.trial.attempt,
            cancel=self.trial.cancel,
            more=self.trial.more,
        )

    async def _edited(self, message: Mapping[str, Any]) -> None:
        verdict = await asyncio.to_thread(judged, typed(message["draft"]), self.known)
        self.editor.judge(message["number"], verdict)

    async def _save(self, line: Mapping[str, Any]) -> None:
        draft = typed(line)
        verdict = await asyncio.to_thread(judged, draft, self.known)
        if verdict["problems"]:
            self.editor.refuse(verdict)
            return
        outcome = await self._keep(draft)
        if outcome:
            self.editor.saved()
            ui.navigate.to(f"/rules?saved={ids.encode('rule', outcome.value.id or 0)}")
        elif outcome.error and outcome.error.field:
            self.editor.refuse({**verdict, "problems": {outcome.error.field: outcome.error.message}})
        elif outcome.error and outcome.error.code == "rule_changed":
            await self._look_again()

    async def _look_again(self) -> None:
        """Somebody else was quicker. What is typed stays, and saving it once more is meant."""
        found = await action.read(rules.get, self.rule.id) if self.rule else None
        if found:
            self.rule = found.value

    async def _keep(self, draft: Draft) -> action.Outcome[Rule]:
        if self.rule is None:
            return await action.run(rules.add, draft)
        return await action.run(
            rules.update,
            self.rule.id,
            seen=self.rule.updated_at,
            name=draft.name,
            match=draft.match,
            conditions=draft.conditions,
            actions=draft.actions,
            active=draft.active,
            stop=draft.stop,
            shadow=draft.shadow,
        )
