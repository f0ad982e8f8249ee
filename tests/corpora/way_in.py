"""What becomes of real messages in the running program, counted (RELIABILITY B13), for the test and the report."""

import re
import smtplib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

OUR_TRACE = re.compile(rb"\AReceived:[^;]*;\r\n\t[^\r]*\r\n")  # however the message itself begins
PERSON = {"organisation": "Acme", "name": "Ann", "email": "ann@acme.test", "password": "correct horse battery"}
PATIENCE = 240  # seconds for everything to be filed


@dataclass
class Figures:
    """`faults` are answers of 5xx and mails that would not open; `differing` raw downloads are not what was sent."""

    sent: int = 0
    missing: int = 0
    differing: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # to list, open, search, answer and download, for each mail

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[len(self.seconds) * 99 // 100] if self.seconds else 0.0


def settle_in(client: httpx.Client) -> None:
    """Ann's program: it may use the API and, having her session, the downloads; help@acme.test receives."""
    assert client.post("/setup", data=PERSON).status_code == 303
    login = client.post("/api/auth/login", json={"email": PERSON["email"], "password": PERSON["password"]})
    client.headers["Authorization"] = "Bearer " + login.json()["token"]
    domain = client.post("/api/domains", json={"domain": "acme.test"}).json()
    client.post("/api/aliases", json={"domainId": domain["id"], "localPart": "help"}).raise_for_status()


def measure(client: httpx.Client, smtp_port: int, contents: Sequence[bytes]) -> Figures:
    """Send every message, then list, open, search, answer and download each."""
    figures = Figures(sent=len(contents))
    send(smtp_port, contents)
    waiting = set(contents)
    emails = listed(client, len(contents))
    figures.missing = len(contents) - len(emails)
    for email in emails:
        started = time.perf_counter()
        waiting.discard(_read(client, email, figures))
        figures.seconds.append(time.perf_counter() - started)
    figures.differing = len(waiting)
    return figures


def as_sent(content: bytes) -> bytes:
    """What a client puts on the wire: every line ends with CRLF."""
    content = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def send(port: int, contents: Sequence[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        smtp.ehlo("client.example")
        for number, content in enumerate(contents):
            assert smtp.mail(f"sender{number}@example.org")[0] == 250
            assert smtp.rcpt("help@acme.test")[0] == 250
            code, words = smtp.data(content)
            assert code == 250, (number, words)


def listed(client: httpx.Client, total: int) -> list[dict[str, object]]:
    """Every message by page, once all are filed."""
    deadline = time.monotonic() + PATIENCE
    while client.get("/api/emails", params={"limit": 1}).raise_for_status().json()["total"] < total:
        assert time.monotonic() < deadline, "not everything was filed"
        time.sleep(0.2)
    found: list[dict[str, object]] = []
    for page in range(1, total // 100 + 2):
        found += client.get("/api/emails", params={"limit": 100, "page": page}).raise_for_status().json()["emails"]
    return found


def _read(client: httpx.Client, email: dict[str, object], figures: Figures) -> bytes:
    """One mail through every door; the bytes that come back, without our own trace."""

    def asked(method: str, path: str, *well: int, **options: object) -> httpx.Response:
        answer = client.request(method, path, **options)  # type: ignore[arg-type]
        if answer.status_code not in (well or (200,)):
            figures.faults.append(f"{answer.status_code} {method} {path} ({email['subject']!s:.60})")
        return answer

    opened = asked("GET", f"/api/emails/{email['id']}")
    asked("GET", f"/files/message/{email['id']}")
    words = re.findall(r"\w{4,}", str(email["subject"]))[:2]
    asked("GET", "/api/emails", params={"q": " ".join(words), "limit": 1})
    ticket = opened.json().get("ticketId")
    if ticket:  # who wrote from no address, or from nobody's, can have no answer
        asked("POST", f"/api/emails/tickets/{ticket}/reply", 202, 400, 422, json={"text": "Thank you."})
    for file in opened.json().get("attachments", [])[:3]:
        asked("GET", f"/files/{file['id']}")
    return OUR_TRACE.sub(b"", asked("GET", f"/files/raw/{email['id']}").content, count=1)
