"""The administrators' pages: what each shows to whom, mistakes at the field, and changes that show by themselves."""

import pytest
from nicegui import ui

from components import live
from models import AliasStatus, IntegrationType, Role
from services import aliases, api_keys, database, domains, ids, integrations, team, webhooks
from services.access import Permission, may
from services.flows import webhooks as flow
from services.targets import Answer
from tests.conftest import People
from tests.pages.conftest import Web, until


async def test_a_domain_is_added_and_a_bad_name_is_said_at_the_field(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open("/domains")
    await screen.should_see("No domain yet")
    screen.find(kind=ui.button, content="Add domain").click()
    await screen.should_see("Add a domain")
    [control] = screen.find(kind=ui.input).elements
    control.value = "no domain"
    screen.find(marker="do").click()
    await until(lambda: control.error)
    assert "not a domain name" in control.error
    control.value = "acme.test"
    screen.find(marker="do").click()
    await screen.should_see("Proves that the domain is yours.", retries=20)


async def test_what_a_colleague_changes_shows_by_itself(web: Web, acme: People) -> None:
    screen = web.screen(acme.bob)
    await screen.open("/domains")
    await database.call(domains.add, "news.test", actor=acme.alice)
    await screen.should_see("news.test", retries=20)


async def test_another_organisation_hears_and_sees_nothing(web: Web, acme: People) -> None:
    await database.call(domains.add, "secret.test", actor=acme.alice)
    screen = web.screen(acme.charlie)
    await screen.open("/domains")
    await screen.should_not_see("secret.test")
    await screen.open("/domains/secret.test")
    await screen.should_see("There is no such domain")


@pytest.mark.parametrize("path", ["/domains", "/team", "/mailboxes", "/integrations"])
async def test_who_may_not_change_gets_no_button_for_it(web: Web, acme: People, path: str) -> None:
    screen = web.screen(acme.olga)
    await screen.open(path)
    await screen.should_not_see("Add domain")
    await screen.should_not_see("Invite")
    await screen.should_not_see("Add mailbox")
    await screen.should_not_see("Add integration")
    await screen.should_not_see("API keys")


async def test_an_alias_is_switched_off_and_on(web: Web, acme: People) -> None:
    domain = await database.call(domains.add, "acme.test", actor=acme.alice)
    assert domain.id is not None
    entry = await database.call(aliases.add, domain.id, "support", actor=acme.alice)
    screen = web.screen(acme.alice)
    await screen.open("/aliases")
    await screen.should_see("support@acme.test")
    screen.find(kind=ui.switch).click()
    await screen.should_see("receives nothing now", retries=20)
    assert entry.alias.id is not None
    changed = await database.read(aliases.get, entry.alias.id, actor=acme.alice)
    assert changed.alias.status is AliasStatus.DISABLED


async def test_one_s_own_role_is_not_offered_for_change(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open("/team")
    roles = {element.props["aria-label"] for element in screen.find(kind=ui.select).elements}
    assert roles == {"Role of Bob", "Role of Olga"}


async def test_closed_pages_leave_no_subscription(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    for path in ("/domains", "/aliases", "/team", "/queue"):
        client = await screen.open(path)
        client.delete()
    assert not any(live._of_organisation.values())


async def test_a_role_changed_in_the_page_is_changed(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open("/team")
    select = next(each for each in screen.find(kind=ui.select).elements if each.props["aria-label"] == "Role of Bob")
    select.value = Role.MANAGER
    await screen.should_see("Bob is manager now", retries=20)
    members = await database.read(team.members, actor=acme.alice)
    assert next(each for each in members if each.name == "Bob").role is Role.MANAGER


async def test_a_colleague_s_integration_shows_by_itself(web: Web, acme: People) -> None:
    screen = web.screen(acme.olga)
    await screen.open("/integrations")
    await screen.should_see("No integration yet")
    url = "https://hooks.example.com/x"
    added = await database.call(integrations.add, IntegrationType.SLACK, "#support", url, actor=acme.alice)
    await screen.should_see("#support", retries=20)
    await database.call(integrations.remove, added.integration.id, actor=acme.alice)
    await screen.should_see("No integration yet", retries=20)


async def test_an_integration_s_page_tells_what_came_back(web: Web, acme: People) -> None:
    url = "https://hooks.example.com/x"
    added = await database.call(integrations.add, IntegrationType.SLACK, "#support", url, actor=acme.alice)
    sent = await database.call(webhooks.test, added.integration.id or 0, actor=acme.alice)
    screen = web.screen(acme.alice)
    await screen.open(f"/integrations/{ids.encode('int', added.integration.id or 0)}")
    await screen.should_see("On its way", retries=20)
    gone = Answer(410, "no_service")
    await database.call(flow._keep, sent.id or 0, gone)
    await screen.should_see("410 no_service", retries=20)
    await screen.should_see("Switch it on again", retries=20)
    screen.find(kind=ui.button, content="Switch it on again").click()
    await screen.should_not_see("Switch it on again", retries=20)
    stranger = web.screen(acme.charlie)
    await stranger.open(f"/integrations/{ids.encode('int', added.integration.id or 0)}")
    await stranger.should_not_see("#support")


async def test_a_key_is_made_shown_once_and_listed(web: Web, acme: People) -> None:
    screen = web.screen(acme.bob)
    await screen.open("/keys")
    await screen.should_see("No key yet")
    screen.find(kind=ui.button, content="Create key").click()
    await screen.should_see("Create an API key")
    [name] = screen.find(kind=ui.input).elements
    name.value = "Nightly export"
    screen.find(marker="do").click()
    await screen.should_see("A key needs at least one right.")
    screen.find(kind=ui.button, content="Only read").click()
    screen.find(marker="do").click()
    await screen.should_see("Your key Nightly export", retries=20)
    reading = [each for each in Permission if each.name.startswith("READ_") and may(acme.bob, each)]
    await screen.should_see(f"{len(reading)} rights")
    await screen.should_see("Never used", retries=20)


async def test_the_audit_tells_what_a_colleague_changed(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open("/organisation")
    control = next(each for each in screen.find(kind=ui.input).elements if each.value == "Acme")
    control.value = "Acme Two"
    screen.find(kind=ui.button, content="Save").click()
    await screen.should_see("Saved", retries=20)
    await screen.open("/audit")
    await screen.should_see("changed organisation Acme Two: name Acme → Acme Two")
    screen.find(marker="entry").click()
    await screen.should_see("Changed organisation", retries=20)
    saved = await web.browser(web.token(acme.alice)).get("/audit.csv", params={"kind": "organisation", "q": "two"})
    assert saved.headers["content-type"].startswith("text/csv") and saved.text.count("\r\n") == 2
    assert "Alice,changed,organisation,Acme Two" in saved.text
    assert (await web.browser(web.token(acme.bob)).get("/audit.csv")).status_code == 403
    assert "Acme" not in (await web.browser(web.token(acme.charlie)).get("/audit.csv")).text


async def test_getting_started_offers_the_next_step(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open("/start")
    await screen.should_see("Add a domain")
    await screen.should_not_see("Add an address")
    await database.call(domains.add, "start.test", actor=acme.alice)
    await screen.should_see("Later is fine", retries=20)
    await screen.should_not_see("Add a domain", retries=20)


async def test_a_key_can_be_given_every_right(web: Web, acme: People) -> None:
    screen = await web.pressed(acme.alice, "/keys", "Create key")
    await screen.should_see("Create an API key")
    boxes = screen.find(kind=ui.checkbox).elements
    assert len(boxes) == len(Permission) and not any(box.value for box in boxes)
    screen.find(kind=ui.button, content="Everything").click()
    await until(lambda: all(box.value for box in boxes))


async def test_a_double_click_makes_one_key(web: Web, acme: People) -> None:
    screen = await web.pressed(acme.alice, "/keys", "Create key")
    await screen.should_see("Create an API key")
    [name] = screen.find(kind=ui.input).elements
    name.value = "Robot"
    screen.find(kind=ui.button, content="Everything").click()
    screen.find(marker="do").click().click()
    await screen.should_see("Your key Robot")
    assert [key.name for key in await database.read(api_keys.listed, actor=acme.alice)] == ["Robot"]
