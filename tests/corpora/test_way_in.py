"""Every real message by SMTP into the running program, then listed, opened, searched and answered by API.

RELIABILITY B13: no fault, none missing, and the raw download is what was sent, below our own trace fields.
"""

import re
import smtplib
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.program import Program

pytestmark = pytest.mark.process
OUR_TRACE = re.compile(rb"\AReceived:[^;]*;\r\n\t[^\r]*\r\n")  # however the message itself begins
PERSON = {"organisation": "Acme", "name": "Ann", "email": "ann@acme.test", "password": "correct horse battery"}


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Iterator[Program]:
    with Program(
        tmp_path / "data",
        database_url=database_url,
        secret_key="a key for tests, thirty-two characters long",
        rate_limit_per_minute="1000000",
        rate_limit_per_day="1000000",
    ) as program:
        yield program


@pytest.fixture
def client(program: Program) -> Iterator[httpx.Client]:
    """Ann's program: it may use the API and, having her session, the downloads."""
    with httpx.Client(base_url=program.url, timeout=30) as client:
        assert client.post("/setup", data=PERSON).status_code == 303
        login = client.post("/api/auth/login", json={"email": PERSON["email"], "password": PERSON["password"]})
        client.headers["Authorization"] = "Bearer " + login.json()["token"]
        domain = client.post("/api/domains", json={"domain": "acme.test"}).json()
        client.post("/api/aliases", json={"domainId": domain["id"], "localPart": "help"}).raise_for_status()
        yield client


def as_sent(content: bytes) -> bytes:
    """What a client puts on the wire: every line ends with CRLF."""
    content = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def send(program: Program, contents: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", program.ports["smtp"], timeout=30) as smtp:
        smtp.ehlo("client.example")
        for number, content in enumerate(contents):
            assert smtp.mail(f"sender{number}@example.org")[0] == 250
            assert smtp.rcpt("help@acme.test")[0] == 250
            code, words = smtp.data(content)
            assert code == 250, (number, words)


def listed(client: httpx.Client, total: int) -> list[dict[str, object]]:
    """Every message by page, once all are filed."""
    deadline = time.monotonic() + 240
    while client.get("/api/emails", params={"limit": 1}).raise_for_status().json()["total"] < total:
        assert time.monotonic() < deadline, "not everything was filed"
        time.sleep(0.2)
    found: list[dict[str, object]] = []
    for page in range(1, total // 100 + 2):
        found += client.get("/api/emails", params={"limit": 100, "page": page}).raise_for_status().json()["emails"]
    return found


@pytest.mark.timeout(600)
def test_no_real_message_is_lost_or_breaks_a_page(program: Program, client: httpx.Client, mails: list[Path]) -> None:
    contents = list(dict.fromkeys(as_sent(path.read_bytes()) for path in mails if path.stat().st_size < 1_000_000))
    send(program, contents)
    waiting = set(contents)
    for email in listed(client, len(contents)):
        opened = client.get(f"/api/emails/{email['id']}")
        assert opened.status_code == 200, (email, opened.text)
        assert client.get(f"/files/message/{email['id']}").status_code == 200, email
        raw = client.get(f"/files/raw/{email['id']}").content
        assert raw.startswith(b"Received:"), raw[:200]
        waiting.discard(OUR_TRACE.sub(b"", raw, count=1))
        words = re.findall(r"\w{4,}", str(email["subject"]))[:2]
        assert client.get("/api/emails", params={"q": " ".join(words), "limit": 1}).status_code == 200, email
    assert not waiting, f"{len(waiting)} messages do not come back as they were sent"
