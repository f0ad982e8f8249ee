"""Parting with a mailbox, as with a member: who takes its place is asked, and done."""

from nicegui import ui

from models import Alias
from services import aliases, database, domains, mailboxes
from tests.conftest import People
from tests.pages.conftest import Web, until


async def test_what_leads_to_a_mailbox_goes_to_the_heir(web: Web, acme: People) -> None:
    heir = (await database.call(mailboxes.create, "Billing", actor=acme.alice)).id
    domain = await database.call(domains.add, "acme.test", actor=acme.alice)
    made = await database.call(aliases.add, domain.id or 0, "help", mailbox_id=acme.mailbox_id, actor=acme.alice)
    screen = web.screen(acme.alice)
    await screen.open(f"/mailboxes/{acme.mailbox_id}")
    screen.find(kind=ui.button, content="Remove mailbox").click()
    await screen.should_see("Everything goes to")
    choices = screen.find(kind=ui.select).elements
    next(each for each in choices if each.props["aria-label"] == "Everything goes to").value = heir
    screen.find(marker="do").click()
    await until(lambda: _mailbox_of(made.alias.id or 0) == heir)


def _mailbox_of(alias_id: int) -> int | None:
    with database.reading() as session:
        return session.get_one(Alias, alias_id).mailbox_id
