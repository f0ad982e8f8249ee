"""What a domain may hold and does: bars for each limit, and the dialog in which an administrator changes them."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, notice
from components.dialog import asking
from components.meter import MEGABYTE, megabytes, meter
from components.pieces import badge
from components.viewer import actor
from components.words import text
from models import Domain
from services import domains
from services.access import Permission, may
from services.quotas import Held

LARGEST = 1 << 30


def limits_card(domain: Domain, held: Held) -> None:
    with ui.element("div").classes("card"):
        with ui.element("div").classes("card-head"):
            with ui.element("div").classes("list-main"):
                text("Limits", "h2")
                text(domain.description or _mailboxes(domain)).classes("muted wraps")
            if domain.is_backup:
                badge("Backup MX")
            if may(actor(), Permission.MANAGE_DOMAINS):
                button.quiet("Change", partial(change, domain), icon="sym_o_edit")
        _bar("Aliases", held.aliases, domain.max_aliases)
        _bar("Mailboxes", held.mailboxes, domain.max_mailboxes)
        limit = domain.quota * MEGABYTE if domain.quota is not None else None
        words = megabytes(held.used_bytes) + (f" of {domain.quota:,} MB" if domain.quota is not None else "")
        _bar("Storage", held.used_bytes, limit, f"{words} · {held.used_messages:,} messages")
        if domain.quota is not None:
            _bar("Given to mailboxes", held.quota, domain.quota, f"{held.quota:,} of {domain.quota:,} MB")


def _mailboxes(domain: Domain) -> str:
    most = f"at most {domain.max_quota:,} MB" if domain.max_quota is not None else "any size"
    new = f"{domain.default_quota:,} MB" if domain.default_quota is not None else "no quota"
    return f"A mailbox may have {most}; a new one gets {new}."


def _bar(label: str, used: int, limit: int | None, words: str = "") -> None:
    with ui.element("div").classes("list-row limit-row"):
        text(label).classes("list-main")
        with ui.element("div").classes("use"):
            if limit is not None:
                meter(f"{label} in use", used, limit)
            text(words or (f"{used:,} of {limit:,}" if limit is not None else f"{used:,}, no limit")).classes(
                "muted tabular"
            )


def change(domain: Domain) -> None:
    """An empty field is no limit; what contradicts another limit or is exceeded already is refused at its field."""
    about = "Empty is no limit. None goes below what the domain holds already."
    with asking(f"Limits of {domain.name}", about, is_wide=True) as dialog:
        with ui.element("div").classes("two"):
            numbers = {
                "max_aliases": _number("Aliases", domain.max_aliases),
                "max_mailboxes": _number("Mailboxes", domain.max_mailboxes),
                "quota": _number("All mailboxes together", domain.quota, "MB"),
                "max_quota": _number("Each mailbox at most", domain.max_quota, "MB"),
                "default_quota": _number("A new mailbox gets", domain.default_quota, "MB"),
            }
        flags = {"is_backup": "Backup MX: mail is kept only until the main server takes it"}
        backup = field.checks("Mail", flags, ["is_backup"] if domain.is_backup else [])
        note = field.area("Description", domain.description)

        async def save() -> None:
            values: dict[str, Any] = {name: _whole(each.value) for name, each in numbers.items()}
            values |= {"is_backup": "is_backup" in field.checked(backup), "description": note.value or ""}
            if await action.run(domains.update, domain.id, fields=_fields(numbers, note), **values):
                dialog.close()
                notice.done("Saved.")

        dialog.buttons("Save limits", save)


def _number(label: str, value: int | None, suffix: str = "") -> ui.number:
    control = field.number(label, value, lowest=0, highest=LARGEST, suffix=suffix)
    control.props("clearable")
    return control


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _fields(numbers: dict[str, ui.number], note: Any) -> dict[str, Any]:
    """Controls under the names services and dialect C give the limits."""
    wire = {
        "max_aliases": "aliases",
        "max_mailboxes": "mailboxes",
        "max_quota": "maxquota",
        "default_quota": "defquota",
    }
    return {"description": note, **numbers, **{name: numbers[ours] for ours, name in wire.items()}}
