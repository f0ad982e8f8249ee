"""The audit: who changed what, before and after, when; narrowed, opened, saved as a table."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from nicegui import ui

from components import action, button, field
from components.avatar import avatar
from components.following import unreadable
from components.frame import heading, page, screen, text
from components.handling import in_page, on_value
from components.moments import moment
from components.newest import Newest
from components.pieces import empty
from models import AuditEntry
from pages import MENU
from pages.audit.export import ROUTES as ROUTES
from pages.audit.opened import open_entry
from services import audit, team
from services.access import Actor
from services.audit import Filter

STEP = 50


@dataclass(frozen=True)
class Story:
    page: audit.Page
    members: dict[int, str]
    emails: dict[int, str]


def _read(session: Any, wanted: Filter, *, limit: int, actor: Actor) -> Story:
    emails = {user.id or 0: user.email for user in team.members(session, actor=actor)}
    found = audit.entries(session, wanted, limit=limit, actor=actor)
    return Story(found, audit.members(session, actor=actor), emails)


@screen("/audit")
async def overview() -> None:
    with page("Audit", active="/audit", menu=MENU):
        screen = _Screen()
        with heading("Audit", "Every change of what is configured here: who made it, what it was before, and when."):
            screen.draw_saving()
        await screen.begin()


class _Screen:
    """What is chosen on the page, and the lines it gives."""

    body: ui.element

    def __init__(self) -> None:
        self.wanted = Filter()
        self.limit = STEP
        self.newest: Newest[action.Outcome[Story]] = Newest()

    def draw_saving(self) -> None:
        button.quiet("CSV", self._save, icon="sym_o_download")

    def _save(self) -> None:
        """What is chosen at this moment; a link's address would be of a moment ago."""
        ui.navigate.to("/audit.csv?" + urlencode(_query(self.wanted)))

    async def begin(self) -> None:
        found = await action.read(_read, self.wanted, limit=self.limit)
        if found:
            self._draw_filters(found.value.members)
        self.body = ui.element("div").classes("followed")
        self._draw(found)

    def _draw_filters(self, members: dict[int, str]) -> None:
        nouns = {"": "Everything"} | {noun: noun[0].upper() + noun[1:] for noun in audit.NOUNS}
        with ui.element("div").classes("audit-filters"):
            who = field.choice("Who", {0: "Everybody"} | members, 0)
            what = field.choice("What", nouns, "")
            since, until = field.text("From").props("type=date"), field.text("To").props("type=date")
            words = field.text("Contains", placeholder="Name or value").props("clearable debounce=250")
        who.on_value_change(on_value(lambda value: self._narrow(member_id=value or None)))
        what.on_value_change(on_value(lambda value: self._narrow(subject=value or "")))
        since.on_value_change(on_value(lambda value: self._narrow(since=_day(value))))
        until.on_value_change(on_value(lambda value: self._narrow(until=_day(value, after=1))))
        words.on_value_change(on_value(lambda value: self._narrow(q=(value or "")[:200])))

    async def _narrow(self, **change: Any) -> None:
        self.wanted, self.limit = replace(self.wanted, **change), STEP
        await self._show()

    async def _more(self) -> None:
        self.limit += STEP
        await self._show()

    async def _show(self) -> None:
        found = await self.newest.of(action.read(_read, self.wanted, limit=self.limit))
        if found is not None:
            self._draw(found)

    def _draw(self, found: action.Outcome[Story]) -> None:
        self.body.clear()
        with self.body:
            if not found:
                unreadable(found)
                return
            with ui.element("div").classes("card"):
                self._lines(found.value)
            if found.value.page.before is not None:
                button.quiet("Show more", self._more)

    def _lines(self, story: Story) -> None:
        entries = story.page.entries
        if not entries and self.wanted != Filter():
            empty("sym_o_search_off", "Nothing found", "Try another word, or a longer time.")
        elif not entries:
            empty("sym_o_history", "Nothing changed yet", "Whatever is configured from now on is told here.")
        for entry in entries:
            _line(entry, story.emails.get(entry.actor_id or 0, entry.actor_name))


def _line(entry: AuditEntry, email: str) -> None:
    with ui.element("div").classes("list-row"):
        avatar(entry.actor_name, email)
        with ui.element("div").classes("list-main"):
            opener = ui.element("button").classes("plain-button stretched audit-line").mark("entry")
            opener.on("click", in_page(partial(open_entry, entry)))
            with opener:
                text(entry.actor_name, "strong")
                text(audit.sentence(entry))
        moment(entry.at)


def _day(value: str | None, *, after: int = 0) -> datetime | None:
    """The beginning (UTC) of the day typed, or of the one `after` it; None while it is not a day."""
    try:
        return datetime.combine(date.fromisoformat(value or "") + timedelta(after), datetime.min.time(), UTC)
    except (ValueError, OverflowError):
        return None


def _query(wanted: Filter) -> dict[str, str]:
    """What `/audit.csv` is told of the same choice."""
    return {
        name: value
        for name, value in (
            ("member", str(wanted.member_id or "")),
            ("kind", wanted.subject),
            ("q", wanted.q),
            ("since", wanted.since.isoformat() if wanted.since else ""),
            ("until", wanted.until.isoformat() if wanted.until else ""),
        )
        if value
    }
