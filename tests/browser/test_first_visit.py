"""A newcomer's first minutes: set-up, a domain, an alias, a colleague; and nothing a page complains about."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import OWNER, PASSWORD, arrived, assert_calm, ready, watched
from tests.program import Program

pytestmark = pytest.mark.browser


def test_from_set_up_to_a_colleague(context: BrowserContext, tmp_path: Path) -> None:
    with Program(tmp_path) as program:
        page = watched(context.new_page())
        page.goto(program.url)
        set_up(page)
        page.goto(program.url + "/domains")
        add_domain(page)
        page.goto(program.url + "/aliases")
        add_alias(page)
        page.goto(program.url + "/team")
        link = invite(page)
        assert_calm(page)
        colleague = watched(context.browser.new_context().new_page())  # type: ignore[union-attr]
        colleague.goto(program.url + link)
        colleague.get_by_label("Your name").fill("Bob Baker")
        colleague.get_by_label("Password").fill(PASSWORD)
        colleague.get_by_role("button", name="Join the team").click()
        expect(page.get_by_text("Bob Baker")).to_be_visible()  # in the page that was open all the time


def set_up(page: Page) -> None:
    expect(page.get_by_role("heading", name="Welcome to Mailroom")).to_be_visible()
    page.get_by_label("Organisation").fill(OWNER["organisation"])
    page.get_by_label("Your name").fill(OWNER["name"])
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create organisation").click()
    ready(page)
    page.complaints.clear()  # type: ignore[attr-defined]


def add_domain(page: Page) -> None:
    ready(page)
    page.get_by_role("button", name="Add domain").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Domain").fill("not a domain")
    dialog.get_by_role("button", name="Add domain").click()
    expect(dialog.get_by_text("is not a domain name")).to_be_visible()
    dialog.get_by_label("Domain").fill("acme.test")
    dialog.get_by_role("button", name="Add domain").click()
    arrived(page, "**/domains/acme.test")
    expect(page.get_by_role("heading", name="DNS records")).to_be_visible()
    expect(page.get_by_text("_mailroom.acme.test")).to_be_visible()


def add_alias(page: Page) -> None:
    ready(page)
    page.get_by_role("button", name="Add alias").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("support")
    page.keyboard.press("Enter")
    expect(page.get_by_text("support@acme.test", exact=True)).to_be_visible()


def invite(page: Page) -> str:
    ready(page)
    page.get_by_role("button", name="Invite").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("bob@acme.test")
    dialog.get_by_role("button", name="Send invitation").click()
    shown = page.get_by_text(re.compile(r"/invitation\?token="))
    expect(shown).to_be_visible()
    link = "/invitation" + (shown.text_content() or "").split("/invitation")[1]
    page.get_by_role("button", name="Done").click()
    return link
