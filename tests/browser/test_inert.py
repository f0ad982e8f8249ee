"""B22: mail of attackers in the product's own message frame: nothing runs, nothing is fetched, nothing is overlaid."""

import json

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Workspace, open_at, signed_in
from tests.browser.mailing import letter, open_for_mail, send
from tests.browser.vectors import Witness, all_vectors, live_vectors, own_vectors, try_all

pytestmark = pytest.mark.browser
IN_ONE = 30  # of the vectors that never ran in one mail


@pytest.fixture(scope="module")
def acme(workspace: Workspace) -> Workspace:
    open_for_mail(workspace)
    return workspace


def test_no_vector_runs_or_fetches(acme: Workspace, context: BrowserContext) -> None:
    """Those that Chromium was seen to run or fetch for each by itself, so that none hides another."""
    vectors = live_vectors()
    assert len(vectors) > 200
    _assert_inert(acme, context, vectors, "Live ")


def test_no_other_vector_runs_or_fetches(acme: Workspace, context: BrowserContext) -> None:
    live = set(live_vectors())
    others = [each for each in all_vectors() if each not in live]
    assert len(others) > 2_000
    _assert_inert(acme, context, ["<hr>".join(others[at::IN_ONE]) for at in range(IN_ONE)], "Group ")


def test_no_vector_of_our_own_runs_or_fetches(acme: Workspace, context: BrowserContext) -> None:
    _assert_inert(acme, context, own_vectors(), "Own ")


def _assert_inert(acme: Workspace, context: BrowserContext, vectors: list[str], prefix: str) -> None:
    page = signed_in(context, acme)
    witness = Witness(page, acme.url)
    open_at(page, acme, "/")
    pressed, wrong = try_all(acme, page, vectors, prefix)
    assert wrong == []
    assert witness.seen == []
    assert pressed > 6 * len(vectors)  # html, head, meta, base, style, body
    assert page.url == acme.url + "/"


def test_subjects_and_names_are_words(acme: Workspace, context: BrowserContext) -> None:
    attacks = ['<img src=x onerror="alert(1)">', "{{ constructor.constructor('alert(1)')() }}", '" :x="alert(1)" y="']
    send(
        acme,
        *(letter(f"Attack {each}", f"{each}\n", author=f"{json.dumps(each)} <evil@evil.test>") for each in attacks),
    )
    page = signed_in(context, acme)
    witness = Witness(page, acme.url)
    open_at(page, acme, "/")
    for each in attacks:
        page.locator(".conv", has_text=f"Attack {each}").first.click()
        expect(page.locator(".view-title")).to_contain_text(each)
        expect(page.locator(".msg-text")).to_contain_text(each)
    assert witness.seen == []


def test_remote_pictures_wait_to_be_asked(acme: Workspace, context: BrowserContext) -> None:
    send(acme, letter("Pixel", "text", html='<p>Hello</p><img src="http://tracker.invalid/pixel.png">'))
    page = signed_in(context, acme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "tracker.invalid" in request.url else None)
    open_at(page, acme, "/")
    page.locator(".conv", has_text="Pixel").click()
    expect(page.locator(".images-bar")).to_contain_text("1 remote image")
    assert asked == []
    with page.expect_request("http://tracker.invalid/pixel.png"):
        page.get_by_role("button", name="Load once").click()


def test_withheld_pictures_leave_a_box_of_their_size(acme: Workspace, context: BrowserContext) -> None:
    pictures = '<img src="http://tracker.invalid/{}.png" {}>'
    named = pictures.format("a", 'width="200" height="60" alt="Big sale"') + pictures.format("b", 'width="160"')
    send(acme, letter("Boxes", "text", html=f"<p>Hello</p><p>{named}</p><p>Bye</p>"))
    page = signed_in(context, acme)
    open_at(page, acme, "/")
    page.locator(".conv", has_text="Boxes").click()
    boxes = page.frame_locator("iframe").locator("img, .withheld")
    expect(boxes).to_have_count(2)
    sizes = [(round(box["width"]), round(box["height"])) for each in boxes.all() if (box := each.bounding_box())]
    assert sizes == [(200, 60), (160, 20)]
    expect(boxes.first).to_have_text("Big sale")
    assert "data:image/gif" in boxes.last.evaluate("(picture) => getComputedStyle(picture).content")
