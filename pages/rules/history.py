"""What a rule has done: hits of the last days, and the messages it held for last."""

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from components import action
from components.frame import text
from components.moments import moment
from components.pieces import badge
from services import ids, rules
from services.access import Actor
from services.rules import Day, Recent, Statistics

DAYS = 30
SHOWN = 10  # messages


def _read(session: Any, rule_id: int, *, actor: Actor) -> tuple[Statistics, Sequence[Recent]]:
    found = rules.statistics(session, rule_id, days=DAYS, actor=actor)
    return found, rules.hits(session, rule_id, limit=SHOWN, actor=actor)


async def show(rule_id: int) -> None:
    outcome = await action.read(_read, rule_id)
    if not outcome:
        return
    statistics, recent = outcome.value
    with ui.element("section").classes("card"):
        with ui.element("header").classes("card-head"):
            text("What it has done", "h2")
            text(_counted(statistics)).classes("muted")
        with ui.element("div").classes("card-pad"):
            _bars(statistics.days)
        if not recent:
            text("It has not held for any message yet.", "p").classes("muted rule-whole")
        for each in recent:
            _row(each)


def _counted(statistics: Statistics) -> str:
    rule = statistics.rule
    words = f"{rule.hit_count:,} hit" + ("" if rule.hit_count == 1 else "s")
    return words + (f", {rule.shadow_count:,} in shadow" if rule.shadow_count else "")


def _bars(days: Sequence[Day]) -> None:
    highest = max((day.hits + day.shadow for day in days), default=0) or 1
    total = sum(day.hits + day.shadow for day in days)
    chart = ui.element("div").classes("rule-days-bars").props("role=img")
    chart.props["aria-label"] = f"{total} hits in the last {len(days)} days"
    with chart:
        for day in days:
            bar = ui.element("div").classes("rule-day")
            bar.props["title"] = f"{day.day:%-d %B}: {day.hits} hits" + (f", {day.shadow} in shadow" * bool(day.shadow))
            with bar:
                for count, kind in ((day.shadow, "is-shadow"), (day.hits, "is-hit")):
                    piece = ui.element("span").classes(kind)
                    piece.style["height"] = f"{100 * count / highest:.1f}%"
    text(f"The last {len(days)} days", "p").classes("muted")


def _row(each: Recent) -> None:
    with ui.element("div").classes("list-row"):
        with ui.element("div").classes("list-main"):
            link = ui.element("a").classes("strong") if each.ticket_id else ui.element("strong")
            if each.ticket_id:
                link.props["href"] = f"/t/{ids.encode('ticket', each.ticket_id)}"
            with link:
                text(each.subject or "(no subject)")
            text(" · ".join([each.author, *each.reasons])).classes("muted")
        if each.shadow:
            badge("Shadow", "busy")
        moment(each.at)
