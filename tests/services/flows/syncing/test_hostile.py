"""Servers that lie, drip or break off: bounded, said in words, and gone on with where it was."""

import re
import socketserver
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import col, select

from models import Message, SyncJob
from services import clock, database, domains, mailboxes, syncjobs
from services import settings as configuration
from services.flows import inbound, syncing
from services.flows.syncing import jobs, leasing, pulling, remote
from services.passwords import Hashed
from services.settings import Settings
from tests.conftest import People


class Server(socketserver.ThreadingTCPServer):
    """An IMAP server with `count` messages; `breaks` says what it does instead of sending UID 3 of them."""

    allow_reuse_address = daemon_threads = True
    count, breaks = 5, ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.may_answer = threading.Event()
        self.may_answer.set()


class Talk(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            try:
                self.answer(command)
                self.wfile.write(f"{tag} OK done\r\n".encode())
            except OSError:
                return

    def answer(self, command: str) -> None:
        write = self.wfile.write
        if command.startswith("CAPABILITY"):
            write(b"* CAPABILITY IMAP4rev1\r\n")
        elif command.startswith("LIST"):
            write(b'* LIST () "." INBOX\r\n')
        elif command.startswith(("SELECT", "EXAMINE")):
            write(b"* %d EXISTS\r\n" % self.server.count)
            write(b"" if self.server.breaks == "forgets" else b"* OK [UIDVALIDITY 7] ok\r\n")
        elif command.startswith("UID SEARCH"):
            write(b"* SEARCH " + " ".join(str(each + 1) for each in range(self.server.count)).encode() + b"\r\n")
        elif found := re.match(r"UID FETCH (\S+) (.*)", command):
            for number in self.numbers(found[1]):
                self.fetched(number, "HEADER" in found[2])

    def numbers(self, text: str) -> list[int]:
        spans = [part.partition(":") for part in text.split(",")]
        return [each for first, _, last in spans for each in range(int(first), int(last or first) + 1)]

    def fetched(self, number: int, is_head: bool) -> None:
        head = b"Message-ID: <%d@hostile.test>\r\n\r\n" % number
        if is_head:
            name = b"BODY[HEADER.FIELDS (MESSAGE-ID)]"
            self.wfile.write(
                b"* %d FETCH (UID %d RFC822.SIZE 90 %s {%d}\r\n%s)\r\n" % (number, number, name, len(head), head)
            )
            return
        self.server.may_answer.wait()
        content = b"From: carl@customer.test\r\nSubject: %d\r\n%sHi\r\n" % (number, head)
        if number == 3 and self.server.breaks == "drops":
            self.wfile.write(b"* 3 FETCH (UID 3 BODY[] {90}\r\nFrom: ca")
            raise OSError
        if number == 3 and self.server.breaks == "drips":
            self.wfile.write(b"* 3 FETCH (UID 3 BODY[] {900}\r\n")
            for _ in range(200):
                self.wfile.write(b"x")
                time.sleep(0.05)
        if number == 3 and self.server.breaks == "babbles":
            self.wfile.write(b"* 3 FETCH " + b"(" * 5_000 + b"\r\n")
        if number == 3 and self.server.breaks == "floods":
            self.wfile.write(b"* 3 FETCH (UID 3 BODY[] {4000000000}\r\n")
            while True:
                self.wfile.write(b"x" * 65_536)
        self.wfile.write(b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (number, number, len(content), content))


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.may_answer.set()
            server.shutdown()


@pytest.fixture
def hostile() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def job(people: People, settings: Settings, hostile: Server, monkeypatch: pytest.MonkeyPatch) -> int:
    configuration.use(settings.model_copy(update={"allow_private_targets": True}))
    monkeypatch.setattr(pulling, "MOST_MESSAGES", 2)
    with database.transaction() as session:
        domains.add(session, "acme.example", actor=people.alice)
        mailboxes.create_at(session, "acme.example", "ida", password=Hashed("x"), actor=people.alice)
        account = {"host": "127.0.0.1", "username": "ida", "password": "secret", "encryption": "PLAIN"}
        port = hostile.server_address[1]
        made = syncjobs.add(session, "ida@acme.example", port=port, actor=people.alice, **account)  # type: ignore[arg-type]
        return made.id or 0


def run(job: int) -> str:
    with database.transaction() as session:
        session.get_one(SyncJob, job).due_at = clock.now()
    while syncing.process_one():
        pass
    while inbound.process_one():
        pass
    with database.reading() as session:
        return session.get_one(SyncJob, job).error


def subjects() -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(Message.subject).order_by(col(Message.subject))))


@pytest.mark.parametrize(
    ("breaks", "words"), [("drops", "broke off"), ("drips", "too slow"), ("floods", "far more"), ("babbles", "no IMAP")]
)
def test_it_is_bounded_and_gone_on_with(
    job: int, hostile: Server, monkeypatch: pytest.MonkeyPatch, breaks: str, words: str
) -> None:
    hostile.breaks = breaks
    if breaks == "drips":
        monkeypatch.setattr(remote, "REPLY_SECONDS", 3.0)  # of ten
    tracemalloc.start()
    assert words in run(job)
    assert tracemalloc.get_traced_memory()[1] < 48 << 20
    tracemalloc.stop()
    assert subjects() == ["4", "5"], "the newest came first, and are kept"
    hostile.breaks = ""
    monkeypatch.setattr(remote, "REPLY_SECONDS", 600.0)
    assert run(job) == "" and subjects() == ["1", "2", "3", "4", "5"]


def test_a_folder_without_validity_is_named(job: int, hostile: Server) -> None:
    hostile.breaks = "forgets"
    assert "INBOX" in run(job) and subjects() == []
    hostile.breaks = ""
    assert run(job) == "" and len(subjects()) == 5


def test_a_slow_answer_costs_nobody_the_job(job: int, hostile: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leasing, "BEAT_SECONDS", 0.02)
    hostile.may_answer.clear()
    running = threading.Thread(target=run, args=(job,))
    running.start()
    wait_for(lambda: entry(job).run_total == 5)
    with clock.ahead(3 * jobs.LEASE):
        wait_for(lambda: (entry(job).leased_until or clock.now()) > clock.now())
        assert not syncing.process_one("another process")
        hostile.may_answer.set()
        running.join()
        assert (entry(job).error, entry(job).leased_until) == ("", None)
    assert subjects() == ["1", "2", "3", "4", "5"]


def entry(job: int) -> SyncJob:
    with database.reading() as session:
        return session.get_one(SyncJob, job)


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
