"""One mailbox: what it is called, its address and password, how much it holds, and what it takes and sends."""

from functools import partial
from typing import Any

from nicegui import ui

from components import action, button, field, notice
from components.following import follow
from components.frame import actor, back, heading, page, screen, text
from components.meter import use
from components.parting import part
from components.pieces import badge, callout
from models import Mailbox
from pages import MENU
from pages.imports.accounts import Accounts
from pages.mailboxes.promising import promises
from pages.mailboxes.rota import rota
from pages.mailboxes.satisfaction import satisfaction
from services import database, mailboxes, passwords
from services.access import Actor, Permission, may
from services.errors import Invalid
from services.events import DirectoryChanged, MessageFiled
from services.mailboxes import Addressed

FLAGS = {
    "active": "It takes mail, and may sign in",
    "tls_in": "It takes mail over TLS only",
    "tls_out": "Its mail leaves over TLS only, or comes back",
    "must_change_password": "Its password must be changed before it signs in",
}


@screen("/mailboxes/{number}")
async def overview(number: str) -> None:
    with page("Mailbox", active="/mailboxes", menu=MENU):
        back("/mailboxes", "Mailboxes")
        mailbox_id = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
        load = partial(action.read, mailboxes.entry, mailbox_id, quietly=True)
        found = await load()
        await follow(load, _head, (DirectoryChanged, MessageFiled))
        if found and not may(actor(), Permission.MANAGE_MAILBOXES):
            await rota(found.value.mailbox)
        elif found:
            _general(found.value.mailbox)
            await rota(found.value.mailbox)
            _address(found.value)
            if found.value.address:
                _password(found.value.mailbox)
                await Accounts(mailbox_id, found.value.address).draw()
            _mail(found.value.mailbox)
            await promises(found.value.mailbox)
            satisfaction(found.value.mailbox)
            _danger(found.value.mailbox)


def _head(entry: Addressed) -> None:
    box = entry.mailbox
    with heading(box.name, entry.address or "It has no address of its own; aliases lead to it."):
        badge("Receives" if box.active else "Off", "good" if box.active else "")
    with ui.element("section").classes("card card-pad narrow"):
        text("In use", "h2")
        use(f"How full {box.name} is", box.used_bytes, box.used_messages, box.quota)
    if box.must_change_password:
        with ui.element("div").classes("narrow"):
            callout("Mail programs cannot sign in until the password is changed.", is_warning=True)


def _general(box: Mailbox) -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("General", "h2")
        name = field.text("Name", box.name)
        signature = field.signature("Signature", box.signature_html, hint="Stands under every reply from this mailbox.")
        days = field.number(
            "Reopen within",
            box.reopen_days,
            lowest=0,
            highest=3650,
            suffix="days",
            hint="A reply to a conversation closed longer ago starts a new one that is linked to it.",
        )

        async def save() -> None:
            saved = await action.run(
                mailboxes.update,
                box.id,
                name=name.value or "",
                signature_html=signature.html,
                reopen_days=int(days.value or 0),
                fields={"name": name, "reopen_days": days},
            )
            _say(saved)

        _button("Save", save)


def _address(entry: Addressed) -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("Address", "h2")
        hint = "It receives without an alias, and signs in to the submission port. Empty for none."
        address = field.text("Its own address", entry.address, placeholder="billing@example.com", hint=hint)

        async def save() -> None:
            fields = {"local_part": address, "domain": address, "quota": address}
            moved = await action.run(mailboxes.move_to, entry.mailbox.id, address.value or "", fields=fields)
            if moved:
                ui.navigate.reload()

        _button("Save address", save)


def _password(box: Mailbox) -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("Password for mail programs", "h2")
        about = "It has one." if box.password_hash else "It has none yet, so no mail program can sign in."
        text(about).classes("muted")
        with ui.element("div").classes("two"):
            new = field.password("New password", hint="At least 8 characters.")
            again = field.password("New password again")

        async def save() -> None:
            fields = {"password": new, "again": again}
            if await action.apart(_set_password, box.id, new.value or "", again.value or "", fields=fields):
                new.value = again.value = ""
                notice.done("The password is changed.")

        _button("Change password", save)


def _set_password(mailbox_id: int, new: str, again: str, *, actor: Actor) -> None:
    """Hashed between no transactions: it takes its time."""
    if new != again:
        raise Invalid("The two are not the same.", field="again")
    hashed = passwords.hashed(new)
    with database.transaction() as session:
        mailboxes.set_password(session, mailbox_id, hashed, actor=actor)


def _mail(box: Mailbox) -> None:
    with ui.element("section").classes("card card-pad narrow"):
        text("Limits and safety", "h2")
        quota = field.number(
            "Quota",
            box.quota or 0,
            lowest=0,
            highest=1 << 30,
            suffix="MB",
            hint="0 is no limit. Notices come at 80, 95 and 100 %; senders to a full mailbox are told to try later.",
        )
        offered = {name: words for name, words in FLAGS.items() if box.local_part or name != "must_change_password"}
        flags = field.checks("Mail", offered, [name for name in offered if getattr(box, name)])

        async def save() -> None:
            values: dict[str, Any] = {name: name in field.checked(flags) for name in offered}
            values["quota"] = int(quota.value or 0) or None
            _say(await action.run(mailboxes.update, box.id, fields={"quota": quota}, **values))

        _button("Save limits", save)


async def _part(box: Mailbox) -> None:
    await part(
        box,
        mailboxes.all,
        mailboxes.remove,
        about="Its conversations and the aliases that lead to it go elsewhere, and nothing of them is lost.",
        label="Everything goes to",
        nobody="The default mailbox",
        words="Remove mailbox",
        after=lambda: ui.navigate.to("/mailboxes"),
    )


def _danger(box: Mailbox) -> None:
    with ui.element("div").classes("row-end narrow"):
        button.quiet("Remove mailbox", partial(_part, box))


def _button(words: str, save: Any) -> None:
    with ui.element("div").classes("row-end"):
        button.brand(words, save)


def _say(saved: Any) -> None:
    if saved:
        notice.done("Saved.")
