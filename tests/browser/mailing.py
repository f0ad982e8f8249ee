"""Customers for browser tests: a domain with an alias, and mail over real SMTP."""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from playwright.sync_api import Page, expect
from sqlmodel import select

from models import Domain
from services import access, aliases, domains
from tests.browser.conftest import Workspace

ADDRESS = "help@acme.example"


def open_for_mail(workspace: Workspace) -> None:
    """Give the workspace its alias, straight into the program's database, once; mail to it is taken then."""
    with workspace.inside() as session:
        if session.exec(select(Domain).where(Domain.name == "acme.example")).first() is None:
            actor = access.of(workspace.owner_in(session))
            domain = domains.add(session, "acme.example", actor=actor)
            aliases.add(session, domain.id or 0, "help", display_name="Acme Help", actor=actor)
    workspace.program.wait_for(ADDRESS)


def opens(page: Page, subject: str) -> None:
    """Open the conversation of the list with that subject, as soon as it is there."""
    page.locator(".conv", has_text=subject).click()
    expect(page.locator(".view-title")).to_contain_text(subject)


def letter(subject: str, text: str, *, html: str = "", author: str = "Zoe Customer <zoe@globex.test>") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = author, ADDRESS, subject
    message["Message-ID"] = make_msgid(domain="globex.test")
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def send(workspace: Workspace, *messages: EmailMessage | bytes) -> None:
    with smtplib.SMTP("127.0.0.1", workspace.program.ports["smtp"], timeout=60) as client:
        for message in messages:
            content = message if isinstance(message, bytes) else message.as_bytes()
            client.sendmail("zoe@globex.test", [ADDRESS], content)
