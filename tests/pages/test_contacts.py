"""Contacts on screen: found, opened, exported and forgotten."""

import json

from nicegui import ui

from components.contact_pane import ContactPane
from services import contacts, database, ids
from tests.conftest import People
from tests.pages.conftest import Web, until
from tests.pages.test_inbox import ticket


async def kept(acme: People, name: str, address: str) -> int:
    made = await database.call(contacts.create, name=name, emails=[address], company="Globex", actor=acme.alice)
    return made.contact.id or 0


async def test_people_are_found_by_a_part_of_their_name(web: Web, acme: People) -> None:
    screen = web.screen(acme.bob)
    await screen.open("/contacts")
    await screen.should_see("Nobody yet")
    await kept(acme, "Zoe Zed", "zoe@globex.test")
    await screen.should_see("Zoe Zed", retries=20)
    await kept(acme, "Max Miller", "max@initech.test")
    search = next(each for each in screen.find(ui.input).elements if each.props["aria-label"] == "Search contacts")
    search.value = "zed"
    await screen.should_not_see("Max Miller", retries=20)
    await screen.should_see("zoe@globex.test")
    search.value = "nobody like that"
    await screen.should_see("Nobody found", retries=20)


async def test_one_is_shown_whole_and_forgotten(web: Web, acme: People) -> None:
    number = await kept(acme, "Zoe Zed", "zoe@globex.test")
    gone = ticket(acme.alice, 1, "Hello")
    screen = web.screen(acme.alice)
    await screen.open(f"/contacts/{ids.encode('contact', number)}")
    await screen.should_see("Zoe Zed")
    [pane] = screen.find(ContactPane).elements
    assert pane.props["initial"] == {"ticket": number, "worker": True, "whole": True}
    screen.find(kind=ui.button, content="Forget this person").click()
    await screen.should_see("Forget this person everywhere?")
    screen.find(marker="do").click()
    await until(lambda: not left(acme))
    answer = await web.browser(web.token(acme.alice)).get(f"/t/{ids.encode('ticket', gone)}")
    assert "Hello" not in answer.text


def left(acme: People) -> int:
    with database.reading() as session:
        return contacts.page(session, actor=acme.alice)[1]


async def test_a_copy_of_everything_is_saved(web: Web, acme: People) -> None:
    number = await kept(acme, "Zoé", "zoe@globex.test")
    path = f"/contacts/{ids.encode('contact', number)}/export"
    answer = await web.browser(web.token(acme.alice)).get(path)
    assert "attachment" in answer.headers["content-disposition"]
    told = json.loads(answer.text)
    assert (told["contact"]["name"], told["contact"]["emails"], told["messages"]) == ("Zoé", ["zoe@globex.test"], [])
    assert (await web.browser(web.token(acme.bob)).get(path)).status_code == 403
    assert (await web.browser(web.token(acme.charlie)).get(path)).status_code == 404


async def test_a_foreign_one_is_absent(web: Web, acme: People) -> None:
    number = await kept(acme, "Zoe", "zoe@globex.test")
    screen = web.screen(acme.charlie)
    await screen.open(f"/contacts/{ids.encode('contact', number)}")
    await screen.should_see("There is no such contact")
