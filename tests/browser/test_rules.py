"""Rules as a newcomer sets them up in Chromium: written, tried on stored mail, ordered, obeyed by mail over SMTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Workspace, arrived, assert_calm, founded, open_at, ready, signed_in, violations
from tests.browser.mailing import letter, open_for_mail, send
from tests.program import Program

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace of its own: rules act on everybody's mail."""
    with Program(tmp_path_factory.mktemp("office")) as program:
        workspace = founded(program)
        open_for_mail(workspace)
        yield workspace


@pytest.fixture
def desk(context: BrowserContext, office: Workspace) -> Page:
    return signed_in(context, office)


def test_from_an_empty_workspace_to_mail_that_is_routed(desk: Page, office: Workspace) -> None:
    send(office, letter("Your invoice 7", "Please pay."), letter("Hello", "Is anybody there?"))
    open_at(desk, office, "/rules")
    desk.get_by_role("link", name="Tag invoices as billing").click()
    ready(desk)
    expect(desk.get_by_text("subject contains “payment”")).to_be_visible()
    tried(desk)
    save(desk)
    write(desk, office, "Sales first", "lamp", "Set the priority", "high")
    write(desk, office, "Support", "broken", "Add a tag", "support")
    names = desk.locator(".rule-name")
    expect(names).to_have_text(["Tag invoices as billing", "Sales first", "Support"])
    desk.get_by_role("button", name="Move Support").press("ArrowUp")
    expect(names).to_have_text(["Tag invoices as billing", "Support", "Sales first"])
    send(office, letter("A payment", "Sent."), letter("A broken lamp", "Help!"))
    expect(row(desk, "Tag invoices as billing")).to_contain_text("1 hit")
    expect(row(desk, "Support")).to_contain_text("1 hit")
    expect(row(desk, "Sales first")).to_contain_text("1 hit")
    why(desk, office)
    open_at(desk, office, "/rules")
    expect(names).to_have_text(["Tag invoices as billing", "Support", "Sales first"])
    assert_calm(desk)


def row(desk: Page, name: str) -> Locator:
    return desk.locator(".rule-line").filter(has=desk.get_by_role("link", name=name))


def tried(desk: Page) -> None:
    """The trial says what it found, and shows it again to who comes back."""
    desk.get_by_role("button", name="Try it").click()
    progress = desk.get_by_role("status").filter(has_text="would match")
    expect(progress).to_have_text("1 of 2 messages would match.")
    desk.reload()
    ready(desk)
    expect(progress).to_have_text("1 of 2 messages would match.")
    desk.get_by_text("Your invoice 7").first.click()
    expect(desk.get_by_label("Conditions").get_by_text("found “Your invoice 7”").first).to_be_visible()
    expect(desk.get_by_role("link", name="Open the conversation")).to_be_visible()
    assert violations(desk) == []


def save(desk: Page) -> None:
    desk.get_by_role("button", name="Save rule").click()
    arrived(desk, "**/rules?saved=*")


def write(desk: Page, office: Workspace, name: str, word: str, action: str, value: str) -> None:
    """A rule from nothing: subject contains `word` → `action` with `value`."""
    open_at(desk, office, "/rules/new")
    desk.get_by_label("Name", exact=True).fill(name)
    desk.get_by_role("group", name="Condition 1").get_by_label("Value").fill(word)
    row = desk.get_by_role("group", name="Action 1")
    row.get_by_label("Action", exact=True).select_option(label=action)
    control = row.locator(".rule-value")
    if action == "Set the priority":
        control.select_option(value)
    else:
        control.fill(value)
    save(desk)


def why(desk: Page, office: Workspace) -> None:
    """The message says which rules it met, and leads to them."""
    open_at(desk, office, "/")
    desk.get_by_text("A broken lamp").first.click()
    desk.get_by_role("button", name="More about this message").click()
    desk.get_by_role("menuitem", name="Why is this here?").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("Rule “Support”: subject contains “broken” → tagged support.")
    dialog.get_by_role("listitem").filter(has_text="Rule “Support”").get_by_role("link", name="Open the rule").click()
    expect(desk.get_by_role("heading", name="Support", exact=True)).to_be_visible()
    expect(desk.get_by_text("What it has done")).to_be_visible()


def test_an_impossible_condition_is_refused_where_it_is_typed(desk: Page, office: Workspace) -> None:
    open_at(desk, office, "/rules/new")
    first = desk.get_by_role("group", name="Condition 1")
    first.get_by_label("Field").select_option("size")
    expect(first.get_by_label("Comparison")).not_to_contain_text("contains")
    first.get_by_label("Size").fill("huge")
    expect(first.get_by_role("alert")).to_contain_text("Size is a number of bytes, such as 5 MB")
    first.get_by_label("Size").fill("5")
    expect(first.get_by_role("alert")).to_have_count(0)
    first.get_by_label("Field").select_option("subject")
    first.get_by_label("Comparison").select_option("matches")
    first.get_by_label("Value").fill("invoice (")
    expect(first.get_by_role("alert")).to_contain_text("This expression can't be read")
    desk.get_by_role("button", name="Save rule").click()
    expect(desk.get_by_role("group", name="Action 1").get_by_role("alert")).to_be_visible()
    assert desk.url.endswith("/rules/new")
    assert violations(desk) == []
    assert_calm(desk)


def test_rules_go_out_as_a_file_and_come_in_again(desk: Page, office: Workspace, tmp_path: Path) -> None:
    write(desk, office, "To be copied", "copy", "Add a tag", "copied")
    expect(desk.locator(".rule-line", has_text="To be copied")).to_be_visible()
    before = desk.locator(".rule-line").count()
    desk.get_by_role("button", name="Files").click()
    with desk.expect_download() as download:
        desk.get_by_text("Export as JSON").click()
    download.value.save_as(tmp_path / "rules.json")
    bring(desk, tmp_path / "rules.json")
    expect(desk.locator(".rule-line")).to_have_count(before * 2)
    (tmp_path / "bad.json").write_text('{"rules": [{"name": "x", "actions": [{"type": "fly"}]}]}')
    bring(desk, tmp_path / "bad.json")
    expect(desk.get_by_role("dialog").get_by_role("alert")).to_contain_text(
        "Rule 1 of the file: There is no action “fly”"
    )
    assert_calm(desk)


def bring(desk: Page, path: Path) -> None:
    desk.get_by_role("button", name="Files").click()
    desk.get_by_text("Import from JSON").click()
    with desk.expect_file_chooser() as chooser:
        desk.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)
