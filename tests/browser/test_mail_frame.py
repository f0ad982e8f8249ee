"""HTML mail beside the conversation: wide mail is drawn smaller, a plain letter follows the dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.browser.conftest import Workspace, open_at, signed_in
from tests.browser.mailing import letter, open_for_mail, opens, send

pytestmark = pytest.mark.browser

WIDE = '<table width="900" cellpadding="0"><tr><td bgcolor="#eeeeee">Nine hundred pixels</td></tr></table>'
PICTURE = '<p>See</p><img src="https://globex.test/bike.png" alt="Our bike" width="300" height="120">'
HERO = (
    '<table><tr><td style="background: url(https://globex.test/hero.png) center #123456; color: #fff">Big sale</table>'
)
LETTER = "<div>Dear team,<br>it arrived.</div>"
DYED = '<div style="color:#222">Dear team,<br>mine is red.</div>'


@pytest.fixture(scope="module")
def mailed(workspace: Workspace) -> Iterator[Workspace]:
    open_for_mail(workspace)
    for subject, html in (
        ("A wide one", WIDE),
        ("A pictured one", PICTURE),
        ("One with a hero", HERO),
        ("An undyed one", LETTER),
        ("A dyed one", DYED),
    ):
        send(workspace, letter(subject, "text", html=html))
    yield workspace


def frame_of(page: Page, workspace: Workspace, subject: str) -> FrameLocator:
    open_at(page, workspace, "/")
    opens(page, subject)
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


def test_a_withheld_picture_says_what_it_shows(page: Page, mailed: Workspace) -> None:
    frame = frame_of(page, mailed, "A pictured one")
    words = frame.get_by_text("Our bike")
    expect(words).to_be_visible()
    box = words.bounding_box()
    assert box and (round(box["width"]), round(box["height"])) == (300, 120)
    page.get_by_role("button", name="Load once").click()
    expect(frame.get_by_alt_text("Our bike")).to_have_attribute("src", "https://globex.test/bike.png")


def test_a_background_is_asked_for_when_the_reader_asks(page: Page, mailed: Workspace) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    cell = frame_of(page, mailed, "One with a hero").get_by_text("Big sale")
    expect(cell).to_have_css("background-color", "rgb(18, 52, 86)")
    expect(cell).to_have_css("background-image", "none")
    assert "https://globex.test/hero.png" not in asked
    page.get_by_role("button", name="Load once").click()
    expect(cell).to_have_css("background-image", 'url("https://globex.test/hero.png")')


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
