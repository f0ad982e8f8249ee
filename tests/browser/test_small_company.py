"""A small company's routing, set up by somebody new from an empty workspace in Chromium: support, billing, sales that
Slack hears of, and an on-call rota; then mail over SMTP, and who sees what of it and why."""

import json
import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import OWNER, PASSWORD, arrived, assert_calm, ready, violations, watched
from tests.http_target import Target, serving
from tests.program import Program

pytestmark = pytest.mark.browser


@dataclass
class Company:
    """The running program, what stands in for Slack, and the owner's browser."""

    program: Program
    slack: Target
    owner: Page

    def open(self, path: str, page: Page | None = None) -> Page:
        page = page or self.owner
        page.goto(self.program.url + path)
        ready(page)
        return page

    def send(self, to: str, subject: str, text: str) -> None:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = "Zoe Customer <zoe@globex.test>", to, subject
        message["Message-ID"] = make_msgid(domain="globex.test")
        message.set_content(text)
        self.program.wait_for(to)
        with smtplib.SMTP("127.0.0.1", self.program.ports["smtp"], timeout=60) as client:
            client.sendmail("zoe@globex.test", [to], message.as_bytes())


@pytest.fixture
def company(context: BrowserContext, tmp_path: Path) -> Iterator[Company]:
    with serving() as slack, Program(tmp_path, allow_private_targets="true") as program:
        yield Company(program, slack, watched(context.new_page()))


def test_the_routing_of_a_small_company(company: Company, chromium: Browser) -> None:
    found(company)
    add_domain(company)
    bob, cleo = (invite(company, chromium, name) for name in ("Bob Baker", "Cleo Carter"))
    for name in ("Support", "Billing", "Sales"):
        add_mailbox(company, name)
    connect_slack(company)
    add_alias(company, "support", queue="Support")
    add_alias(company, "billing", queue="Billing")
    add_alias(company, "sales", queue="Sales")
    add_alias(company, "oncall", queue="Support", people=("Bob Baker", "Cleo Carter"))
    notify_of_sales(company)
    write_in(company)
    see_who_owns_what(company, bob, cleo)
    read_what_slack_got(company)
    ask_why(company)
    tell_again(company)
    for page in (company.owner, bob, cleo):
        assert_calm(page)


def found(company: Company) -> None:
    """The first page asks for the owner; nothing else stands between a newcomer and the inbox."""
    page = company.owner
    page.goto(company.program.url)
    page.get_by_label("Organisation").fill(OWNER["organisation"])
    page.get_by_label("Your name").fill(OWNER["name"])
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create organisation").click()
    ready(page)
    page.complaints.clear()  # type: ignore[attr-defined]


def add_domain(company: Company) -> None:
    page = company.open("/start")
    page.get_by_role("link", name="Add your domain").click()
    arrived(page, "**/domains")
    page.get_by_role("button", name="Add domain").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Domain").fill("acme.test")
    dialog.get_by_role("button", name="Add domain").click()
    arrived(page, "**/domains/acme.test")


def invite(company: Company, chromium: Browser, name: str) -> Page:
    """A colleague who takes the invitation in a browser of their own; returns their page."""
    page = company.open("/team")
    page.get_by_role("button", name="Invite").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill(f"{name.split()[0].lower()}@acme.test")
    dialog.get_by_role("button", name="Send invitation").click()
    link = page.get_by_text(re.compile(r"/invitation\?token="))
    expect(link).to_be_visible()
    path = "/invitation" + (link.text_content() or "").split("/invitation")[1]
    colleague = watched(chromium.new_context(viewport={"width": 1280, "height": 800}).new_page())
    colleague.goto(company.program.url + path)
    colleague.get_by_label("Your name").fill(name)
    colleague.get_by_label("Password").fill(PASSWORD)
    colleague.get_by_role("button", name="Join the team").click()
    ready(colleague)
    return colleague


def add_mailbox(company: Company, name: str) -> None:
    page = company.open("/mailboxes")
    expect(page.get_by_role("link", name="Support", exact=True)).to_be_visible()  # the one that was there first
    if page.get_by_role("link", name=name, exact=True).count():
        return
    page.get_by_role("button", name="Add mailbox").click()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Add mailbox").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def connect_slack(company: Company) -> None:
    """For what a rule tells it and nothing else: without an event of its own."""
    page = company.open("/integrations")
    page.get_by_role("button", name="Add integration").first.click()
    page.get_by_role("button", name="Slack").click()
    dialog = page.get_by_role("dialog", name="Add Slack")
    dialog.get_by_label("Name").fill("#sales")
    dialog.get_by_label("URL").fill(company.slack.url)
    dialog.get_by_role("checkbox", name="Mail arrives").click()
    dialog.get_by_role("button", name="Add integration").click()
    expect(page.get_by_role("heading", name="#sales")).to_be_visible()
    expect(page.get_by_text("hears of what rules tell it")).to_be_visible()


def choose(page: Page, control: Locator, option: str) -> None:
    control.click()
    page.get_by_role("option", name=option, exact=True).click()


def add_alias(company: Company, local: str, *, queue: str, people: tuple[str, ...] = ()) -> None:
    page = company.open("/aliases")
    page.get_by_role("button", name="Add alias").first.click()
    dialog = page.get_by_role("dialog", name="Add an alias")
    dialog.get_by_label("Name", exact=True).fill(local)
    choose(page, dialog.get_by_label("Queue"), queue)
    if people:
        dialog.get_by_label("People").click()
        for name in people:
            page.get_by_role("option", name=name).click()
        page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Add alias").click()
    expect(page.get_by_text(f"{local}@acme.test", exact=True)).to_be_visible()


def notify_of_sales(company: Company) -> None:
    page = company.open("/rules/new")
    page.get_by_label("Name", exact=True).fill("Tell sales")
    condition = page.get_by_role("group", name="Condition 1")
    condition.get_by_label("Field").select_option(label="Alias")
    condition.get_by_label("Comparison").select_option("is")
    condition.get_by_label("Value").fill("sales@acme.test")
    action = page.get_by_role("group", name="Action 1")
    action.get_by_label("Action", exact=True).select_option(label="Notify")
    action.get_by_label("Integration").select_option(label="#sales")
    page.get_by_role("button", name="Save rule").click()
    arrived(page, "**/rules?saved=*")
    expect(page.get_by_text("alias is “sales@acme.test” → notify #sales")).to_be_visible()


MAIL = (
    ("support", "My lamp is dark", "It was bright yesterday."),
    ("billing", "Invoice 7", "Who pays it?"),
    ("sales", "A thousand lamps", "What would they cost?"),
    ("oncall", "Fire in the lobby", "Please come."),
    ("oncall", "Water in the cellar", "Please come, too."),
    ("oncall", "Smoke again", "Come back."),
)


def write_in(company: Company) -> None:
    """From outside, over SMTP; each is there before the next is sent, so that turns are taken in this order."""
    page = company.open("/")
    for local, subject, text in MAIL:
        company.send(f"{local}@acme.test", subject, text)
        expect(page.get_by_role("option").filter(has_text=subject)).to_be_visible()


def see_who_owns_what(company: Company, bob: Page, cleo: Page) -> None:
    """Each queue has its own mail; the rota gave Bob the first and the third call, Cleo the second."""
    shows(company, company.owner, "Support", 0, 3, 4, 5)
    shows(company, company.owner, "Billing", 1)
    shows(company, company.owner, "Sales", 2)
    shows(company, company.owner, "Unassigned", 0, 1, 2)
    shows(company, bob, "Mine", 3, 5)
    shows(company, cleo, "Mine", 4)


def shows(company: Company, page: Page, folder: str, *numbers: int) -> None:
    company.open("/", page)
    page.get_by_role("link", name=folder).click()
    for number, (_, subject, _) in enumerate(MAIL):
        expect(page.get_by_role("option").filter(has_text=subject)).to_have_count(1 if number in numbers else 0)


def read_what_slack_got(company: Company) -> None:
    """One message, of the one mail that sales got; the log on the page says the same."""
    page = company.open("/integrations")
    expect(page.get_by_text("Delivered")).to_be_visible()
    page.get_by_role("link", name="#sales").click()
    expect(page.get_by_text("rule.matched")).to_be_visible()
    assert_told(company, "*A thousand lamps*", "from Zoe Customer", "What would they cost?")


def assert_told(company: Company, *words: str) -> None:
    """Slack has got one message more, with these words, and nothing else."""
    said = [json.loads(each.body)["text"] for each in company.slack.requests]
    company.slack.requests.clear()
    assert len(said) == 1 and all(each in said[0] for each in words)


def ask_why(company: Company) -> None:
    page = company.open("/")
    page.get_by_text("A thousand lamps").first.click()
    page.get_by_role("button", name="More about this message").click()
    page.get_by_role("menuitem", name="Why is this here?").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Addressed to sales@acme.test.")
    expect(dialog).to_contain_text("Rule “Tell sales”: #sales notified.")


def tell_again(company: Company) -> None:
    """Everything that happened is on one page, and what Slack ought to have heard of as well can be sent to it."""
    page = company.open("/events")
    expect(page.get_by_role("button", name="New ticket")).to_have_count(len(MAIL))
    choose(page, page.get_by_label("What", exact=True), "Mail arrives")
    expect(page.get_by_role("button", name="New ticket")).to_have_count(0)
    page.locator(".audit-line").filter(has_text="Invoice 7").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text('"subject": "Invoice 7"')
    assert violations(page) == []
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_text("On its way to #sales.")).to_be_visible()
    company.open("/integrations").get_by_role("link", name="#sales").click()
    expect(page.get_by_text("message.received")).to_be_visible()
    expect(page.get_by_text("Delivered", exact=True)).to_have_count(2)
    assert_told(company, "New mail: *Invoice 7*")
