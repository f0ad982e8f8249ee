"""The screen of aliases: what each row says, many at once, and who is blocked."""

from nicegui import ui

from models import AliasStatus
from services import aliases, clock, database, domains
from services.aliases import Exchange
from tests.conftest import People
from tests.pages.conftest import Web


async def add(acme: People, local: str, **options: object) -> int:
    def make(session: object, *, actor: object) -> int:
        known = domains.all(session, actor=actor)  # type: ignore[arg-type]
        domain = known[0].domain if known else domains.add(session, "acme.test", actor=actor)  # type: ignore[arg-type]
        return aliases.add(session, domain.id or 0, local, actor=actor, **options).alias.id or 0  # type: ignore[arg-type]

    return await database.call(make, actor=acme.alice)


async def test_a_row_says_where_mail_goes_and_how_long(web: Web, acme: People) -> None:
    await add(acme, "fair-*", forward_to=["sam@x.example"], expires_after=40, description="Spring fair")
    screen = web.screen(acme.alice)
    await screen.open("/aliases")
    for words in ("fair-*@acme.test", "sam@x.example", "40 messages left", "Spring fair"):
        await screen.should_see(words)


async def test_several_are_switched_off_at_once(web: Web, acme: People) -> None:
    numbers = [await add(acme, local) for local in ("a", "b")]
    screen = web.screen(acme.alice)
    await screen.open("/aliases")
    for tick in screen.find(kind=ui.checkbox).elements:
        tick.value = True
    await screen.should_see("2 chosen", retries=20)
    screen.find(kind=ui.button, content="Switch off").click()
    await screen.should_see("2 of 2 receive nothing now.", retries=20)
    for number in numbers:
        entry = await database.read(aliases.get, number, actor=acme.alice)
        assert entry.alias.status is AliasStatus.DISABLED


async def test_a_correspondent_is_blocked_from_the_drawer(web: Web, acme: People) -> None:
    number = await add(acme, "support")
    organisation_id = acme.alice.organisation_id
    exchange = Exchange(number, "pest@spam.example", organisation_id, clock.now(), received_count=3)
    await database.call(lambda session: aliases.record(session.connection(), [exchange]))
    screen = web.screen(acme.alice)
    await screen.open("/aliases")
    screen.find(marker="people").click()
    await screen.should_see("pest@spam.example", retries=20)
    screen.find(kind=ui.button, content="Block").click()
    await screen.should_see("Unblock", retries=20)
    _, total = await database.read(aliases.correspondents, number, blocked=True, actor=acme.alice)
    assert total == 1
