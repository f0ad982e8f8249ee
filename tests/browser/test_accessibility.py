"""axe-core finds nothing serious on any page, in light and in dark, wide and on a phone."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Workspace, arrived, assert_calm, open_at, violations, watched

pytestmark = pytest.mark.browser

PAGES = (
    "/inbox/trash",
    "/start",
    "/domains",
    "/domains/axe.test",
    "/aliases",
    "/mailboxes",
    "/templates",
    "/contacts",
    "/contacts/con_none",
    "/imports",
    "/audit",
    "/rules",
    "/rules/new",
    "/team",
    "/keys",
    "/integrations",
    "/events",
    "/queue",
    "/capture",
    "/suppressions",
    "/organisation",
    "/settings",
)
DIALOGS = (
    ("/domains", "Add domain"),
    ("/aliases", "Add alias"),
    ("/team", "Invite"),
    ("/keys", "Create key"),
    ("/suppressions", "Add addresses"),
    ("/integrations", "Add integration"),
    ("/mailboxes", "Add mailbox"),
    ("/team", "Notices"),
)


@pytest.fixture(scope="module", autouse=True)
def furnished(workspace: Workspace, chromium: object) -> None:
    """Something to show on the pages."""
    page = watched(chromium.new_page())  # type: ignore[attr-defined]
    page.context.add_cookies([{"name": "sid", "value": workspace.token, "url": workspace.url}])
    open_at(page, workspace, "/domains")
    page.get_by_role("button", name="Add domain").first.click()
    page.get_by_role("dialog").get_by_label("Domain").fill("axe.test")
    page.get_by_role("dialog").get_by_role("button", name="Add domain").click()
    arrived(page, "**/domains/axe.test")
    open_at(page, workspace, "/aliases")
    page.get_by_role("button", name="Add alias").first.click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("support")
    page.get_by_role("dialog").get_by_role("button", name="Add alias").click()
    page.get_by_text("support@axe.test", exact=True).wait_for()
    open_at(page, workspace, "/team")
    page.get_by_role("button", name="Invite").first.click()
    page.get_by_role("dialog").get_by_label("E-mail").fill("someone@axe.test")
    page.get_by_role("dialog").get_by_role("button", name="Send invitation").click()
    page.get_by_role("button", name="Done").click()
    page.close()


def themed(context: BrowserContext, workspace: Workspace, theme: str) -> None:
    context.add_cookies([{"name": "theme", "value": theme, "url": workspace.url}])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_pages(page: Page, context: BrowserContext, workspace: Workspace, path: str, theme: str) -> None:
    themed(context, workspace, theme)
    open_at(page, workspace, path)
    page.wait_for_timeout(150)
    assert violations(page) == []
    assert_calm(page)


@pytest.mark.parametrize(("path", "opener"), DIALOGS)
def test_dialogs(page: Page, workspace: Workspace, path: str, opener: str) -> None:
    open_at(page, workspace, path)
    page.get_by_role("button", name=opener).first.click()
    page.get_by_role("dialog").wait_for()
    page.wait_for_timeout(150)
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/domains/axe.test", "/aliases", "/team", "/queue", "/capture"])
def test_phone(page: Page, workspace: Workspace, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_at(page, workspace, path)
    page.wait_for_timeout(150)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing sticks out"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/login", "/signup", "/forgot", "/reset?token=x", "/invitation?token=x"])
def test_strangers_pages(context: BrowserContext, workspace: Workspace, path: str, theme: str) -> None:
    themed(context, workspace, theme)
    page = watched(context.new_page())
    page.goto(workspace.url + path)
    assert violations(page) == []
