"""The whole program as a process: kill -9, SIGTERM, a full disk, the order of flush and 250 (RELIABILITY B1–B4)."""

import asyncio
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from services import database
from services.settings import Settings
from tests.conftest import POSTGRES, People
from tests.smtp.conftest import PATIENCE, Client, until

ROOT = Path(__file__).parent.parent.parent
pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]


class Program:
    """main.py with the role smtp, in the test's data directory and database."""

    def __init__(self, settings: Settings, *, before: list[str] | None = None, **values: object) -> None:
        environment = {
            "MAILROOM_DATA_DIR": str(settings.data_dir),
            "MAILROOM_DATABASE_URL": settings.database,
            "MAILROOM_ROLES": "smtp",
            "MAILROOM_PORT": "0",
            "MAILROOM_SMTP_PORT": "0",
            "MAILROOM_SUBMISSION_PORT": "0",
        } | {f"MAILROOM_{name.upper()}": str(value) for name, value in values.items()}
        self.log = settings.data_dir / "program.log"
        self.process = subprocess.Popen(
            [*(before or []), sys.executable, "main.py"],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=self.log.open("ab"),
            text=True,
        )
        assert self.process.stdout is not None
        words = self.process.stdout.readline().split()
        assert words[:1] == ["listening"], self.log.read_text()
        self.ports = {name: int(port) for name, _, port in (word.partition("=") for word in words[1:])}

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Send the signal, and wait until it is gone."""
        children = psutil.Process(self.process.pid).children()
        for each in children or [psutil.Process(self.process.pid)]:
            each.send_signal(number)
        self.process.wait(PATIENCE)


Start = Callable[..., Program]


@pytest.fixture
def start(settings: Settings, addresses: People) -> Iterator[Start]:
    """Start the program, several times if need be; whatever still runs at the end is killed."""
    running: list[Program] = []

    def begin(**values: object) -> Program:
        running.append(Program(settings, **values))  # type: ignore[arg-type]
        return running[-1]

    yield begin
    for each in running:
        if each.process.poll() is None:
            each.stop(signal.SIGKILL)


async def pour(port: int, name: str, taken: list[str], replies: list[str]) -> None:
    """Send numbered messages until the server is gone; `taken` gets the Subject of each that was answered 250."""
    with contextlib.suppress(ConnectionError, AssertionError, TimeoutError):
        client = await Client.to(port)
        number = 0
        while True:
            number += 1
            subject = f"{name}.{number}"
            content = f"Subject: {subject}\r\n\r\n".encode() + b"x" * random.randint(10, 3000) + b"\r\n"
            reply = await client.send("support@acme.test", content=content)
            replies.append(reply)
            if reply.startswith("250 2.6.0"):
                taken.append(subject)
            elif not reply or reply.startswith("421"):
                return


def subjects_on_disk() -> Counter[str]:
    """What the database holds, with one reception each."""
    query = "SELECT raw_message.content FROM raw_message JOIN reception ON reception.raw_id = raw_message.id"
    with database.reading() as session:
        contents = session.connection().execute(sa.text(query)).scalars().all()
    return Counter(re.search(rb"Subject: (\S+)", bytes(content))[1].decode() for content in contents)  # type: ignore[index]


async def test_kill_9_loses_nothing_and_doubles_nothing(start: Start) -> None:
    """Ten times, each after some hundreds of messages."""
    taken: list[str] = []
    for turn in range(10):
        program = start()
        port = program.ports["smtp"]
        enough = len(taken) + random.randint(50, 600)
        senders = [asyncio.create_task(pour(port, f"{turn}.{each}", taken, [])) for each in range(8)]
        await until(lambda enough=enough: len(taken) >= enough, seconds=2 * PATIENCE)  # type: ignore[misc]
        await asyncio.to_thread(program.stop, signal.SIGKILL)
        await asyncio.wait(senders)
    found = subjects_on_disk()
    assert [subject for subject in taken if not found[subject]] == []
    assert [subject for subject, count in found.items() if count > 1] == []


async def test_sigterm_under_load(start: Start) -> None:
    program = start()
    taken: list[str] = []
    replies: list[str] = []
    idle = await Client.to(program.ports["smtp"])
    port = program.ports["smtp"]
    senders = [asyncio.create_task(pour(port, str(each), taken, replies)) for each in range(8)]
    await until(lambda: len(taken) > 100)
    await asyncio.to_thread(program.stop)
    assert (await idle.reply()).startswith("421 4.3.2")
    await asyncio.wait(senders)
    found = subjects_on_disk()
    assert [subject for subject in taken if found[subject] != 1] == []
    assert {reply[:3] for reply in replies} <= {"250", "421", ""}
    assert "Traceback" not in program.log.read_text()


@pytest.mark.skipif(bool(POSTGRES), reason="this process does not write PostgreSQL's files")
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
async def test_250_comes_after_the_flush(start: Start, tmp_path: Path) -> None:
    """Between the last write to the log of the database and a 250 there is a flush."""
    trace = tmp_path / "trace"
    calls = "trace=fdatasync,fsync,pwrite64,write,sendto,sendmsg,writev"
    program = start(before=["strace", "-f", "--seccomp-bpf", "-y", "-s", "12", "-e", calls, "-o", str(trace)])
    client = await Client.to(program.ports["smtp"])
    for _ in range(200):
        assert (await client.send("support@acme.test")).startswith("250 2.6.0")
    client.writer.close()
    await asyncio.to_thread(program.stop)
    is_dirty, answers = False, 0
    for line in trace.read_text(errors="replace").splitlines():
        if "pwrite64" in line and "mailroom.db" in line:
            is_dirty = True
        elif ("fdatasync" in line or "fsync" in line) and "mailroom.db" in line:
            is_dirty = False
        elif '"250 2.6.0 ' in line:
            answers += 1
            assert not is_dirty, line
    assert answers == 200


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """24 MiB that can be filled."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.skipif(bool(POSTGRES), reason="the disk is PostgreSQL's affair")
async def test_a_full_disk_refuses_for_the_moment_and_recovers(
    start: Start, settings: Settings, small_disk: Path
) -> None:
    database.disconnect()
    shutil.copy(settings.data_dir / "mailroom.db", small_disk)
    program = start(data_dir=small_disk, database_url=f"sqlite:///{small_disk}/mailroom.db")
    client = await Client.to(program.ports["smtp"])
    content = b"Subject: big\r\n\r\n" + (b"x" * 74 + b"\r\n") * 8000
    replies = []
    for _ in range(60):
        replies.append(await client.send("support@acme.test", content=content))
        await client.say("RSET")
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError):
        ballast.write_bytes(b"\0" * (24 << 20))
    replies.append(await client.send("support@acme.test", content=content))
    assert {reply[:9] for reply in replies} == {"250 2.6.0", "452 4.3.1"}
    taken = sum(reply.startswith("250") for reply in replies)
    ballast.unlink()
    await asyncio.to_thread(subprocess.run, ["mount", "-o", "remount,size=64m", small_disk], check=True)
    for _ in range(600):  # soon after somebody made room
        if (await client.say("MAIL FROM:<a@b.test>")).startswith("250"):
            break
        await asyncio.sleep(0.1)
    await client.say("RSET")
    assert (await client.send("support@acme.test", content=content)).startswith("250")
    client.writer.close()
    await asyncio.to_thread(program.stop)
    engine = sa.create_engine(f"sqlite:///{small_disk}/mailroom.db")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("SELECT count(*) FROM reception").scalar() == taken + 1
    engine.dispose()
    database.connect(settings.database)
