"""Who works with the keyboard stays where they are while a list is drawn again by somebody else's news."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Workspace, assert_calm, open_at

pytestmark = pytest.mark.browser


def test_focus_survives_news(page: Page, workspace: Workspace) -> None:
    open_at(page, workspace, "/mailboxes")
    held = page.get_by_role("link", name="Support")
    held.focus()
    other = page.context.new_page()
    open_at(other, workspace, "/mailboxes/1")
    for times in (1, 0):
        other.get_by_text("It takes mail over TLS only").click()
        other.get_by_role("button", name="Save limits").click()
        expect(page.get_by_text("TLS in", exact=True)).to_have_count(times)
        expect(held).to_be_focused()
    assert_calm(page)
