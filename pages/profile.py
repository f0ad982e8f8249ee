"""One's own account: name and signature, password, theme, undo send, and where one is signed in."""

from functools import partial
from typing import Any
from zoneinfo import available_timezones

from nicegui import ui

from components import action, button, field, notice, theme
from components.following import follow
from components.frame import heading, page, screen, text
from components.handling import on_value
from components.moments import ago
from components.pieces import badge
from models import LoginSession, User
from pages import MENU
from services import accounts, replies, sessions
from services.errors import Invalid
from services.events import SessionEnded
from services.flows import admission


@screen("/settings")
async def overview() -> None:
    with page("Your profile", active="/settings", menu=MENU):
        heading("Your profile", "How colleagues and customers see you, and how you sign in.")
        found = await action.read(accounts.get)
        window = await action.read(replies.undo_window)
        if not found or not window:
            return
        _profile(found.value)
        _presence(found.value)
        _preferences(window.value)
        _password()
        with ui.element("section").classes("card narrow"):
            with ui.element("div").classes("card-head"):
                text("Where you are signed in", "h2")
            await follow(partial(action.read, sessions.listed), _sessions, SessionEnded)


def _profile(user: User) -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("You", "h2")
        with ui.element("div").classes("two"):
            name = field.text("Name", user.name)
            zones = {zone: zone.replace("_", " ") for zone in sorted(available_timezones())}
            zone = field.choice("Time zone", zones, user.timezone if user.timezone in zones else "UTC", search=True)
        signature = field.signature("Signature", user.signature_html, hint="Stands under what you write.")

        async def save() -> None:
            saved = await action.run(
                accounts.update,
                name=name.value or "",
                timezone=zone.value,
                signature_html=signature.html,
                fields={"name": name, "timezone": zone},
            )
            if saved:
                notice.done("Saved.")

        with ui.element("div").classes("row-end"):
            button.brand("Save", save)


def _presence(user: User) -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("Presence", "h2")
        with ui.element("div").classes("presence-row"):
            text("While you are away, rotas pass you over. What is yours stays yours.").classes("muted wraps")

            async def change(is_away: bool) -> None:
                if await action.run(accounts.set_away, is_away):
                    notice.done("You are away." if is_away else "You are back.")

            with ui.element("div").classes("row-end"):
                text("Away")
                field.switch("Away", user.is_away, change)


def _preferences(undo_seconds: int) -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("Preferences", "h2")
        with field.labelled("Theme"):
            theme.switch().classes("in-form")
        offered = sorted({0, 5, 10, 20, 30, 60, undo_seconds})
        words = {seconds: f"{seconds} seconds" if seconds else "Off: it leaves at once" for seconds in offered}
        undo = field.choice("Undo send", words, undo_seconds, hint="How long what you send waits before it leaves.")

        async def choose(seconds: int) -> None:
            if await action.run(accounts.prefer, undo_seconds=seconds):
                notice.done("Saved.")

        undo.on_value_change(on_value(choose))


def _password() -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("Password", "h2")
        old = field.password("Present password", autocomplete="current-password")
        with ui.element("div").classes("two"):
            new = field.password("New password", hint="At least 8 characters.")
            again = field.password("New password again")

        async def save() -> None:
            session_id = ui.context.client.request.state.session_id
            fields = {"old_password": old, "password": new, "again": again}
            changed = await action.apart(
                _change, old.value or "", new.value or "", again.value or "", session_id=session_id, fields=fields
            )
            if changed:
                for control in (old, new, again):
                    control.value = ""
                notice.done("Your password is changed; every other session has ended.")

        with ui.element("div").classes("row-end"):
            button.brand("Change password", save)


def _change(old: str, new: str, again: str, **options: Any) -> None:
    if new != again:
        raise Invalid("The two are not the same.", field="again")
    admission.change_password(old, new, **options)


def _sessions(logins: list[LoginSession]) -> None:
    here = ui.context.client.request.state.session_id
    with ui.element("div"):
        for login in logins:
            with ui.element("div").classes("list-row"):
                ui.icon("sym_o_devices").classes("list-icon").props("aria-hidden=true")
                with ui.element("div").classes("list-main"):
                    text(browser(login.user_agent), "strong")
                    text(f"{login.address or 'unknown address'} · used {ago(login.last_seen_at)}").classes("muted")
                if login.id == here:
                    badge("This browser", "good")
                else:
                    button.quiet("Sign out", partial(action.run, sessions.revoke, login.id)).classes("small")


def browser(user_agent: str) -> str:
    """What people call the program behind a User-Agent."""
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    names = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    name = next((name for mark, name in names if mark in user_agent), "A program")
    system = next((system for mark, system in systems if mark in user_agent), "")
    return f"{name} on {system}" if system else name
