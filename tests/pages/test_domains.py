"""A domain's limits on screen: how much is used, changed where one may, refused at the field."""

from nicegui import ui

from services import aliases, database, domains
from tests.conftest import People
from tests.pages.conftest import Web, until


async def test_limits_are_seen_and_changed(web: Web, acme: People) -> None:
    domain = await database.call(domains.add, "acme.test", actor=acme.alice)
    for name in ("support", "sales"):
        await database.call(aliases.add, domain.id or 0, name, actor=acme.alice)
    screen = web.screen(acme.alice)
    await screen.open("/domains/acme.test")
    await screen.should_see("2, no limit")
    screen.find(kind=ui.button, content="Change").click()
    await screen.should_see("Limits of acme.test")
    fields = {each.props["aria-label"]: each for each in screen.find(kind=ui.number).elements}
    fields["Aliases"].value = 1
    screen.find(kind=ui.button, content="Save limits").click()
    await until(lambda: fields["Aliases"].error)
    fields["Aliases"].value, fields["Each mailbox at most"].value = 10, 50
    screen.find(kind=ui.button, content="Save limits").click()
    await screen.should_see("2 of 10", retries=20)
    await screen.should_see("A mailbox may have at most 50 MB")
    with database.reading() as session:
        found = domains.named(session, "acme.test", actor=acme.alice)
        assert (found.max_aliases, found.max_quota, found.max_mailboxes) == (10, 50, None)


async def test_who_may_not_manage_domains_only_looks(web: Web, acme: People) -> None:
    await database.call(domains.add, "acme.test", max_aliases=4, actor=acme.alice)
    screen = web.screen(acme.bob)
    await screen.open("/domains/acme.test")
    await screen.should_see("0 of 4")
    await screen.should_not_see("Change")
