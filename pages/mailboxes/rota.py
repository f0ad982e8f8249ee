"""Who gets the new conversations of a mailbox: nobody until claimed, or the members of its rota, as it stands now."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, notice
from components.avatar import avatar
from components.following import follow
from components.frame import actor, text
from components.handling import on_value
from components.pieces import badge
from models import Assignment, Mailbox, User
from services import rotas, team
from services.access import MAY, Actor, Permission, may
from services.events import DirectoryChanged, TeamChanged, TicketChanged
from services.rotas import Rota, Turn

KINDS = {
    Assignment.MANUAL: "Nobody: they wait until somebody claims them",
    Assignment.ROUND_ROBIN: "Each in turn",
    Assignment.LEAST_LOADED: "Whoever has the fewest open ones",
}


async def rota(box: Mailbox) -> None:
    """The card of a mailbox's page: settings for those who manage it, how it stands for everybody."""
    load = partial(action.read, rotas.get, box.id or 0)
    found = await load()
    if not found:
        return
    manages = may(actor(), Permission.MANAGE_MAILBOXES)
    if not manages and found.value.assignment is Assignment.MANUAL:
        return
    with ui.element("section").classes("card narrow rota"):
        with ui.element("div").classes("card-pad"):
            text("Who gets new conversations", "h2")
            text("Whoever is away or has enough to do is passed over. What a rule or an alias hands out is left alone.")
            if manages:
                await _form(box, found.value)
        await follow(load, _standing, (DirectoryChanged, TeamChanged, TicketChanged))


async def _form(box: Mailbox, now: Rota) -> None:
    members = await action.read(_workers)
    names: dict[Any, str] = {user.id: user.name for user in members.value} if members else {}
    kind = field.choice("They go to", KINDS, now.assignment)
    with ui.element("div").classes("rota-more") as more:
        chosen = [turn.user_id for turn in now.turns if turn.user_id in names]
        takers = field.choice("Who takes turns", names, chosen, many=True, search=True)
        cap = field.number(
            "At most this many open conversations each",
            now.load_cap or 0,
            lowest=0,
            highest=rotas.MOST_CAP,
            hint="Counted over all mailboxes; 0 is no limit. While nobody is free they wait for whoever is first.",
        )
    more.set_visibility(now.assignment is not Assignment.MANUAL)
    kind.on_value_change(on_value(lambda value: more.set_visibility(value is not Assignment.MANUAL)))

    async def save() -> None:
        saved = await action.run(
            rotas.update,
            box.id,
            assignment=kind.value,
            user_ids=list(takers.value or []),
            load_cap=int(cap.value or 0) or None,
            fields={"user_ids": takers, "load_cap": cap},
        )
        if saved:
            notice.done("Saved.")

    with ui.element("div").classes("row-end"):
        button.brand("Save rota", save)


def _workers(session: Any, *, actor: Actor) -> list[User]:
    return [user for user in team.members(session, actor=actor) if user.role in MAY[Permission.WORK_TICKETS]]


def _standing(now: Rota) -> None:
    """In the order of their turns, with what each holds."""
    if now.assignment is Assignment.MANUAL:
        return
    with ui.element("div").classes("rota-turns").props("role=list aria-label='Turns'"):
        for turn in now.turns:
            _turn(turn, now)
    if now.waiting:
        words = f"{now.waiting} {'conversation waits' if now.waiting == 1 else 'conversations wait'} for somebody free."
        text(words, "p").classes("rota-waiting")


def _turn(turn: Turn, now: Rota) -> None:
    with ui.element("div").classes("list-row").props("role=listitem"):
        avatar(turn.name, turn.email)
        with ui.element("div").classes("list-main"):
            text(turn.name, "strong")
            of = f" of {now.load_cap}" if now.load_cap else ""
            text(f"{turn.load}{of} open").classes("muted tabular")
        if turn.user_id == now.next_id:
            badge("Next", "good")
        elif turn.is_away:
            badge("Away")
        elif turn.is_full:
            badge("Has enough", "warn")
