"""Mail from elsewhere, as people bring it: a file with its progress, an account that is pulled; and out again."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlmodel import select

from models import Import, ImportState, Mailbox, SyncJob
from services import clock
from services.mail.archives import escaped
from tests.browser.conftest import Workspace, assert_calm, founded, open_at, signed_in, violations
from tests.browser.test_first_visit import add_domain
from tests.program import Program
from tests.services.flows.syncing.dovecot import PROGRAM, serving

pytestmark = pytest.mark.browser
# The tag is typed in the very moment in which the file is chosen.
TYPES_LATE = """([tag, file]) => file.addEventListener("change", () => {
    tag.value = "From the attic";
    tag.dispatchEvent(new Event("input", { bubbles: true }));
}, { capture: true })"""
AT = datetime(2024, 1, 1, tzinfo=UTC)


def mail(number: int) -> bytes:
    head = f"From: Carl <carl@customer.test>\r\nSubject: Sprocket {number}\r\nMessage-ID: <{number}@old.test>\r\n"
    return f"{head}\r\nWhere is it?\r\n".encode()


def test_a_file_comes_in_and_goes_out(context: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "old.mbox"
    file.write_bytes(escaped(mail(1), AT) + escaped(b"\r\n", AT) + escaped(mail(2), AT))
    with Program(tmp_path / "data") as program:
        workspace = founded(program)
        page = signed_in(context, workspace)
        open_at(page, workspace, "/imports")
        expect(page.get_by_text("Nothing was imported yet")).to_be_visible()
        page.get_by_role("button", name="Import a file").click()
        asking = page.get_by_role("dialog")
        controls = [asking.get_by_label("Tag"), asking.locator("input[type=file]")]
        page.evaluate(TYPES_LATE, [each.element_handle() for each in controls])
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose a file").click()
        chooser.value.set_files(file)
        expect(row(page, "old.mbox")).to_contain_text("2 imported · 1 failed")
        expect(row(page, "old.mbox")).to_contain_text("Done")
        with page.expect_download() as errors:
            row(page, "old.mbox").get_by_role("link", name="Errors as CSV").click()
        assert "It is empty." in Path(errors.value.path()).read_text()

        page.get_by_role("button", name="Export").click()
        with page.expect_download() as saved:
            page.get_by_role("dialog").get_by_role("button", name="Export").click()
        assert Path(saved.value.path()).read_bytes() == escaped(mail(1), AT) + escaped(mail(2), AT)

        row(page, "old.mbox").get_by_role("button", name="Remove").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(page.get_by_text("Nothing was imported yet")).to_be_visible()
        open_at(page, workspace, "/inbox/done")
        page.locator(".conv", has_text="Sprocket 2").click()
        expect(page.locator(".view-title")).to_contain_text("Sprocket 2")
        expect(page.locator(".view").get_by_text("from the attic").first).to_be_visible()
        assert_calm(page)


def test_what_is_under_way_shows_how_far_it_is(context: BrowserContext, tmp_path: Path) -> None:
    with Program(tmp_path) as program:
        workspace = founded(program)
        with workspace.inside() as session:
            box = session.exec(select(Mailbox)).one()
            place = {"organisation_id": box.organisation_id, "mailbox_id": box.id, "created_at": clock.now()}
            moved = {"state": ImportState.RUNNING, "total": 10, "imported": 3, "failed": 1}
            session.add(Import(name="archive.mbox", path=str(tmp_path / "x"), **place, **moved))  # type: ignore[arg-type]
            broken = {"state": ImportState.FAILED, "error": "The file breaks off or cannot be read: " + "x" * 300}
            session.add(Import(name="broken" * 30, path=str(tmp_path / "y"), **place, **broken))  # type: ignore[arg-type]
        page = signed_in(context, workspace)
        page.set_viewport_size({"width": 390, "height": 844})
        open_at(page, workspace, "/imports")
        expect(row(page, "archive.mbox")).to_contain_text("4 of 10 messages")
        expect(page.get_by_role("meter")).to_have_attribute("aria-valuenow", "40")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        words = page.locator(".heading-words").bounding_box()
        assert words and words["width"] > 300, "the heading has the phone's width"
        row(page, "archive.mbox").get_by_role("button", name="Cancel").click()
        expect(row(page, "archive.mbox")).to_contain_text("Cancelled")
        assert_calm(page)


@pytest.mark.skipif(PROGRAM is None, reason="there is no dovecot here")
def test_an_account_is_pulled_into_a_mailbox(context: BrowserContext, tmp_path: Path) -> None:
    with serving() as remote, Program(tmp_path, allow_private_targets="true") as program:
        for number in (1, 2):
            remote.put(f"Sprocket {number}", AT, number=number)
        workspace = founded(program)
        page = signed_in(context, workspace)
        page.goto(program.url + "/domains")
        add_domain(page)
        open_at(page, workspace, "/mailboxes/1")
        page.get_by_label("Its own address").fill("ida@acme.test")
        page.get_by_role("button", name="Save address").click()
        page.get_by_role("button", name="Add an account").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Server").fill("127.0.0.1")
        dialog.get_by_label("Encryption").click()
        page.get_by_role("option", name="None").click()
        expect(dialog.get_by_label("Port", exact=True)).to_have_value("143")
        dialog.get_by_label("Port", exact=True).fill(str(remote.port))
        dialog.get_by_label("User name").fill("ida")
        dialog.get_by_label("Password").fill("wrong")
        dialog.get_by_text("More options").click()
        dialog.get_by_label("Put all under the tag").fill("Attic")
        dialog.get_by_role("button", name="Check and save").click()
        expect(dialog.get_by_text(re.compile("uthentication failed"))).to_be_visible()
        assert violations(page) == []
        dialog.get_by_label("Password").fill("secret")
        dialog.get_by_role("button", name="Check and save").click()
        account = row(page, "ida at 127.0.0.1")
        expect(account).to_contain_text("2 messages pulled")
        expect(account).to_contain_text("Up to date")

        remote.put("Sprocket 3", clock.now(), number=3)
        open_at(page, workspace, "/imports")
        account.get_by_role("button", name="Change ida").click()
        expect(dialog.get_by_label("Server")).to_have_value("127.0.0.1")
        dialog.get_by_label("Server").fill("localhost")
        dialog.get_by_role("button", name="Check and save").click()
        expect(dialog.get_by_text("It would go to another server: give the password again.")).to_be_visible()
        dialog.get_by_label("Server").fill("127.0.0.1")
        dialog.get_by_role("button", name="Check and save").click()
        expect(account).to_contain_text("Into ida@acme.test · 3 messages pulled")
        expect(account).to_contain_text("Up to date")
        account.get_by_role("button", name="Pause ida").click()
        expect(account).to_contain_text("Paused")
        under_way(workspace)
        page.reload()
        expect(account).to_contain_text("40 of 50 messages")
        expect(page.get_by_role("meter")).to_have_attribute("aria-valuenow", "80")
        assert violations(page) == []
        open_at(page, workspace, "/inbox/unassigned")
        expect(page.locator(".conv", has_text="Sprocket 3")).to_contain_text("attic")
        expect(page.locator(".conv", has_text="Sprocket 1")).to_have_count(0)
        assert_calm(page)


def under_way(workspace: Workspace) -> None:
    """As if a run were in the middle of it."""
    with workspace.inside() as session:
        job = session.exec(select(SyncJob)).one()
        job.active, job.run_done, job.run_total = True, 40, 50
        job.due_at = job.leased_until = clock.now() + timedelta(days=1)


def row(page: Page, name: str) -> Locator:
    return page.locator(".list-row", has_text=name)
