"""The main job in real browsers: mail in, claimed by one and seen by the other, answered, answered again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models import SavedView
from tests.browser.conftest import PATIENCE, Workspace, assert_calm, open_at, ready, signed_in, violations, watched
from tests.browser.mailing import letter, open_for_mail, opens, send

pytestmark = pytest.mark.browser

# r, some words, Ctrl+Enter and more words, all before the browser comes to open the editor
TYPES_AHEAD = """() => {
  const press = (key, more) => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  press("r");
  for (const letter of "On my way.") press(letter);
  press("Enter", { ctrlKey: true });
  for (const letter of "later") press(letter);
}"""


@pytest.fixture(scope="module")
def acme(workspace: Workspace) -> Workspace:
    open_for_mail(workspace)
    workspace.bob = workspace.join("bob@acme.test", "Bob Builder")  # type: ignore[attr-defined]
    return workspace


@pytest.fixture
def alice(context: BrowserContext, acme: Workspace) -> Page:
    return signed_in(context, acme)


@pytest.fixture
def bob(chromium: Browser, acme: Workspace) -> Iterator[Page]:
    opened = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    opened.set_default_timeout(PATIENCE)
    yield signed_in(opened, acme, acme.bob)  # type: ignore[attr-defined]
    opened.close()


@pytest.fixture
def unhurried(acme: Workspace) -> Iterator[None]:
    """Alice has a minute to take back what she sent."""
    with acme.inside() as session:
        before = acme.owner_in(session).preferences
        acme.owner_in(session).preferences = {**before, "undo_seconds": 60}
    yield
    with acme.inside() as session:
        acme.owner_in(session).preferences = before


def row(page: Page, subject: str):  # type: ignore[no-untyped-def]
    return page.locator(".conv", has_text=subject)


def test_mail_claim_answer_and_answer_again(acme: Workspace, alice: Page, bob: Page) -> None:
    open_at(alice, acme, "/")
    open_at(bob, acme, "/inbox/unassigned")
    send(acme, letter("Refund for invoice 2231", "My card was charged twice."))
    expect(row(alice, "Refund for invoice 2231")).to_be_visible()
    expect(row(bob, "Refund for invoice 2231")).to_be_visible()

    opens(bob, "Refund for invoice 2231")
    expect(bob.locator(".msg-text")).to_contain_text("charged twice")
    opens(alice, "Refund for invoice 2231")
    expect(alice.locator(".collision")).to_contain_text("Bob Builder")
    bob.keyboard.press("c")
    expect(alice.locator(".btn.owner")).to_contain_text("Bob Builder")
    expect(row(bob, "Refund for invoice 2231")).to_have_count(0)

    bob.keyboard.press("r")
    bob.keyboard.type("Sorry about that, the second charge is refunded.")
    expect(bob.locator(".saved")).to_contain_text("Saved")
    bob.keyboard.press("Control+Enter")
    expect(bob.locator(".toast", has_text="Sending")).to_be_visible()
    expect(alice.frame_locator(".msg.is-out iframe").locator("body")).to_contain_text("second charge is refunded")
    expect(alice.locator(".status")).to_contain_text("Waiting")
    expect(alice.locator(".msg.is-out")).to_contain_text("by Bob Builder")
    alice.locator(".msg.is-out").get_by_role("button", name="More about this message").click()
    expect(alice.get_by_role("menuitem", name="Show the source")).to_be_visible()
    alice.keyboard.press("Escape")

    answer_as_the_customer(acme, alice, "Thank you, got it!")
    expect(alice.locator(".status")).to_contain_text("Open")
    expect(alice.locator(".btn.owner")).to_contain_text("Bob Builder")
    expect(alice.locator(".msg.is-in").last).to_contain_text("Thank you, got it!")
    assert_calm(alice)
    assert_calm(bob)


def answer_as_the_customer(acme: Workspace, page: Page, words: str) -> None:
    """What the customer's client does: Re:, In-Reply-To, and the address it was told to answer to."""
    source = page.context.new_page()
    href = page.locator(".msg.is-out iframe").get_attribute("src") or ""
    raw = source.request.get(acme.url + href.replace("/files/message/", "/files/raw/")).text()
    field = lambda name: re.search(rf"^{name}: (.*(?:\r?\n[ \t].*)*)", raw, re.M | re.I)[1].strip()  # type: ignore[index]  # noqa: E731
    answer = letter("Re: " + field("Subject"), words)
    answer["In-Reply-To"] = answer["References"] = field("Message-ID")
    send(acme, answer)
    source.close()


def test_keys_bulk_and_undo(acme: Workspace, alice: Page) -> None:
    send(acme, letter("Key one", "1"), letter("Key two", "2"), letter("Key three", "3"))
    open_at(alice, acme, "/")
    for subject in ("Key one", "Key two", "Key three"):
        expect(row(alice, subject)).to_be_visible()
    opens(alice, "Key three")
    alice.keyboard.press("x")
    alice.keyboard.press("j")
    expect(alice.locator(".view-title")).to_contain_text("Key two")
    alice.keyboard.press("x")
    expect(alice.locator(".bulk-count")).to_have_text("2 selected")
    alice.keyboard.press("e")
    expect(row(alice, "Key two")).to_have_count(0)
    expect(alice.locator(".toast", has_text="2 conversations")).to_be_visible()
    alice.keyboard.press("z")
    expect(row(alice, "Key two")).to_be_visible()
    expect(row(alice, "Key three")).to_be_visible()
    alice.keyboard.press("/")
    alice.keyboard.type("subject:three")
    expect(row(alice, "Key one")).to_have_count(0)
    expect(row(alice, "Key three")).to_be_visible()
    expect(alice).to_have_url(re.compile("q=subject"))
    alice.reload()
    ready(alice)
    expect(alice.get_by_label("Search all mail")).to_have_value("subject:three")
    expect(row(alice, "Key one")).to_have_count(0)
    alice.get_by_label("Search all mail").click()
    alice.keyboard.press("Escape")
    alice.keyboard.press("g")
    alice.keyboard.press("d")
    expect(alice).to_have_url(re.compile("/inbox/done$"))
    alice.go_back()
    expect(alice.locator(".folder[aria-current]")).to_contain_text("Inbox")
    assert_calm(alice)


def test_marks_are_undone_one_and_many(acme: Workspace, alice: Page) -> None:
    send(acme, letter("Mark one", "1"), letter("Mark two", "2"))
    open_at(alice, acme, "/inbox/unassigned")
    one, two = row(alice, "Mark one"), row(alice, "Mark two")
    expect(one).to_be_visible()
    opens(alice, "Mark two")
    alice.keyboard.press("*")
    expect(two.locator(".star")).to_be_visible()
    expect(alice.locator(".toast", has_text="Starred")).to_be_visible()
    alice.keyboard.press("z")
    expect(two.locator(".star")).to_have_count(0)
    expect(alice.get_by_role("button", name="Star", exact=True)).to_be_visible()

    for each in (one, two):
        each.click(modifiers=["Control"])
    expect(alice.locator(".bulk-count")).to_have_text("2 selected")
    alice.get_by_role("toolbar", name="Selected").get_by_role("button", name="More").click()
    alice.get_by_role("menuitem", name="Mark read").click()
    expect(one).not_to_have_class(re.compile("is-unread"))
    alice.keyboard.press("z")
    expect(one).to_have_class(re.compile("is-unread"))
    expect(two).not_to_have_class(re.compile("is-unread"))
    two.click(modifiers=["Control"])
    alice.keyboard.press("Shift+U")
    expect(two).to_have_class(re.compile("is-unread"))
    expect(alice.get_by_text("No conversation open")).to_be_visible()
    assert_calm(alice)


@pytest.mark.usefixtures("unhurried")
def test_a_draft_survives_and_sending_is_undone(acme: Workspace, alice: Page) -> None:
    send(acme, letter("Draft me", "Hello"))
    open_at(alice, acme, "/")
    opens(alice, "Draft me")
    alice.keyboard.press("r")
    expect(alice.locator(".editor-text")).to_be_focused()
    alice.keyboard.type("Half a sentence")
    expect(alice.locator(".saved")).to_contain_text("Saved")
    alice.reload()
    ready(alice)
    expect(alice.locator(".editor-text")).to_have_text("Half a sentence")
    alice.locator(".editor-text").click()
    alice.keyboard.press("Control+Enter")
    alice.get_by_role("button", name="Undo").click()
    expect(alice.locator(".editor-text")).to_have_text("Half a sentence")
    expect(alice.locator(".msg.is-out")).to_have_count(0)
    assert_calm(alice)


def test_what_is_sent_before_the_editor_has_opened_is_sent_once_it_has(acme: Workspace, alice: Page) -> None:
    send(acme, letter("Quick hands", "Hello"))
    open_at(alice, acme, "/")
    opens(alice, "Quick hands")
    alice.evaluate(TYPES_AHEAD)
    words = alice.frame_locator(".msg.is-out iframe").locator("body")
    expect(words).to_contain_text("On my way.")
    expect(words).not_to_contain_text("later")
    expect(alice.locator(".editor-text")).to_have_count(0)
    assert_calm(alice)


def test_words_the_server_could_not_keep_are_kept_once_it_can(acme: Workspace, alice: Page) -> None:
    send(acme, letter("Bad moment", "Hello"))
    open_at(alice, acme, "/")
    opens(alice, "Bad moment")
    alice.keyboard.press("r")
    expect(alice.locator(".editor-text")).to_be_focused()
    alice.route("**/drafts/*", lambda route: route.fulfill(status=503, json={"code": "unavailable", "message": "No."}))
    alice.keyboard.type("Not lost")
    expect(alice.locator(".saved")).to_contain_text("will try again")
    alice.keyboard.press("Control+Enter")
    expect(alice.get_by_role("alert")).to_contain_text("will try again")
    alice.unroute("**/drafts/*")
    expect(alice.locator(".saved")).to_contain_text("Saved")
    expect(alice.get_by_role("alert").filter(has_text="will try again")).to_have_count(0)
    alice.keyboard.press("Control+Enter")
    expect(alice.frame_locator(".msg.is-out iframe").locator("body")).to_contain_text("Not lost")


def test_a_note_with_a_mention(acme: Workspace, alice: Page, bob: Page) -> None:
    send(acme, letter("Mention me", "Hello"))
    open_at(alice, acme, "/")
    open_at(bob, acme, "/inbox/mentions")
    opens(alice, "Mention me")
    alice.keyboard.press("n")
    expect(alice.get_by_role("textbox", name="Note")).to_be_focused()
    alice.keyboard.type("Your turn @Bo")
    alice.locator(".mention-item").click()
    alice.keyboard.press("Control+Enter")
    expect(alice.locator(".msg.is-note")).to_contain_text("@Bob Builder")
    expect(row(bob, "Mention me")).to_be_visible()


def test_a_file_is_uploaded_and_dropped_again(acme: Workspace, alice: Page) -> None:
    send(acme, letter("Attach me", "Hello"))
    open_at(alice, acme, "/")
    opens(alice, "Attach me")
    alice.keyboard.press("r")
    alice.locator(".composer input[type=file]").set_input_files(
        {"name": "terms.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 terms"}
    )
    expect(alice.get_by_role("button", name="Remove terms.pdf")).to_be_visible()  # not before it is there whole
    alice.reload()
    ready(alice)
    expect(alice.locator(".composer .file")).to_contain_text("terms.pdf")
    alice.get_by_role("button", name="Remove terms.pdf").click()
    expect(alice.locator(".composer .file")).to_have_count(0)


def test_a_row_whose_act_failed_comes_back(acme: Workspace, context: BrowserContext) -> None:
    send(acme, letter("Not yours to close", "Hello"))
    page = signed_in(context, acme, acme.join("dan@acme.test", "Dan Draper"))
    open_at(page, acme, "/")
    row(page, "Not yours to close").locator(".conv-face").hover()
    row(page, "Not yours to close").locator(".check").click()
    acme.demote("dan@acme.test")
    page.get_by_role("button", name="Close (e)").click()
    expect(page.get_by_text("Your role (observer) may not do this.")).to_be_visible()
    expect(row(page, "Not yours to close")).to_be_visible()


def test_on_a_phone_one_pane_at_a_time(acme: Workspace, chromium: Browser) -> None:
    message = letter("Small screen", "Hello")
    message["Cc"] = "Dora Winterbottom <dora@globex.test>"
    send(acme, message)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = watched(signed_in(context, acme))
    open_at(page, acme, "/")
    opens(page, "Small screen")
    expect(page.locator(".msg-text")).to_have_text("Hello\n")
    expect(page.locator(".msg-to")).to_contain_text("to help@acme.example, Dora Winterbottom")
    assert page.locator(".msg-to").evaluate("it => it.scrollWidth <= it.clientWidth"), "all of it can be read"
    expect(page.locator(".list-pane")).not_to_be_visible()
    page.get_by_role("button", name="Back to the list").click()
    expect(row(page, "Small screen")).to_be_visible()
    context.close()


def test_nothing_serious_for_axe(acme: Workspace, alice: Page) -> None:
    send(acme, letter("Accessible", "Hello", html="<p>Hello</p>"))
    open_at(alice, acme, "/")
    opens(alice, "Accessible")
    alice.keyboard.press("r")
    expect(alice.locator(".editor-text")).to_be_focused()
    assert violations(alice) == []
    alice.set_viewport_size({"width": 390, "height": 844})
    assert violations(alice) == []


def test_what_was_done_is_said_beside_the_composer(acme: Workspace, alice: Page) -> None:
    send(acme, letter("A toast", "Does it cover anything?"))
    open_at(alice, acme, "/")
    opens(alice, "A toast")
    alice.keyboard.press("c")
    expect(alice.locator(".toast", has_text="Claimed")).to_be_visible()
    alice.keyboard.press("r")
    verb = alice.locator(".send-group .btn").first
    expect(verb).to_be_visible()
    verb.click(trial=True)
    alice.set_viewport_size({"width": 390, "height": 844})
    verb.click(trial=True)


def test_menus_take_the_keyboard(acme: Workspace, alice: Page) -> None:
    send(acme, letter("Keys only", "Nobody touches the mouse."))
    open_at(alice, acme, "/")
    opens(alice, "Keys only")
    for key, name in (("i", "Assign to"), ("l", "Tag"), ("s", "Snooze until")):
        alice.keyboard.press(key)
        expect(alice.locator(".q-menu").get_by_label(name, exact=True).first).to_be_focused()
        alice.keyboard.press("Escape")
        expect(alice.locator(".q-menu")).to_have_count(0)
    alice.keyboard.press("l")
    expect(alice.get_by_placeholder("Tag", exact=True)).to_be_focused()
    alice.keyboard.type("by keyboard")
    alice.keyboard.press("Enter")
    expect(alice.locator(".view-facts .tag")).to_contain_text("by keyboard")


def test_a_search_is_kept_removed_and_brought_back(acme: Workspace, alice: Page) -> None:
    open_at(alice, acme, "/?q=subject:kept")
    alice.get_by_role("button", name="Keep this search as a view").click()
    alice.get_by_role("dialog").get_by_label("Name").fill("To keep")
    alice.keyboard.press("Enter")
    kept = alice.locator(".folder", has_text="To keep")
    expect(kept).to_have_attribute("aria-current", "page")
    kept.hover()
    alice.get_by_role("button", name="Options of the view To keep").click()
    alice.get_by_role("menuitem", name="Remove").click()
    expect(kept).to_have_count(0)
    alice.locator(".toast", has_text="Removed the view To keep").get_by_role("button", name="Undo").click()
    expect(kept).to_have_attribute("aria-current", "page")
    assert_calm(alice)


def test_a_view_is_renamed_in_every_open_browser(acme: Workspace, alice: Page, bob: Page) -> None:
    with acme.inside() as session:
        owner = acme.owner_in(session)
        fields = {"organisation_id": owner.organisation_id, "query": "is:open", "created_at": owner.created_at}
        view = SavedView(name="Parts", **fields)
        session.add_all([view, SavedView(name="Taken", **fields)])
        session.flush()
        number = view.id
    open_at(alice, acme, "/")
    open_at(bob, acme, f"/inbox/saved:{number}")
    alice.set_viewport_size({"width": 390, "height": 844})
    alice.get_by_role("button", name="Folders", exact=True).click()
    alice.get_by_role("link", name="Parts").hover()
    alice.get_by_role("button", name="Options of the view Parts").click()
    alice.get_by_role("menuitem", name="Rename").click()
    dialog = alice.get_by_role("dialog")
    dialog.get_by_label("Name").fill("taken")
    alice.keyboard.press("Enter")
    expect(dialog).to_contain_text("There is already a view named taken.")
    dialog.get_by_label("Name").fill("Spare parts")
    alice.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(bob.get_by_role("link", name="Spare parts")).to_be_visible()
    expect(bob.get_by_role("heading", name="Spare parts")).to_be_visible()
    alice.locator(".toast", has_text="View renamed").get_by_role("button", name="Undo").click()
    expect(bob.get_by_role("heading", name="Parts", exact=True)).to_be_visible()
    assert_calm(alice)
    assert_calm(bob)


def test_what_is_pressed_belongs_to_what_is_highlighted(acme: Workspace, alice: Page) -> None:
    """The server shows a conversation some time after the key that asks for it; keys do not wait, and none is lost."""
    send(acme, letter("Swift one", "1"), letter("Swift two", "2"), letter("Swift three", "3"))
    open_at(alice, acme, "/")
    expect(row(alice, "Swift one")).to_be_visible()
    opens(alice, "Swift three")
    for key in ("j", "e", "r"):  # two is closed, and one, which follows it, is answered
        alice.keyboard.press(key)
    alice.keyboard.type("Swiftly answered.")
    expect(row(alice, "Swift two")).to_have_count(0)
    expect(alice.locator(".view-title")).to_contain_text("Swift one")
    expect(alice.locator(".editor-text")).to_contain_text("Swiftly answered.")
    expect(row(alice, "Swift three")).to_be_visible()
    expect(row(alice, "Swift one")).to_have_class(re.compile("is-at"))
    expect(alice.locator(".saved")).to_contain_text("Saved")
    assert_calm(alice)
