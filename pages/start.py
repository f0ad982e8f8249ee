"""Getting started: the five steps from an empty workspace to an answered customer, ticked off as they happen."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui

from components import action
from components.following import follow
from components.frame import heading, page, text
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


@ui.page("/start")
async def overview() -> None:
    with page("Getting started", active="/start", menu=MENU):
        heading("Getting started", "Five steps from an empty workspace to an answered customer.")
        kinds = (DirectoryChanged, MessageFiled, TicketChanged, OutboundChanged)
        await follow(partial(action.read, progress), _draw, kinds)


def _draw(now: Progress) -> None:
    with ui.element("div").classes("card steps narrow"):
        _step(bool(now.domain), "Add your domain", "The name your customers write to.", "/domains")
        _step(
            now.is_proved,
            "Set its DNS records",
            "Copy five records to where your domain is managed. Mail on this machine works before that.",
            f"/domains/{now.domain}" if now.domain else "/domains",
            is_optional=True,
        )
        _step(bool(now.address), "Add an alias", "An address such as support, and where its mail goes.", "/aliases")
        _step(now.has_mail, "Receive a first mail", "Send one to your alias; it appears in the inbox at once.", "/")
        _step(now.has_answered, "Answer it", "Claim the conversation, write, send.", "/")
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


def _step(is_done: bool, title: str, about: str, path: str, *, is_optional: bool = False) -> None:
    link = ui.element("a").classes("step step-done" if is_done else "step")
    link.props["href"] = path
    with link:
        ui.icon("sym_o_check_circle" if is_done else "sym_o_radio_button_unchecked").props("aria-hidden=true")
        with ui.element("span").classes("list-main"):
            text(title, "strong")
            text(about).classes("muted step-about")
        if is_done:
            badge("Done", "good")
        elif is_optional:
            badge("Later is fine")
