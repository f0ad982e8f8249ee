"""What a reader learns in Chromium of who mail is from: three messages over SMTP, judged by a DNS of our own."""

import smtplib
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from services.mail import dkim
from tests import dns_server
from tests.browser.conftest import OWNER, Workspace, assert_calm, founded, ready, signed_in, violations
from tests.dns_server import Zone
from tests.program import Program

pytestmark = pytest.mark.browser
KEY = dkim.rsa_key_pair()


@pytest.fixture
def zone() -> Iterator[Zone]:
    with dns_server.serving() as served:
        served.set_text("customer.test", "v=spf1 ip4:127.0.0.1 -all")
        served.set_text("_dmarc.customer.test", "v=DMARC1; p=reject")
        served.set_text("_dmarc.bank.test", "v=DMARC1; p=reject")
        served.set_text("k._domainkey.slow.test", dkim.record(KEY.public))
        served.silences.add("_dmarc.slow.test")
        yield served


@pytest.fixture
def open_house(tmp_path: Path, zone: Zone) -> Iterator[Workspace]:
    """A program that trusts no network, so that mail from this machine is judged like anybody's."""
    with Program(tmp_path, dns_nameservers=zone.nameservers, trusted_networks="") as program:
        workspace = founded(program)
        with httpx.Client(base_url=program.url, timeout=60) as client:
            login = client.post("/api/auth/login", json={"email": OWNER["email"], "password": OWNER["password"]})
            client.headers["Authorization"] = "Bearer " + login.json()["token"]
            domain = client.post("/api/domains", json={"domain": "acme.test"}).json()
            client.post("/api/aliases", json={"domainId": domain["id"], "localPart": "help"}).raise_for_status()
        program.wait_for("help@acme.test")
        yield workspace


def send(program: Program, author: str, subject: str) -> None:
    content = (
        f"From: {author}\r\nTo: help@acme.test\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\nHello.\r\n"
    )
    signer = dkim.Signer("k", KEY.private)
    field = dkim.sign(content.encode(), domain="slow.test", signers=[signer], at=int(time.time()))
    with smtplib.SMTP("127.0.0.1", program.ports["smtp"], timeout=60) as client:
        client.sendmail(author, ["help@acme.test"], field + content.encode())


def read(page: Page, subject: str) -> None:
    page.get_by_role("option").filter(has_text=subject).click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()


def test_the_head_of_a_message_says_who_it_is_from(open_house: Workspace, context: BrowserContext, zone: Zone) -> None:
    for author, subject in (("a@customer.test", "Good"), ("b@bank.test", "Forged"), ("c@slow.test", "Slow")):
        send(open_house.program, author, subject)
    page = signed_in(context, open_house)
    page.goto(open_house.url)
    ready(page)
    read(page, "Good")
    line = page.get_by_role("button", name="Passed: sent by customer.test’s own servers")
    expect(line).to_have_attribute("aria-expanded", "false", timeout=150_000)  # asked again, should the DNS be slow
    line.click()
    expect(page.locator(".authenticity-details")).to_contain_text("customer.test asks for such mail to be refused")
    read(page, "Forged")
    warning = page.get_by_role(
        "button", name="Warning: this mail claims to be from bank.test, but bank.test says it isn’t"
    )
    expect(warning).to_be_visible(timeout=150_000)
    warning.click()
    expect(page.locator(".authenticity-details")).to_contain_text("neither SPF nor DKIM passed for bank.test")
    assert not violations(page)
    read(page, "Slow")
    expect(
        page.get_by_text("Not checked yet: the DNS gave no answer about slow.test; it is asked again")
    ).to_be_visible()
    zone.set_text("_dmarc.slow.test", "v=DMARC1; p=reject")
    expect(page.get_by_text("Passed: signed by slow.test, and unchanged on the way")).to_be_visible(timeout=150_000)
    assert_calm(page)
