"""A forwarded message opens inside the conversation, the one within it too, and nothing in either runs."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Workspace, assert_calm, open_at, signed_in
from tests.browser.mailing import open_for_mail, send
from tests.services.test_enclosed import INNER, wrapped

pytestmark = pytest.mark.browser


def test_it_opens_in_place_to_any_depth(workspace: Workspace, context: BrowserContext) -> None:
    open_for_mail(workspace)
    raw = b"From: Zoe <zoe@globex.test>\nTo: help@acme.test\nMessage-ID: <enclosed@x>\n" + wrapped(wrapped(INNER))
    send(workspace, raw.replace(b"Subject: Outer", b"Subject: Enclosed once", 1).replace(b"\n", b"\r\n"))
    page = signed_in(context, workspace)
    open_at(page, workspace, "/")
    page.locator(".conv", has_text="Enclosed once").first.click()
    page.get_by_role("button", name="Outer.eml").click()
    frame = page.frame_locator(".msg-enclosed iframe")
    expect(frame.locator("h1")).to_have_text("Outer")
    frame.get_by_role("link", name="Inner.eml").click()
    expect(frame.locator("h1")).to_have_text("Inner")
    expect(frame.locator("dd").first).to_have_text("Zoe <zoe@globex.test>")
    expect(frame.get_by_role("link", name="a.csv")).to_be_visible()
    expect(frame.locator("img")).to_have_js_property("complete", True)
    page.get_by_role("button", name="Close the enclosed message").click()
    expect(page.locator(".msg-enclosed")).to_have_count(0)
    assert_calm(page)
