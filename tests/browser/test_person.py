"""The customer beside the conversation, in a real browser: changed in place, refused at the field, merged."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Workspace, assert_calm, open_at, ready, signed_in, violations
from tests.browser.mailing import letter, open_for_mail, opens, send

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def acme(workspace: Workspace) -> Workspace:
    open_for_mail(workspace)
    vera = ("Vera Vance <vera@initech.test>", "Vera Vance <vera@home.test>")
    send(workspace, *(letter(f"Toner {number}", "We ran out.", author=vera[0]) for number in range(3)))
    send(workspace, letter("From my own account", "It is me.", author=vera[1]))
    return workspace


@pytest.fixture
def alice(context: BrowserContext, acme: Workspace) -> Page:
    page = signed_in(context, acme)
    open_at(page, acme, "/inbox/all")
    opens(page, "Toner 2")
    return page


def value(page: Page, label: str) -> None:
    page.locator(".person").get_by_role("button", name=label).click()
    expect(page.locator(".person input")).to_be_focused()


def test_a_customer_is_known_changed_and_merged(acme: Workspace, alice: Page) -> None:
    alice.get_by_role("button", name="Customer", exact=True).click()
    person = alice.locator(".person")
    expect(person).to_contain_text("Vera Vance")
    expect(person).to_contain_text("Learnt from mail of")

    value(alice, "Phone: not known")
    alice.keyboard.type("call me")
    alice.keyboard.press("Enter")
    expect(person.get_by_role("alert")).to_contain_text("phone number like")
    expect(person.locator("input")).to_have_value("call me")
    person.locator("input").fill("+49 30 123456")
    alice.keyboard.press("Enter")
    expect(person.get_by_role("button", name="Phone: +49 30 123456")).to_be_visible()
    expect(person.get_by_role("alert")).to_have_count(0)

    person.get_by_role("button", name="Merge").click()
    alice.get_by_role("dialog").get_by_role("button", name="Merge").click()
    expect(person.get_by_role("button", name="Merge")).to_have_count(0)
    expect(person.locator("section[aria-label=Addresses]")).to_contain_text("vera@home.test")

    assert violations(alice) == []
    person.locator(".person-story .person-ticket", has_text="From my own account").click()
    expect(alice.locator(".view-title")).to_contain_text("From my own account")
    expect(person).to_contain_text("+49 30 123456")
    assert_calm(alice)


def test_whether_it_shows_is_remembered(acme: Workspace, alice: Page) -> None:
    alice.keyboard.press("p")
    expect(alice.locator(".person.is-open")).to_be_visible()
    alice.reload()
    ready(alice)
    expect(alice.locator(".person.is-open")).to_contain_text("Vera Vance")
    alice.get_by_role("button", name="Hide the customer").click()
    alice.reload()
    ready(alice)
    expect(alice.locator(".view-title")).to_be_visible()
    expect(alice.locator(".person.is-open")).to_have_count(0)


def test_escape_puts_it_away_before_the_conversation(acme: Workspace, alice: Page) -> None:
    alice.keyboard.press("p")
    expect(alice.locator(".person.is-open")).to_contain_text("Vera Vance")
    alice.keyboard.press("Escape")
    expect(alice.locator(".person.is-open")).to_have_count(0)
    expect(alice.locator(".view-title")).to_contain_text("Toner 2")
    alice.keyboard.press("Escape")
    expect(alice.locator(".view-title")).to_have_count(0)


def test_on_a_phone_it_is_a_sheet(acme: Workspace, alice: Page) -> None:
    alice.set_viewport_size({"width": 390, "height": 844})
    alice.locator(".view-bar").get_by_label("More", exact=True).click()
    alice.get_by_role("menuitem", name="Customer").click()
    sheet = alice.locator(".person.is-open")
    expect(sheet).to_contain_text("Vera Vance")
    box = sheet.bounding_box()
    assert box and box["width"] == 390 and 80 < box["y"] < 200
    assert alice.evaluate("document.documentElement.scrollWidth") == 390
    alice.get_by_role("button", name="Hide the customer").click()
    expect(sheet).to_have_count(0)
