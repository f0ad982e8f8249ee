"""Getting started: the five steps from an empty workspace to an answered customer, ticked off as they happen."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui

from components import action
from components.following import follow
from components.frame import heading, page, screen, text
from components.pieces import badge, to_copy
from models import DomainStatus
from pages import MENU
from services import aliases, domains, settings
from services.access import Actor
from services.events import DirectoryChanged, MessageFiled, OutboundChanged, TicketChanged


@dataclass(frozen=True)
class Progress:
    """How far the workspace has come; an address to try, once there is one."""

    domain: str = ""
    is_proved: bool = False
    address: str = ""
    has_mail: bool = False
    has_answered: bool = False


def progress(session: Any, *, actor: Actor) -> Progress:
    entries = domains.all(session, actor=actor)
    addresses = aliases.all(session, actor=actor)
    return Progress(
        domain=entries[0].domain.name if entries else "",
        is_proved=any(entry.domain.status is DomainStatus.ACTIVE for entry in entries),
        address=next((entry.address for entry in addresses if not entry.address.startswith("*")), ""),
        has_mail=any(entry.alias.received_count for entry in addresses),
        has_answered=any(entry.alias.sent_count for entry in addresses),
    )


@screen("/start")
async def overview() -> None:
    with page("Getting started", active="/start", menu=MENU):
        heading("Getting started", "Five steps from an empty workspace to an answered customer.")
        kinds = (DirectoryChanged, MessageFiled, TicketChanged, OutboundChanged)
        await follow(partial(action.read, progress), _draw, kinds)


@dataclass(frozen=True)
class Step:
    """`do` is what its button says when it is the one to do next."""

    is_done: bool
    title: str
    about: str
    path: str
    do: str
    is_optional: bool = False


def _steps(now: Progress) -> tuple[Step, ...]:
    records = "Copy five records to where your domain is managed. Mail on this machine works before that."
    first = "Send one to your alias; it appears in the inbox at once."
    domain = f"/domains/{now.domain}" if now.domain else "/domains"
    return (
        Step(bool(now.domain), "Add your domain", "The name your customers write to.", "/domains", "Add a domain"),
        Step(now.is_proved, "Set its DNS records", records, domain, "See the records", is_optional=True),
        Step(bool(now.address), "Add an alias", "An address such as support.", "/aliases", "Add an alias"),
        Step(now.has_mail, "Receive a first mail", first, "/", "Open the inbox"),
        Step(now.has_answered, "Answer it", "Claim the conversation, write, send.", "/", "Open the inbox"),
    )


def _draw(now: Progress) -> None:
    steps = _steps(now)
    following = next((step for step in steps if not step.is_done and not step.is_optional), None)
    with ui.element("div").classes("card steps narrow"):
        for step in steps:
            _step(step, is_next=step is following)
    if now.address and not now.has_mail:
        with ui.element("div").classes("card card-pad narrow"):
            text("Send yourself a test mail", "h2")
            text("With swaks, a mail client for the command line, on this machine:", "p").classes("muted")
            to_copy(command(now.address), "Copy the command")
    if now.has_answered:
        text("That is all. This page stays under your account menu.", "p").classes("muted")


def command(address: str) -> str:
    """What sends a first mail to `address` through this machine's listener."""
    port = settings.current().smtp_port
    words = "--header 'Subject: Hello' --body 'Is anybody there?'"
    return f"swaks --server 127.0.0.1:{port} --from customer@example.org --to {address} {words}"


def _step(step: Step, *, is_next: bool) -> None:
    link = ui.element("a").classes("step step-done" if step.is_done else "step")
    link.props["href"] = step.path
    with link:
        ui.icon("sym_o_check_circle" if step.is_done else "sym_o_radio_button_unchecked").props("aria-hidden=true")
        with ui.element("span").classes("list-main"):
            text(step.title, "strong")
            text(step.about).classes("muted step-about")
        if step.is_done:
            badge("Done", "good")
        elif is_next:
            text(step.do).classes("button button-brand step-do")
        elif step.is_optional:
            badge("Later is fine")
