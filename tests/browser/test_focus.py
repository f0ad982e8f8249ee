"""Who works with the keyboard stays where they are while a list is drawn again by somebody else's news."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Workspace, assert_calm, open_at

pytestmark = pytest.mark.browser


def test_focus_survives_news(page: Page, workspace: Workspace) -> None:
    open_at(page, workspace, "/mailboxes")
    held = page.get_by_role("button", name="Edit Support")
    held.focus()
    other = page.context.new_page()
    open_at(other, workspace, "/mailboxes")
    for days in ("91", "30"):
        change(other, days)
        expect(page.get_by_text(f"reopens within {days} days")).to_be_visible()
        expect(held).to_be_focused()
    assert_calm(page)


def change(page: Page, days: str) -> None:
    page.get_by_role("button", name="Edit Support").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reopen within").fill(days)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
