"""On a phone nothing is cut off, squeezed or out of reach."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Workspace, assert_calm, open_at
from tests.browser.mailing import letter, open_for_mail, opens, send

pytestmark = pytest.mark.browser

PAGES = (
    "/queue",
    "/contacts",
    "/domains",
    "/aliases",
    "/templates",
    "/mailboxes",
    "/rules",
    "/suppressions",
    "/imports",
    "/team",
    "/integrations",
    "/keys",
    "/organisation",
    "/audit",
    "/settings",
    "/start",
)
STICKING_OUT = """() => [...document.querySelectorAll('.column-page *')].filter((each) => {
  const box = each.getBoundingClientRect();
  for (let above = each.parentElement; !above.matches('.column-page'); above = above.parentElement) {
    const {textOverflow, overflowX} = getComputedStyle(above);
    if (textOverflow === 'ellipsis' || ['auto', 'scroll'].includes(overflowX)) return false;
  }
  return box.width && box.right > innerWidth + 1;
}).map((each) => each.outerHTML.slice(0, 120))"""
LONG = "A subject nobody could fit on one line of a telephone"


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 390, "height": 844})
    return page


def test_pages(phone: Page, workspace: Workspace) -> None:
    for path in PAGES:
        open_at(phone, workspace, path)
        words = phone.locator(".heading-words").first
        expect(words).to_be_visible()
        box = words.bounding_box()
        assert box and box["width"] >= 180, f"the heading of {path} has room"
        assert phone.evaluate(STICKING_OUT) == [], path
        here = phone.locator(".sections-link[aria-current]")
        if here.count():
            expect(here).to_be_in_viewport(ratio=0.9)
    assert_calm(phone)


def test_alias_row_is_not_squeezed(phone: Page, workspace: Workspace) -> None:
    open_for_mail(workspace)
    open_at(phone, workspace, "/aliases")
    counts = phone.locator(".list-row", has_text="help@acme.example").locator(".list-counts")
    box = counts.bounding_box()
    assert box and box["width"] > 200


def test_conversation(phone: Page, workspace: Workspace) -> None:
    open_for_mail(workspace)
    first = letter(LONG, "word " * 80)
    send(workspace, first)
    answer = letter("Re: " + LONG, "And another thing.")
    answer["In-Reply-To"] = first["Message-ID"]
    send(workspace, answer)
    open_at(phone, workspace, "/")
    opens(phone, LONG)
    expect(phone.locator(".msg")).to_have_count(2)
    for name in ("Back to the list", "Close", "More"):
        expect(phone.locator(".view-bar").get_by_label(name, exact=True)).to_be_in_viewport(ratio=0.9)
    if phone.locator(".msg.is-folded").count() == 0:
        phone.locator(".msg-head").first.click(position={"x": 60, "y": 10})
    snippet = phone.locator(".msg-snippet").first
    expect(snippet).to_be_visible()
    card, line = phone.locator(".msg").first.bounding_box(), snippet.bounding_box()
    assert card and line and line["x"] + line["width"] <= card["x"] + card["width"], "it ends inside its card"
    phone.locator(".view-bar").get_by_label("More", exact=True).click()
    phone.get_by_role("menuitem", name="Star", exact=True).click()
    phone.get_by_label("Back to the list").click()
    expect(phone.locator(".conv", has_text=LONG).locator(".conv-sign.star")).to_be_visible()
    assert_calm(phone)


def test_an_empty_list_fills_the_screen(phone: Page, workspace: Workspace) -> None:
    open_at(phone, workspace, "/inbox/spam")
    box = phone.locator(".pane-list").bounding_box()
    assert box and box["height"] > 700
