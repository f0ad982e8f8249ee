"""Rules: their order, what each has done, switching, copying, removing; files in and out. `editor` is a screen too."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, live, notice
from components.dialog import confirm
from components.frame import actor, heading, page, screen, text
from components.pane import Line
from components.pieces import empty
from components.rule_list import RuleList
from models import Rule
from pages import MENU
from pages.rules import editor, examples, transfer
from pages.rules.styles import dress
from services import ids, rules
from services.access import Actor, Permission, may
from services.errors import NotFound
from services.events import Fact, MessageFiled, RulesChanged
from services.rules import Choices, words

__all__ = ["editor", "overview"]
PATIENCE = 1.0  # seconds between two looks at the counts while mail comes in


def _read(session: Any, *, actor: Actor) -> tuple[Sequence[Rule], Choices]:
    return rules.all(session, actor=actor), rules.choices(session, actor=actor)


@screen("/rules")
async def overview(saved: str = "") -> None:
    dress()
    with page("Rules", active="/rules", menu=MENU):
        with heading("Rules", "What happens to mail by itself, from top to bottom.") as actions:
            pass
        screen = _Screen(_number(saved))
        with actions:
            transfer.menu(is_manager=_may_manage())
            if _may_manage():
                button.brand("New rule", partial(ui.navigate.to, "/rules/new"), icon="sym_o_add")
        await screen.show()
        live.on((RulesChanged, MessageFiled), screen.on_facts, quiet=PATIENCE)
        if saved:
            notice.done("Saved.")


def _may_manage() -> bool:
    return may(actor(), Permission.MANAGE_RULES)


def _number(key: str) -> int:
    try:
        return ids.decode("rule", key)
    except NotFound:
        return 0


class _Screen:
    """The list, or what to do where there is none."""

    def __init__(self, lit: int) -> None:
        self.box = ui.element("div").classes("followed")
        self.lit = lit
        self.list: RuleList | None = None
        self.rows: list[Line] = []

    async def on_facts(self, _: list[Fact]) -> None:
        await self.show()

    async def show(self) -> None:
        """What is there now; also puts right what was shown ahead of a change that failed."""
        outcome = await action.read(_read)
        if not outcome:
            return
        found, known = outcome.value
        self.rows = [_row(rule, known) for rule in found]
        if self.rows and self.list:
            self.list.set(rows=self.rows)
            return
        self.box.clear()
        self.list = None
        with self.box:
            if self.rows:
                self._list()
            else:
                _nothing()

    def _list(self) -> None:
        self.list = RuleList(rows=self.rows, may=_may_manage(), lit=self.lit)
        self.list.listen(order=self._order, toggle=self._toggle, duplicate=self._duplicate, remove=self._remove)

    async def _order(self, rule_ids: list[int]) -> None:
        await self._done(await action.run(rules.reorder, rule_ids))

    async def _toggle(self, switched: Mapping[str, Any]) -> None:
        await self._done(await action.run(rules.update, switched["id"], active=bool(switched["on"])))

    async def _duplicate(self, rule_id: int) -> None:
        copied = await action.run(rules.duplicate, rule_id)
        if copied:
            notice.done("Copied to the end of the list, switched off.")

    def _remove(self, rule_id: int) -> None:
        row = next((each for each in self.rows if each["id"] == rule_id), None)
        if row is None:
            return
        about = "Its hit statistics go with it. What it did to mail stays."
        remove = partial(action.run, rules.remove, rule_id)
        with self.box:
            confirm(f"Delete “{row['name']}”?", about, "Delete rule", remove)

    async def _done(self, outcome: action.Outcome[Any]) -> None:
        if not outcome:
            await self.show()


def _row(rule: Rule, known: Choices) -> Line:
    return {
        "id": rule.id,
        "url": f"/rules/{ids.encode('rule', rule.id or 0)}",
        "name": rule.name,
        "words": words.draft(rules.draft_of(rule), known),
        "active": rule.active,
        "shadow": rule.shadow,
        "hits": rule.hit_count,
        "shadowHits": rule.shadow_count,
        "last": rule.last_hit_at.isoformat() if rule.last_hit_at else "",
    }


def _nothing() -> None:
    with ui.element("div").classes("card"):
        if not _may_manage():
            empty("sym_o_rule", "No rule yet", "Owners, administrators and managers can make some.")
            return
        about = "A rule looks at each new message and tags, assigns, answers or moves it. Begin with one of these."
        empty("sym_o_rule", "No rule yet", about)
        with ui.element("div").classes("rule-examples"):
            for example in examples.ALL:
                card = ui.element("a").classes("rule-example")
                card.props["href"] = f"/rules/new?example={example.key}"
                with card:
                    ui.icon(example.icon).props("aria-hidden=true")
                    text(example.draft.name, "strong")
                    text(example.about).classes("muted")
