"""From an answer that cannot be delivered to the list of suppressed addresses, as a newcomer would try it."""

import re
import smtplib
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Workspace, assert_calm, founded, open_at, signed_in, violations
from tests.browser.mailing import letter
from tests.browser.test_first_visit import add_alias, add_domain
from tests.program import Program

pytestmark = pytest.mark.browser
ADDRESS = "support@acme.test"


def test_a_bounce_and_a_complaint_lead_to_the_list(context: BrowserContext, tmp_path: Path) -> None:
    with Program(tmp_path) as program:
        workspace = founded(program)
        page = signed_in(context, workspace)
        page.goto(program.url + "/domains")
        add_domain(page)
        page.goto(program.url + "/aliases")
        add_alias(page)
        program.wait_for(ADDRESS)
        answered(page, workspace, "Order 17", "zoe@globex.test")
        answered_as_recipient(page, workspace, "Order 17", "Bounce")
        answered(page, workspace, "Order 18", "yan@globex.test")
        answered_as_recipient(page, workspace, "Order 18", "Complain")

        open_at(page, workspace, "/suppressions")
        expect(page.get_by_text("zoe@globex.test", exact=True)).to_be_visible()
        expect(page.get_by_text("yan@globex.test", exact=True)).to_be_visible()
        expect(line(page, "zoe@globex.test")).to_contain_text("Does not exist")
        expect(line(page, "yan@globex.test")).to_contain_text("Complained")
        assert violations(page) == []

        line(page, "zoe@globex.test").get_by_role("link", name=re.compile("about zoe")).click()
        expect(page.locator(".view-title")).to_contain_text("Order 17")
        expect(page.get_by_text("undelivered").first).to_be_visible()
        expect(page.get_by_text("Not delivered to zoe@globex.test").first).to_be_visible()

        page.keyboard.press("r")
        expect(page.get_by_role("textbox", name="Message")).to_be_focused()
        page.keyboard.type("Once more.")
        expect(page.locator(".saved")).to_contain_text("Saved")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Nothing is sent to zoe@globex.test.")).to_be_visible()
        page.get_by_role("button", name="Take off the list and send").click()
        expect(page.locator(".toast", has_text="Sending")).to_be_visible()

        open_at(page, workspace, "/suppressions")
        page.get_by_role("button", name="Remove yan@globex.test").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(page.get_by_text("yan@globex.test", exact=True)).to_have_count(0)
        expect(page.get_by_text("zoe@globex.test", exact=True)).to_have_count(0)
        assert_calm(page)


def test_many_are_added_found_and_saved(context: BrowserContext, tmp_path: Path) -> None:
    with Program(tmp_path) as program:
        workspace = founded(program)
        page = signed_in(context, workspace)
        open_at(page, workspace, "/suppressions")
        expect(page.get_by_text("Everybody can be written to")).to_be_visible()
        page.get_by_role("button", name="Add addresses").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Addresses").fill("ann@there.test, not-an-address")
        dialog.get_by_role("button", name="Suppress").click()
        expect(dialog.get_by_text("not-an-address is not an address")).to_be_visible()
        dialog.get_by_label("Addresses").fill("ann@there.test\nbob@there.test")
        dialog.get_by_label("Why").fill("=1+1")
        dialog.get_by_role("button", name="Suppress").click()
        expect(line(page, "bob@there.test")).to_contain_text("Added by Alice Archer")
        page.get_by_label("Search suppressed addresses").fill("ANN")
        with page.expect_download() as saved:  # at once: what is saved is what was chosen, not what is shown yet
            page.get_by_role("button", name="CSV").click()
        text = Path(saved.value.path()).read_text()
        assert "ann@there.test,manual,'=1+1" in text and "bob@" not in text
        expect(line(page, "bob@there.test")).to_have_count(0)
        expect(line(page, "ann@there.test")).to_be_visible()
        assert_calm(page)


def answered(page: Page, workspace: Workspace, subject: str, customer: str) -> None:
    """A customer asks, and gets an answer that is kept instead of leaving."""
    message = letter(subject, "Where is it?", author=f"Customer <{customer}>")
    with smtplib.SMTP("127.0.0.1", workspace.program.ports["smtp"], timeout=60) as client:
        client.sendmail(customer, [ADDRESS], message.as_bytes())
    open_at(page, workspace, "/inbox/unassigned")  # the inbox itself leads to the first steps while it is empty
    page.locator(".conv", has_text=subject).click()
    expect(page.locator(".view-title")).to_contain_text(subject)
    page.keyboard.press("r")
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()
    page.keyboard.type("It is on its way.")
    expect(page.locator(".saved")).to_contain_text("Saved")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast", has_text="Sending")).to_be_visible()


def answered_as_recipient(page: Page, workspace: Workspace, subject: str, verb: str) -> None:
    """Once the time to take it back is over it lies in the capture."""
    open_at(page, workspace, "/capture")
    page.get_by_text(f"Re: {subject}").first.click()
    page.get_by_role("button", name=verb).click()
    if verb == "Bounce":
        page.get_by_role("dialog").get_by_role("button", name="Bounce").click()
    expect(page.get_by_text("Accepted as mail from outside").last).to_be_visible()


def line(page: Page, address: str):  # type: ignore[no-untyped-def]
    return page.locator(".list-row", has_text=address)
