"""The customer beside a conversation, without a browser: read only when it shows, changed by those who may."""

import pytest

from components.contact_pane import ContactPane
from services import contacts, database, ids
from services.errors import NotPermitted
from tests.conftest import People
from tests.pages.conftest import Web, until
from tests.pages.test_inbox import ticket

ZOE = "zoe@globex.test"


def known(acme: People) -> contacts.Story:
    with database.reading() as session:
        return contacts.of_address(session, ZOE, actor=acme.alice)


async def test_what_is_typed_is_kept_for_an_address_nobody_kept(web: Web, acme: People) -> None:
    number = ticket(acme.alice, 1, "Hello", correspondent_name="Zoe Zed")
    screen = web.screen(acme.bob)
    await screen.open(f"/t/{ids.encode('ticket', number)}")
    pane = screen.find(ContactPane)
    pane.trigger("visible", True)

    def kept(field: str, value: object) -> contacts.Person | None:
        pane.trigger("save", {"field": field, "value": value, "address": ZOE})
        return known(acme).person

    await until(lambda: kept("company", "Globex"))
    person = known(acme).person
    assert person is not None and (person.contact.company, person.emails) == ("Globex", (ZOE,))
    pane.trigger("save", {"field": "company", "value": "Elsewhere", "address": "somebody@else.test"})
    kept("organisation_id", 99)
    kept("emails", [ZOE, "not an address"])
    await until(lambda: (found := kept("fields", {"Number": "4711"})) and found.contact.fields)
    person = known(acme).person
    assert person is not None and (person.contact.company, person.emails) == ("Globex", (ZOE,))


async def test_an_observer_changes_nothing(web: Web, acme: People) -> None:
    from pages.inbox.person import keep

    number = ticket(acme.alice, 1, "Hello")
    screen = web.screen(acme.olga)
    await screen.open(f"/t/{ids.encode('ticket', number)}")
    [pane] = screen.find(ContactPane).elements
    assert pane.props["initial"] == {"ticket": number, "worker": False, "whole": False}
    with pytest.raises(NotPermitted):
        await database.call(keep, 0, ZOE, "name", "Eve", actor=acme.olga)
    assert known(acme).person is None
