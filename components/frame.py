"""How a screen is registered, and the shell around it: rail, settings navigation, account menu, theme; and who is
signed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nicegui import ui

from components import leftovers, theme
from components.avatar import avatar
from components.bell import Bell
from components.menu import Entry, group_of
from components.viewer import actor
from components.words import text

__all__ = ["actor", "back", "heading", "page", "screen", "text"]
PATIENCE_SECONDS = 30.0


def screen(path: str) -> Callable[..., Any]:
    """What is served at `path`. NiceGUI answers with an error after three seconds, which is too little for a machine
    that has much to do: people rather wait."""
    return ui.page(path, response_timeout=PATIENCE_SECONDS)


@contextmanager
def page(title: str, *, active: str, menu: tuple[Entry, ...], bare: bool = False) -> Iterator[ui.element]:
    """Draw the shell and yield where the page's content goes; `bare` gives all the room and no heading."""
    leftovers.forget_surplus()
    theme.dress()
    ui.page_title(PAGE_TITLE.format(title))
    entries = tuple(entry for entry in menu if entry.is_for(actor()))
    group = group_of(menu, active)
    with ui.element("div").classes("shell"):
        _rail(entries, active, group)
        if group != "main":
            _sections(entries, active)
        content = ui.element("div").classes("bare" if bare else "content").props("tabindex=-1")
        ui.skip_link("Skip to content", target=content)
        with content:
            if bare:
                yield content
            else:
                with ui.element("div").classes("column-page"):
                    yield content


PAGE_TITLE = "{} · Mailroom"


def heading(title: str, about: str = "") -> ui.element:
    """The top of a page: its name, a sentence, and room for actions, which is returned."""
    with ui.element("header").classes("heading"):
        with ui.element("div").classes("heading-words"):
            text(title, "h1")
            if about:
                text(about, "p")
        return ui.element("div").classes("heading-actions")


def back(path: str, label: str) -> None:
    """Above the heading of one thing: the way to the list it stands in."""
    link = ui.element("a").classes("back")
    link.props["href"] = path
    with link:
        ui.icon("sym_o_arrow_back").props("aria-hidden=true")
        text(label)


def _rail(entries: tuple[Entry, ...], active: str, group: str) -> None:
    with ui.element("nav").classes("rail").props('aria-label="Main"'):
        with ui.element("a").classes("logo").props('href="/" aria-label="Mailroom, to the inbox"'):
            ui.icon("sym_o_stacked_email").props("aria-hidden=true")
        for entry in entries:
            if entry.group == "main":
                _rail_link(entry.path, entry.icon, entry.label, is_active=entry.path == active)
        settings = next((entry.path for entry in entries if entry.group != "main"), "/settings")
        _rail_link(settings, "sym_o_settings", "Settings", is_active=group != "main")
        ui.element("div").classes("grow")
        Bell()
        _account_menu()


def _rail_link(path: str, icon: str, label: str, *, is_active: bool) -> None:
    link = ui.element("a").classes("rail-link")
    link.props["href"] = path
    link.props["aria-label"] = label
    if is_active:
        link.props["aria-current"] = "page"
    with link:
        ui.icon(icon).props("aria-hidden=true")
        text(label).classes("rail-label")
        ui.tooltip(label).props('anchor="center right" self="center left" :offset="[8, 0]"')


def _account_menu() -> None:
    person = actor()
    with ui.button(color=None).classes("account").props('flat round aria-label="Your account"'):
        avatar(person.name, person.email)
        with ui.menu().props('anchor="bottom right" self="bottom left" :offset="[8, 0]"').classes("popover"):
            with ui.element("div").classes("account-who"):
                text(person.name, "strong")
                text(person.email).classes("muted")
            ui.separator()
            theme.switch()
            ui.separator()
            ui.menu_item("Getting started", lambda: ui.navigate.to("/start"))
            ui.menu_item("Your profile", lambda: ui.navigate.to("/settings"))
            ui.menu_item("Sign out", lambda: ui.navigate.to("/logout"))


def _sections(entries: tuple[Entry, ...], active: str) -> None:
    with ui.element("nav").classes("sections").props('aria-label="Settings"'):
        text("Settings", "h2").classes("sections-title")
        heading_shown = "main"
        for entry in entries:
            if entry.group == "main":
                continue
            if entry.group != heading_shown:
                text(entry.group).classes("sections-group")
                heading_shown = entry.group
            link = ui.element("a").classes("sections-link")
            link.props["href"] = entry.path
            if entry.path == active:
                link.props["aria-current"] = "page"
            with link:
                ui.icon(entry.icon).props("aria-hidden=true")
                text(entry.label)
