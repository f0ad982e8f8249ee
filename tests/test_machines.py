"""Several processes on one PostgreSQL, as on several machines: each role twice, and none notices it is not alone."""

import smtplib
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.conftest import POSTGRES
from tests.program import Program

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not POSTGRES, reason="SQLite is for one process; MAILROOM_TEST_DATABASE_URL is not set"),
]
PERSON = {"organisation": "Acme", "name": "Ann", "email": "ann@acme.test", "password": "correct horse battery"}
OPTIONS = {  # asking until something is there takes many requests
    "secret_key": "a key for tests, thirty-two characters long",
    "rate_limit_per_minute": "1000000",
}


def mail(program: Program, number: int) -> None:
    with smtplib.SMTP("127.0.0.1", program.ports["smtp"], timeout=60) as smtp:
        head = f"From: c{number}@example.org\r\nSubject: Question {number}\r\nMessage-ID: <{number}@example.org>\r\n"
        text = head + "\r\nHello"
        smtp.sendmail(f"c{number}@example.org", ["help@acme.test"], text)


def waited_for(client: httpx.Client, path: str, count: int) -> list[dict[str, object]]:
    deadline = time.monotonic() + 60
    while True:
        rows = client.get(path).raise_for_status().json()["tickets"]
        if len(rows) >= count:
            return list(rows)
        assert time.monotonic() < deadline, rows
        time.sleep(0.1)


@pytest.mark.timeout(600)
def test_two_of_each_role_share_the_work(database_url: str, tmp_path: Path) -> None:
    with ExitStack() as stack:

        def start(name: str, roles: str) -> Program:
            return stack.enter_context(Program(tmp_path / name, database_url=database_url, roles=roles, **OPTIONS))

        web, other_web = start("web1", "web"), start("web2", "web")
        doors = [start("smtp1", "smtp"), start("smtp2", "smtp")]
        start("worker1", "worker")
        start("worker2", "worker")
        one = stack.enter_context(httpx.Client(base_url=web.url, timeout=60))
        two = stack.enter_context(httpx.Client(base_url=other_web.url, timeout=60))
        assert one.post("/setup", data=PERSON).status_code == 303
        login = one.post("/api/auth/login", json={"email": PERSON["email"], "password": PERSON["password"]}).json()
        for client in (one, two):
            client.headers["Authorization"] = "Bearer " + login["token"]
        domain = one.post("/api/domains", json={"domain": "acme.test"}).json()
        one.post("/api/aliases", json={"domainId": domain["id"], "localPart": "help"}).raise_for_status()
        for door in doors:
            door.wait_for("help@acme.test")

        for number in range(20):
            mail(doors[number % 2], number)
        tickets = waited_for(two, "/api/emails/tickets?limit=50", 20)
        assert len({ticket["id"] for ticket in tickets}) == 20

        claimed = one.post(f"/api/emails/tickets/{tickets[0]['id']}/claim").raise_for_status().json()
        again = two.post(f"/api/emails/tickets/{tickets[0]['id']}/claim").raise_for_status().json()
        assert claimed["claimedAt"] == again["claimedAt"]
