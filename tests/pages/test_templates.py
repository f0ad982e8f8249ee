"""Templates without a browser: the list and who may change it, the picker's answers, previews, macros."""

from typing import Any

from nicegui import ui

from models import Draft, DraftKind, Ticket, Visibility
from services import database, drafts, ids, macros, templates
from services.access import Actor
from tests.conftest import People
from tests.pages.conftest import Web, until
from tests.pages.test_inbox import ticket


async def made(actor: Actor, **content: Any) -> int:
    written = {"name": "Delay", "text": "Sorry, {{ first_name }}."} | content
    return (await database.call(templates.create, actor=actor, **written)).id or 0


async def test_the_list_says_what_to_do_then_shows_and_finds(web: Web, acme: People) -> None:
    screen = web.screen(acme.bob)
    await screen.open("/templates")
    await screen.should_see("No template yet")
    await made(acme.alice, shortcut="delay")
    await made(acme.bob, name="Mine", visibility=Visibility.PRIVATE)
    await screen.should_see("/delay", retries=20)
    await screen.should_see("Not used yet")
    await screen.should_see("Sorry, [first name].")
    await screen.should_see("Only you")
    [search] = screen.find(kind=ui.input).elements
    search.value = "nowhere"
    await screen.should_see("Nothing found", retries=20)


async def test_observers_see_and_may_not_change(web: Web, acme: People) -> None:
    number = await made(acme.bob)
    await made(acme.bob, name="Secret", visibility=Visibility.PRIVATE)
    screen = web.screen(acme.olga)
    await screen.open("/templates")
    await screen.should_see("Delay")
    await screen.should_not_see("Secret")
    await screen.should_not_see("Add template")
    await screen.open("/templates/new")
    await screen.should_see("not write them")
    await screen.open(f"/templates/{ids.encode('tmpl', number)}")
    await screen.should_see("Versions")
    await screen.should_not_see("Delete")
    screen = web.screen(acme.charlie)
    await screen.open(f"/templates/{ids.encode('tmpl', number)}")
    await screen.should_see("There is no such template")


async def test_the_picker_finds_by_every_word_and_puts_in_what_is_known(web: Web, acme: People) -> None:
    await made(acme.bob, text="Sorry {{ first_name }}, order {{ order }}.", shortcut="delay")
    await made(acme.alice, name="Secret delay", visibility=Visibility.PRIVATE)
    ticket_id = asked_by(acme.bob, "Ann Lee")
    draft: Draft = await database.call(drafts.start, DraftKind.REPLY, ticket_id=ticket_id, actor=acme.bob)
    browser = web.browser(web.token(acme.bob))
    found = (await browser.get("/templates/replies?q=DELAY")).json()
    assert [each["name"] for each in found] == ["Delay"] and "Sorry" in found[0]["text"]
    said = {"draft": ids.encode("draft", draft.id or 0)}
    path = f"/templates/{found[0]['key']}/insert"
    answer = (await browser.post(path, json=said)).json()
    assert answer["text"] == "Sorry Ann, order ⟦order⟧." and answer["gaps"] == ["order"]
    assert answer["html"] == "<p>Sorry Ann, order ⟦order⟧.</p>"
    counted = await database.read(templates.all, actor=acme.bob)
    assert [each.used_count for each in counted] == [1]
    for other, body in ((acme.charlie, said), (acme.bob, {"draft": ids.encode("draft", 999)}), (acme.bob, {})):
        refused = await web.browser(web.token(other)).post(path, json=body)
        assert refused.status_code == 404


async def test_a_preview_is_inert_and_marks_what_is_missing(web: Web, acme: People) -> None:
    ticket_id = asked_by(acme.bob, '<img src=x onerror="1">')
    html = "<script>1</script><p onclick='1'>Dear {{ name }}, {{ order }}</p>{{ name | safe }}"
    browser = web.browser(web.token(acme.olga))
    said = {"subject": "{{ ticket.number }}", "html": html, "ticket": ids.encode("ticket", ticket_id)}
    shown = (await browser.post("/templates/preview", json=said)).json()
    assert shown["subject"] == "1" and "safe" in shown["problems"]["html"]
    said["html"] = html.removesuffix("{{ name | safe }}")
    shown = (await browser.post("/templates/preview", json=said)).json()
    body = shown["document"]
    assert "<script" not in body and "onclick" not in body and "<img" not in body and "<mark>⟦order⟧</mark>" in body
    assert [each["name"] for each in shown["variables"]] == ["ticket.number", "name", "order"]
    foreign = await web.browser(web.token(acme.charlie)).post("/templates/preview", json=said)
    assert foreign.status_code == 404


async def test_macros_are_listed_in_words(web: Web, acme: People) -> None:
    screen = web.screen(acme.bob)
    await screen.open("/templates/macros")
    await screen.should_see("No macro yet")
    acts = [{"type": "tag", "value": "vip"}, {"type": "assign", "user_id": acme.alice.user_id}]
    await database.call(macros.save, name="Escalate", actions=acts, actor=acme.alice)
    await screen.should_see("tag vip, then assign to Alice", retries=20)


async def test_a_macro_is_made_in_the_form(web: Web, acme: People) -> None:
    screen = await web.pressed(acme.bob, "/templates/macros", "Add macro")
    await screen.should_see("Add a macro")
    name, tag = sorted(screen.find(kind=ui.input).elements, key=lambda each: each.id)
    name.value, tag.value = "Tag it", "vip"
    screen.find(marker="do").click()
    await until(lambda: saved(acme.bob) == [("Tag it", [{"type": "tag", "value": "vip"}])])


def asked_by(actor: Actor, name: str) -> int:
    """A conversation with somebody of that name."""
    ticket_id = ticket(actor, 1, "Where is it?")
    with database.transaction() as session:
        row = session.get_one(Ticket, ticket_id)
        row.correspondent_name = name
        session.add(row)
    return ticket_id


def saved(actor: Actor) -> list[tuple[str, Any]]:
    with database.reading() as session:
        return [(each.name, each.actions) for each in macros.all(session, actor=actor)]
