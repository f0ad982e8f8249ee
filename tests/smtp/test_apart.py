"""The listener's own process beside the rest: one program to whoever starts, stops or kills it."""

import contextlib
import smtplib
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from services import database
from services.settings import Settings
from tests.conftest import People
from tests.program import Program

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]
PATIENCE = 60.0


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """Pages are left out: they take most of a start, and have no part in this."""
    with Program(tmp_path, roles="smtp,worker") as started:
        yield started


def listener_of(program: Program) -> psutil.Process:
    (child,) = psutil.Process(program.process.pid).children()
    return child


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def pour(port: int, name: str, taken: list[str]) -> None:
    """Send until the server is gone; `taken` gets the subject of each message that was answered 250."""
    with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        for number in range(10_000):
            subject = f"{name}.{number}"
            client.sendmail("ann@customer.test", ["support@acme.test"], f"Subject: {subject}\r\n\r\nHello.\r\n")
            taken.append(subject)


def filed() -> Counter[str]:
    with database.reading() as session:
        return Counter(session.connection().execute(sa.text("SELECT subject FROM message")).scalars())


def test_a_stop_tells_those_who_are_connected(program: Program) -> None:
    with smtplib.SMTP("127.0.0.1", program.ports["smtp"], timeout=PATIENCE) as client:
        listener_of(program).terminate()  # as a supervisor does, which tells all it started
        assert client.noop()[0] == 250
        program.process.terminate()
        assert client.getreply()[0] == 421
    program.process.wait(PATIENCE)
    assert not any("ended by itself" in line for line in program.lines)
    assert is_free(program.ports["smtp"])


def test_the_listener_does_not_outlive_a_killed_program(program: Program) -> None:
    program.process.kill()
    program.process.wait(PATIENCE)
    until(lambda: is_free(program.ports["smtp"]) and is_free(program.ports["submission"]))


def test_the_program_does_not_outlive_a_killed_listener(program: Program) -> None:
    """Whoever watches over it starts it again; without a listener it would look well and take no mail."""
    listener_of(program).kill()
    assert program.process.wait(PATIENCE) == 1
    assert any("the listener's process ended by itself" in line for line in program.lines)


def test_a_port_somebody_has_is_named_and_ends_the_start(program: Program, tmp_path: Path) -> None:
    port = program.ports["smtp"]
    second = Program(tmp_path / "second", roles="smtp,worker", smtp_port=str(port))
    with pytest.raises(RuntimeError, match=rf"(?s){port}.*address already in use"):
        second.start()
    assert second.process.wait(PATIENCE) == 3


def test_a_start_that_fails_before_leaves_nobody_behind(tmp_path: Path) -> None:
    (tmp_path / "mailroom.db").write_bytes(b"This is no database. " * 500)
    program = Program(tmp_path, roles="smtp,worker")
    with pytest.raises(RuntimeError, match="not a database"):
        program.start()
    assert program.process.wait(PATIENCE) == 3


def test_kill_9_of_both_loses_nothing_and_files_nothing_twice(addresses: People, settings: Settings) -> None:
    """Three times, while one process takes what the other files."""
    taken: list[str] = []
    program = Program(settings.data_dir, roles="smtp,worker", database_url=settings.database)
    for turn in range(3):
        enough = len(taken) + 150
        with program, ThreadPoolExecutor(4) as senders:
            for each in range(4):
                senders.submit(pour, program.ports["smtp"], f"{turn}.{each}", taken)
            until(lambda enough=enough: len(taken) >= enough)  # type: ignore[misc]
            program.kill()
    with program:
        until(lambda: not set(taken) - set(filed()))
    assert [subject for subject, count in filed().items() if count > 1] == []
