"""The screens of rules without a browser: what is shown to whom, and what comes of what the components say."""

from dataclasses import replace

from nicegui import ui

from components.rule_editor import RuleEditor
from components.rule_forms import written
from components.rule_list import RuleList
from models import Rule
from services import database, ids, rules
from services.rules import Act, Condition, Draft
from tests.conftest import People
from tests.pages.conftest import Web, until

DRAFT = Draft("Invoices", (Condition("subject", "contains", "invoice"),), (Act("tag", {"value": "billing"}),))


async def test_nothing_yet_offers_three_to_begin_with(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open("/rules")
    await screen.should_see("No rule yet")
    for name in ("Tag invoices as billing", "Outages first", "Newsletters out of the way"):
        await screen.should_see(name)


async def test_who_may_not_change_gets_no_button_for_it(web: Web, acme: People) -> None:
    screen = web.screen(acme.olga)
    await screen.open("/rules")
    await screen.should_see("No rule yet")
    await screen.should_not_see("New rule")
    await screen.should_not_see("Outages first")


async def test_a_colleagues_rule_shows_by_itself_and_can_be_switched(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open("/rules")
    rule = await database.call(rules.add, DRAFT, actor=acme.alice)
    await until(lambda: [each for each in screen.client.elements.values() if isinstance(each, RuleList)])
    screen.find(kind=RuleList).trigger("toggle", {"id": rule.id, "on": False})
    await until(lambda: not _kept(acme)[0].active)
    assert not _kept(acme)[0].active


async def test_the_editor_keeps_what_is_sound_only(web: Web, acme: People) -> None:
    screen = web.screen(acme.alice)
    await screen.open("/rules/new")
    screen.find(kind=RuleEditor).trigger("save", written(Draft("", DRAFT.conditions, DRAFT.actions)))
    screen.find(kind=RuleEditor).trigger("save", written(DRAFT))
    await until(lambda: _kept(acme))
    assert [rule.name for rule in _kept(acme)] == ["Invoices"]


async def test_a_foreign_rule_is_absent(web: Web, acme: People) -> None:
    rule = await database.call(rules.add, DRAFT, actor=acme.charlie)
    screen = web.screen(acme.alice)
    await screen.open(f"/rules/{ids.encode('rule', rule.id or 0)}")
    await screen.should_see("There is no such rule")
    await screen.should_not_see(kind=RuleEditor)


async def test_the_second_of_two_editors_is_told_and_may_insist(web: Web, acme: People) -> None:
    rule = await database.call(rules.add, DRAFT, actor=acme.alice)
    screen = web.screen(acme.alice)
    await screen.open(f"/rules/{ids.encode('rule', rule.id or 0)}")
    await database.call(rules.update, rule.id or 0, name="Theirs", actor=acme.alice)
    mine = written(replace(DRAFT, name="Mine"))
    screen.find(kind=RuleEditor).trigger("save", mine)
    await screen.should_see("Somebody else has changed this rule meanwhile", retries=20)
    assert _kept(acme)[0].name == "Theirs"
    screen.find(kind=RuleEditor).trigger("save", mine)
    await until(lambda: _kept(acme)[0].name == "Mine")


async def test_what_a_rule_has_done_stands_below_it(web: Web, acme: People) -> None:
    rule = await database.call(rules.add, DRAFT, actor=acme.alice)
    screen = web.screen(acme.olga)
    await screen.open(f"/rules/{ids.encode('rule', rule.id or 0)}")
    await screen.should_see("What it has done")
    await screen.should_see("It has not held for any message yet.")
    assert screen.find(kind=ui.label, content="0 hits").elements


def _kept(acme: People) -> list[Rule]:
    with database.reading() as session:
        return rules.all(session, actor=acme.alice)
