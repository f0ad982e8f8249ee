"""Hands quicker than the server, or than the browser draws: no choice is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Workspace, assert_calm, open_at
from tests.browser.mailing import ADDRESS, open_for_mail

pytestmark = pytest.mark.browser
IN_ONE_BREATH = """async (these) => {
    for (const each of these) { each.click(); await new Promise((go) => setTimeout(go)); }
}"""

DRAWS_LATE = "() => { window.requestAnimationFrame = (draw) => setTimeout(draw, 900, performance.now() + 900); }"


def test_all_people_chosen_are_in_the_alias(page: Page, workspace: Workspace) -> None:
    open_for_mail(workspace)
    names = ("Fay Fisher", "Gus Green", "Hal Hunter")
    for name in names:
        workspace.join(f"{name.split()[0].lower()}@acme.test", name)
    open_at(page, workspace, "/aliases")
    page.get_by_role("button", name="Add alias").first.click()
    dialog = page.get_by_role("dialog", name="Add an alias")
    dialog.get_by_label("Name", exact=True).fill("quick")
    dialog.get_by_label("People").click()
    options = [page.get_by_role("option", name=name) for name in names]
    page.evaluate(IN_ONE_BREATH, [each.element_handle() for each in options])
    for each in options:
        expect(each).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Add alias").click()
    made = page.locator(".list-row", has_text="quick@acme.example")
    for name in names:
        expect(made).to_contain_text(name)
    assert_calm(page)


def test_a_box_ticked_twice_is_as_it_was(page: Page, workspace: Workspace) -> None:
    open_for_mail(workspace)
    open_at(page, workspace, "/aliases")
    box = page.get_by_role("checkbox", name=f"Choose {ADDRESS}")
    page.evaluate(IN_ONE_BREATH, [box.element_handle()] * 2)
    expect(box).to_have_attribute("aria-checked", "false")
    page.evaluate(IN_ONE_BREATH, [box.element_handle()] * 3)
    expect(box).to_have_attribute("aria-checked", "true")
    expect(page.get_by_text("1 chosen")).to_be_visible()
    assert_calm(page)


def test_a_list_opens_in_a_browser_that_draws_late(page: Page, workspace: Workspace) -> None:
    open_for_mail(workspace)
    open_at(page, workspace, "/aliases")
    page.evaluate(DRAWS_LATE)
    page.get_by_role("button", name="Add alias").first.click()
    page.get_by_role("dialog").get_by_label("Queue").click()
    expect(page.get_by_role("option", name="No queue, it only forwards")).to_be_visible()
