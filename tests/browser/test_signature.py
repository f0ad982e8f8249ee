"""Signatures are edited as they are sent: what was rich stays rich."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Workspace, assert_calm, open_at, violations

pytestmark = pytest.mark.browser


def test_a_signature_is_typed_kept_and_changed_without_loss(page: Page, workspace: Workspace) -> None:
    open_at(page, workspace, "/settings")
    signature = page.get_by_role("textbox", name="Signature")
    signature.click()
    page.keyboard.type("Kind regards")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type("Alice")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_label("Link address").fill("acme.example")
    page.keyboard.press("Enter")
    save(page)
    open_at(page, workspace, "/settings")
    expect(signature.locator("strong")).to_have_text("Alice")
    expect(signature.locator("a")).to_have_attribute("href", "https://acme.example")
    signature.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("!")
    save(page)
    open_at(page, workspace, "/settings")
    expect(signature).to_contain_text("acme.example!")
    expect(signature.locator("strong")).to_have_text("Alice")
    assert not violations(page)
    signature.fill("")
    save(page)
    assert_calm(page)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved.").last).to_be_visible()
