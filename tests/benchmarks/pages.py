"""Open tabs: memory idle and a tab, the inbox page's server time, and from 250 to the row in every open browser:
once with every tab one person's, once with as many people as tabs.
"""

import asyncio
import email.message
import re
import statistics
import tempfile
import time
from pathlib import Path

import aiosmtplib
import httpx
import socketio  # type: ignore[import-untyped]

from models import MemberStatus, Role, User
from services import clock, database, sessions
from tests.program import Program

TABS = 50
COOKIE = "sid"
GOAL = 100  # milliseconds from 250 to the row
FULL = 60  # letters that fill the list
MAILS = 40
RATE, SECONDS = 100, 8


async def furnish(program: Program) -> None:
    """Set up an organisation with a domain and an alias."""
    async with httpx.AsyncClient(base_url=program.url, timeout=30) as client:
        await _set_up(client)


async def _set_up(client: httpx.AsyncClient) -> None:
    form = {"organisation": "Bench", "name": "Bea", "email": "bea@bench.test", "password": "correct horse battery"}
    answer = await client.post("/setup", data=form)
    assert answer.status_code == 303, answer.text
    login = await client.post("/api/auth/login", json={"email": form["email"], "password": form["password"]})
    bearer = {"Authorization": "Bearer " + login.json()["token"]}
    domain = (await client.post("/api/domains", json={"domain": "bench.example"}, headers=bearer)).json()
    made = await client.post("/api/aliases", json={"domainId": domain["id"], "localPart": "help"}, headers=bearer)
    assert made.status_code == 201, made.text


def sign_in(folder: Path) -> list[str]:
    """The cookies of TABS people of the organisation."""
    database.connect(f"sqlite:///{folder / 'mailroom.db'}")
    now = clock.now()
    with database.transaction() as session:
        people = [
            User(
                organisation_id=1,
                email=f"p{number}@bench.test",
                name=f"Person {number}",
                role=Role.AGENT,
                status=MemberStatus.ACTIVE,
                password_hash="",
                created_at=now,
            )
            for number in range(TABS)
        ]
        session.add_all(people)
        session.flush()
        tokens = [sessions.create(session, person) for person in people]
    database.disconnect()
    return [f"{COOKIE}={token}" for token in tokens]


class Tab:
    """An open page: its socket, and when news came for it."""

    def __init__(self) -> None:
        self.socket = socketio.AsyncClient()
        self.heard = asyncio.Event()
        self.seen: dict[int, float] = {}
        self.socket.on("*", self._news)

    async def _news(self, name: str, *arguments: object) -> None:
        now = time.perf_counter()
        numbers = re.findall(r"\bc(\d+)@example", str(arguments))  # rows carry their author's address
        for number in numbers:
            self.seen.setdefault(int(number), now)
        if numbers:
            self.heard.set()

    async def open(self, client: httpx.AsyncClient, cookie: str, path: str) -> float:
        """Load the page and connect as its script does; the seconds the page took."""
        started = time.perf_counter()
        answer = await client.get(path, headers={"Cookie": cookie})
        taken = time.perf_counter() - started
        found = re.search(r"'client_id': '([^']+)'", answer.text)
        assert found, answer.text[:500]
        query = f"client_id={found[1]}&next_message_id=0&document_id=d{id(self)}&tab_id=t{id(self)}&old_tab_id="
        await self.socket.connect(
            f"{client.base_url}?{query}&implicit_handshake=true",
            headers={"Cookie": cookie, "Origin": str(client.base_url).rstrip("/")},
            transports=["websocket"],
            socketio_path="/_nicegui_ws/socket.io",
        )
        return taken


def letter(number: int) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"] = f"Cust Omer <c{number}@example.com>", "help@bench.example"
    message["Subject"], message["Message-ID"] = f"Question {number}", f"<q{number}@example.com>"
    message.set_content("Hello,\n\nhow does this work?\n")
    return message.as_bytes()


async def measure(program: Program, cookies: list[str], whose: str, first: int) -> None:
    """`first` is the number of the first of 2,000 letters."""
    async with httpx.AsyncClient(base_url=program.url, timeout=30) as client:
        smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=program.ports["smtp"], start_tls=False)
        await smtp.connect()
        for number in range(first, first + FULL):
            await smtp.sendmail(f"c{number}@example.com", ["help@bench.example"], letter(number))
        await asyncio.sleep(3)
        idle = program.memory()
        tabs = [Tab() for _ in cookies]
        times = [await tab.open(client, cookie, "/") for tab, cookie in zip(tabs, cookies, strict=True)]
        await asyncio.sleep(2)
        print(f"{TABS} tabs, {whose}")
        print(f"  idle memory: {idle:.0f} MB (goal < 200)")
        print(f"  an open tab: {(program.memory() - idle) / TABS:.2f} MB (goal < 1)")
        print(f"  inbox page: p50 {statistics.median(times) * 1e3:.1f} ms, p95 {p95(times) * 1e3:.1f} ms (goal < 40)")
        delays = [await live(tabs, smtp, number) for number in range(first + 100, first + 100 + MAILS)]
        each = [delay * 1e3 for batch in delays for delay in batch]
        print(
            f"  250 to the row: p50 {statistics.median(each):.0f} ms, p95 {p95(each):.0f} ms,"
            f" {p95(each) / GOAL:.2f} of the goal ({GOAL} ms)"
        )
        waits = await storm(tabs, smtp, first + 1_000)
        print(
            f"  250 to the row at {RATE} mails a second: p50 {statistics.median(waits):.2f} s,"
            f" p95 {p95(waits):.2f} s (goal < 1)"
        )
        for tab in tabs:
            await tab.socket.disconnect()


async def live(tabs: list[Tab], smtp: aiosmtplib.SMTP, number: int) -> list[float]:
    """One mail; for each tab the seconds from the 250 until news of it."""
    for tab in tabs:
        tab.heard.clear()
    await smtp.sendmail(f"c{number}@example.com", ["help@bench.example"], letter(number))
    accepted = time.perf_counter()

    async def heard(tab: Tab) -> float:
        await asyncio.wait_for(tab.heard.wait(), 10)
        return time.perf_counter() - accepted

    delays = await asyncio.gather(*[heard(tab) for tab in tabs])
    await asyncio.sleep(0.1)
    return list(delays)


async def storm(tabs: list[Tab], smtp: aiosmtplib.SMTP, first: int) -> list[float]:
    """RATE mails a second; for each tab and mail the seconds from its 250 until its row, or one below it that shows
    the tab had passed it by: fifty rows are shown, and at this rate some come and go between two looks."""
    started, accepted = time.perf_counter(), {}
    for number in range(first, first + RATE * SECONDS):
        await asyncio.sleep(started + (number - first) / RATE - time.perf_counter())
        await smtp.sendmail(f"c{number}@example.com", ["help@bench.example"], letter(number))
        accepted[number] = time.perf_counter()
    await asyncio.sleep(3)
    return [waited for tab in tabs for waited in _waits(accepted, tab.seen)]


def _waits(accepted: dict[int, float], seen: dict[int, float]) -> list[float]:
    waits, caught_up = [], float("inf")
    for number in sorted(accepted, reverse=True):
        caught_up = min(caught_up, seen.get(number, float("inf")))
        waits.append(max(0.0, caught_up - accepted[number]))
    return waits


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95) - 1]


def main() -> None:
    """The first start makes the schema and loads what that takes; members meet later ones."""
    with tempfile.TemporaryDirectory() as folder:
        with Program(Path(folder)) as program:
            asyncio.run(furnish(program))
        cookies = sign_in(Path(folder))
        with Program(Path(folder)) as program:
            asyncio.run(measure(program, cookies[:1] * TABS, "all of one person", 0))
        with Program(Path(folder)) as program:
            asyncio.run(measure(program, cookies, "each of another person", 2_000))


if __name__ == "__main__":
    main()
