"""A mailbox's hours and promises: when it is open, how soon it answers, and when silence brings a ticket back."""

from typing import Any
from zoneinfo import available_timezones

from nicegui import ui

from components import action, button, field, notice
from components.controls import Select
from components.frame import text
from models import Mailbox, Priority, TargetKind
from services import service_levels
from services.hours import DAYS
from services.service_levels import Level

NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
COLUMNS = {TargetKind.FIRST: "First answer within", TargetKind.RESOLVE: "Resolved within"}


async def promises(box: Mailbox) -> None:
    found = await action.read(service_levels.get, box.id or 0)
    if found:
        _form(box, found.value)


def _form(box: Mailbox, level: Level) -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("Hours and promises", "h2")
        about = "Promises count while the mailbox is open, and stand still while a ticket waits for its customer."
        text(about, "p").classes("muted")
        zones = {zone: zone for zone in sorted(available_timezones())}
        zone = field.choice("Time zone", zones, level.timezone, search=True)
        week = _week(level)
        holidays = field.entries("Closed on", level.holidays, hint="Dates like 2026-12-25.")
        targets = _targets(level)
        remind = field.number(
            "Remind before it is due", level.remind_minutes, lowest=0, highest=10080, suffix="minutes"
        )
        with ui.element("div").classes("two"):
            back = field.number(
                "Bring back after silence of", level.remind_days or 0, lowest=0, highest=3650, suffix="days"
            )
            close = field.number("Close after silence of", level.close_days or 0, lowest=0, highest=3650, suffix="days")
        ui.label("The silence of a customer whose answer a ticket waits for; 0 is never.").classes("field-hint")

        async def save() -> None:
            fields: dict[str, Any] = {"timezone": zone, "holidays": holidays, "remind_minutes": remind}
            fields |= {"remind_days": back, "close_days": close, "hours": next(iter(week.values()))}
            fields["targets"] = next(iter(targets.values()))
            wanted = _read(zone, week, holidays, targets, remind, back, close)
            if await action.run(service_levels.update, box.id or 0, wanted, fields=fields):
                notice.done("Saved.")

        with ui.element("div").classes("row-end"):
            button.brand("Save promises", save)


def _week(level: Level) -> dict[str, ui.input]:
    ui.label("Open").classes("field-label")
    text("Like 09:00-12:30, 13:00-17:00; empty is closed. With every day empty it is always open.").classes(
        "field-hint"
    )
    with ui.element("div").classes("two"):
        return {day: field.text(NAMES[day], _spoken(level.hours.get(day))) for day in DAYS}


def _spoken(spans: Any) -> str:
    return ", ".join(f"{begins}-{ends}" for begins, ends in spans or [])


def _targets(level: Level) -> dict[tuple[Priority, TargetKind], ui.number]:
    ui.label("Promises, in minutes of open time; 0 is none").classes("field-label")
    found = {}
    with ui.element("div").classes("two"):
        for priority in reversed(Priority):
            for kind, words in COLUMNS.items():
                minutes = level.targets.get(priority, {}).get(kind, 0)
                label = f"{priority.value.capitalize()}: {words[0].lower()}{words[1:]}"
                found[priority, kind] = field.number(label, minutes, lowest=0, highest=525_600, suffix="min")
    return found


def _read(
    zone: Select,
    week: dict[str, ui.input],
    holidays: field.Entries,
    targets: dict[tuple[Priority, TargetKind], ui.number],
    *numbers: ui.number,
) -> Level:
    hours: dict[str, object] = {
        day: _spans(control.value or "") for day, control in week.items() if (control.value or "").strip()
    }
    minutes: dict[Priority, dict[TargetKind, int]] = {}
    for (priority, kind), control in targets.items():
        if int(control.value or 0):
            minutes.setdefault(priority, {})[kind] = int(control.value)
    remind, back, close = (int(each.value or 0) for each in numbers)
    return Level(str(zone.value), hours, list(holidays.value or []), minutes, remind, back or None, close or None)


def _spans(written: str) -> list[list[str]]:
    return [[part.strip() for part in span.split("-")] for span in written.split(",")]
