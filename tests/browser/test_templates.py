"""Templates in a real browser: written with a live preview, put in by `/`, and never sent half filled in."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import mailing
from tests.browser.conftest import Workspace, arrived, assert_calm, open_at, signed_in, violations
from tests.browser.mailing import letter, open_for_mail, send

pytestmark = pytest.mark.browser
# What is found for "quick" is asked for when `letGo` is called.
HOLDS_QUICK = """() => {
    const ask = window.fetch;
    window.fetch = async (address, ...rest) => {
        if (String(address).endsWith("replies?q=quick")) await new Promise((letGo) => { window.letGo = letGo; });
        return ask(address, ...rest);
    };
}"""

# The answer to no words at all has begun to come, and comes whole when `letGo` is called.
HOLDS_REST = """() => {
    const ask = window.fetch;
    window.fetch = async (address, ...rest) => {
        const answer = await ask(address, ...rest);
        if (!String(address).endsWith("replies?q=")) return answer;
        const found = await answer.json();
        answer.json = async () => { await new Promise((letGo) => { window.letGo = letGo; }); return found; };
        return answer;
    };
}"""


@pytest.fixture(scope="module")
def acme(workspace: Workspace) -> Workspace:
    open_for_mail(workspace)
    return workspace


@pytest.fixture
def alice(context: BrowserContext, acme: Workspace) -> Page:
    return signed_in(context, acme)


def write(page: Page, acme: Workspace, name: str, shortcut: str, words: str) -> None:
    """A template, by its editor."""
    open_at(page, acme, "/templates/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Shortcut", exact=True).fill(shortcut)
    page.get_by_role("textbox", name="Formatted text").click()
    page.keyboard.type(words)
    expect(page.frame_locator(".tmpl-frame").locator("body")).to_contain_text("Sorry")
    page.get_by_role("button", name="Add template").click()
    arrived(page, "**/templates/tmpl_*")


def opens(page: Page, acme: Workspace, subject: str, *, answering: bool = True) -> None:
    send(acme, letter(subject, "Where is my order?"))
    open_at(page, acme, "/")
    mailing.opens(page, subject)
    if answering:
        page.keyboard.press("r")
        expect(page.get_by_role("textbox", name="Message")).to_be_focused()


def test_a_reply_is_found_by_slash_filled_in_and_held_until_whole(alice: Page, acme: Workspace) -> None:
    write(alice, acme, "Delayed order", "/delay", "Sorry {{ first_name }}, order {{ order }} is late.")
    expect(alice.locator(".tmpl-var.is-warn")).to_contain_text("order")
    assert not violations(alice)
    opens(alice, acme, "Parcel 17")
    alice.keyboard.type("/")
    search = alice.get_by_role("combobox", name="Search saved replies")
    expect(search).to_be_focused()
    alice.keyboard.type("delay")
    expect(alice.locator(".saved-reply.is-at")).to_contain_text("Delayed order")
    assert not violations(alice)
    alice.keyboard.press("Enter")
    editor = alice.get_by_role("textbox", name="Message")
    expect(editor).to_contain_text("Sorry Zoe, order ⟦order⟧ is late.")
    expect(alice.locator(".composer-alert")).to_contain_text("order")
    expect(editor).to_be_focused()
    alice.wait_for_function("getSelection().toString() === '⟦order⟧'")
    alice.keyboard.press("Control+Enter")
    expect(alice.get_by_role("alert")).to_contain_text("Fill in order first")
    alice.keyboard.type("4711")  # the mark is selected
    expect(editor).to_contain_text("order 4711 is late")
    alice.keyboard.press("Control+Enter")
    expect(alice.locator(".msg.is-out")).to_be_visible()
    assert_calm(alice)


def test_the_picker_by_keys_alone_in_plain_text(alice: Page, acme: Workspace) -> None:
    write(alice, acme, "Plain one", "/plain", "Sorry, all well, {{ first_name }}.")
    opens(alice, acme, "Parcel 18")
    alice.get_by_role("button", name="Plain text").click()
    plain = alice.get_by_label("Message", exact=True)
    plain.fill("Hello\n")
    plain.press("End")
    alice.keyboard.type("a/b")  # not at the start of a line
    alice.keyboard.press("Enter")
    alice.keyboard.type("/")
    expect(alice.get_by_role("combobox", name="Search saved replies")).to_be_focused()
    alice.keyboard.type("/")  # a slash after all
    expect(plain).to_have_value("Hello\na/b\n/")
    alice.keyboard.press("Backspace")
    alice.keyboard.type("/")
    alice.keyboard.type("plain")
    expect(alice.locator(".saved-reply.is-at")).to_contain_text("Plain one")
    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("ArrowUp")
    alice.keyboard.press("Enter")
    expect(plain).to_have_value("Hello\na/b\nSorry, all well, Zoe.")
    assert_calm(alice)


def test_enter_before_the_replies_are_found_takes_the_first_one(alice: Page, acme: Workspace) -> None:
    write(alice, acme, "Quick one", "/quick", "Sorry, quick.")
    opens(alice, acme, "Parcel 20")
    alice.get_by_role("button", name="Plain text").click()
    plain = alice.get_by_label("Message", exact=True)
    alice.evaluate(HOLDS_QUICK)
    plain.press("End")
    alice.keyboard.type("/")
    expect(alice.get_by_role("combobox", name="Search saved replies")).to_be_focused()
    alice.keyboard.type("quick")
    alice.wait_for_function("window.letGo !== undefined")
    alice.keyboard.press("Enter")
    alice.evaluate("letGo()")
    expect(plain).to_have_value("Sorry, quick.")


def test_an_answer_that_ends_late_says_nothing_of_what_was_typed_since(alice: Page, acme: Workspace) -> None:
    write(alice, acme, "Amber one", "/amber", "Sorry, amber.")  # before the other, where nothing is looked for
    write(alice, acme, "Brown one", "/brown", "Sorry, brown.")
    opens(alice, acme, "Parcel 21")
    alice.get_by_role("button", name="Plain text").click()
    plain = alice.get_by_label("Message", exact=True)
    alice.evaluate(HOLDS_REST)
    plain.press("End")
    alice.keyboard.type("/")
    alice.wait_for_function("window.letGo !== undefined")
    alice.keyboard.type("brown")
    expect(alice.locator(".saved-reply")).to_have_count(1)
    alice.evaluate("async () => { letGo(); await new Promise((passed) => setTimeout(passed)); }")
    alice.keyboard.press("Enter")
    expect(plain).to_have_value("Sorry, brown.")


def test_a_preview_runs_no_script_and_unsaved_words_are_not_lost(alice: Page, acme: Workspace) -> None:
    open_at(alice, acme, "/templates/new")
    alice.get_by_role("tab", name="Source").click()
    alice.get_by_label("HTML source").fill(
        "<p>Sorry</p><script>parent.hurt = 1</script><img src=x onerror='parent.hurt = 1'><h1>Big</h1>"
    )
    frame = alice.frame_locator(".tmpl-frame")
    expect(frame.locator("body")).to_contain_text("Sorry")
    assert alice.evaluate("window.hurt") is None
    expect(alice.get_by_role("tab", name="Formatted")).to_be_disabled()
    asked: list[str] = []
    alice.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    alice.get_by_role("link", name="Templates").last.click(no_wait_after=True)
    alice.wait_for_function("navigator.userActivation.hasBeenActive")
    expect(alice.get_by_label("HTML source")).to_be_visible()
    assert alice.url.endswith("/templates/new") and set(asked) <= {"beforeunload"}


def test_an_empty_preview_is_no_white_sheet_in_the_dark(alice: Page, acme: Workspace) -> None:
    alice.context.add_cookies([{"name": "theme", "value": "dark", "url": acme.url}])
    open_at(alice, acme, "/templates/new")
    blank = alice.get_by_text("What you write shows here")
    expect(blank).to_be_visible()
    expect(alice.locator(".tmpl-frame")).to_be_hidden()
    expect(alice.locator(".tmpl-paper")).not_to_have_css("background-color", "rgb(255, 255, 255)")
    alice.get_by_role("tab", name="Plain text").first.click()
    alice.get_by_label("Plain text", exact=True).first.fill("Hello")
    expect(alice.frame_locator(".tmpl-frame").locator("body")).to_contain_text("Hello")
    expect(blank).to_be_hidden()
    assert_calm(alice)


def test_a_macro_runs_and_is_undone(alice: Page, acme: Workspace) -> None:
    open_at(alice, acme, "/templates/macros")
    alice.get_by_role("button", name="Add macro").first.click()
    alice.get_by_label("Name", exact=True).fill("Escalate")
    alice.get_by_label("Tag", exact=True).fill("vip")
    alice.get_by_role("button", name="Add a step").click()
    alice.get_by_role("button", name="Add macro").last.click()
    expect(alice.get_by_text("tag vip, then priority high")).to_be_visible()
    opens(alice, acme, "Parcel 19", answering=False)
    alice.keyboard.press("m")
    expect(alice.get_by_role("textbox", name="Run a macro")).to_be_focused()
    alice.keyboard.type("escal")
    alice.keyboard.press("Enter")
    expect(alice.locator(".view-facts")).to_contain_text("vip")
    expect(alice.locator(".view-facts .prio")).to_contain_text("High")
    alice.get_by_role("button", name="Undo").click()
    expect(alice.locator(".view-facts .prio")).to_contain_text("Normal")
    expect(alice.locator(".view-facts")).not_to_contain_text("vip")
    assert_calm(alice)
