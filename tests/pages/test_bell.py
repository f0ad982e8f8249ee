"""The bell in the frame: what needs attention, on every page, by itself, and put away from there."""

from itertools import count

from models import NoticeLevel
from services import database, notices
from services.notices import Trouble
from tests.conftest import People
from tests.pages.conftest import Web

_subjects = count(1)


async def told(people: People, title: str, **options: object) -> None:
    trouble = Trouble(people.alice.organisation_id, "dns_drift", next(_subjects))
    await database.call(notices.open, trouble, title, **options)


async def test_says_what_needs_attention_and_puts_it_away(web: Web, acme: People) -> None:
    await told(acme, "acme.test: MX is missing", text="Set it again.", link="/domains/acme.test")
    screen = web.screen(acme.alice)
    await screen.open("/domains")
    await screen.should_see(marker="bell-count", content="1", retries=20)
    screen.find(marker="bell").click()
    await screen.should_see("acme.test: MX is missing")
    await screen.should_see("Set it again.")
    links = {element.props.get("href") for element in screen.find("See to it").elements}
    assert links <= {None, "/domains/acme.test"}
    screen.find(marker="dismiss").click()
    await screen.should_see("All is well", retries=20)
    await told(acme, "A webhook is switched off", level=NoticeLevel.ERROR)
    await screen.should_see("A webhook is switched off", retries=20)
    await screen.should_see(marker="bell-count", content="1")


async def test_rings_for_those_concerned_only(web: Web, acme: People) -> None:
    await told(acme, "For those who run the place")
    for actor in (acme.bob, acme.charlie):
        screen = web.screen(actor)
        await screen.open("/domains")
        screen.find(marker="bell").click()
        await screen.should_see("All is well")
        await screen.should_not_see("For those who run the place")
