"""HTML mail beside the conversation: wide mail is drawn smaller, a plain letter follows the dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.browser.conftest import Workspace, open_at, signed_in
from tests.browser.mailing import letter, open_for_mail, send

pytestmark = pytest.mark.browser

WIDE = '<table width="900" cellpadding="0"><tr><td bgcolor="#eeeeee">Nine hundred pixels</td></tr></table>'
LETTER = "<div>Dear team,<br>it arrived.</div>"
DYED = '<div style="color:#222">Dear team,<br>mine is red.</div>'


@pytest.fixture(scope="module")
def mailed(workspace: Workspace) -> Iterator[Workspace]:
    open_for_mail(workspace)
    for subject, html in (("A wide one", WIDE), ("An undyed one", LETTER), ("A dyed one", DYED)):
        send(workspace, letter(subject, "text", html=html))
    yield workspace


def frame_of(page: Page, workspace: Workspace, subject: str) -> FrameLocator:
    open_at(page, workspace, "/")
    page.locator(".conv", has_text=subject).click()
    expect(page.locator(".view-title")).to_contain_text(subject)
    return page.frame_locator(".msg-frame iframe")


def test_wide_mail_is_drawn_smaller(page: Page, mailed: Workspace) -> None:
    frame = frame_of(page, mailed, "A wide one")
    table = frame.locator("table")
    expect(table).to_be_visible()
    room = page.locator(".msg-frame").bounding_box()
    page.wait_for_function("document.querySelector('.msg-frame iframe').contentDocument.body.style.zoom")
    box = table.bounding_box()
    assert room and box
    assert box["x"] + box["width"] <= room["x"] + room["width"]
    assert box["width"] > room["width"] * 0.8, "as large as there is room"


@pytest.mark.parametrize(("subject", "is_dark"), [("An undyed one", True), ("A dyed one", False)])
def test_only_an_undyed_letter_follows_the_dark(
    context: BrowserContext, mailed: Workspace, subject: str, is_dark: bool
) -> None:
    context.add_cookies([{"name": "theme", "value": "dark", "url": mailed.url}])
    frame = frame_of(signed_in(context, mailed), mailed, subject)
    expect(frame.locator("html")).to_have_css(
        "background-color", "rgba(0, 0, 0, 0)" if is_dark else "rgb(255, 255, 255)"
    )
    expect(frame.locator("body")).to_have_css("color", "rgb(232, 234, 240)" if is_dark else "rgb(22, 24, 29)")
