"""A remote account pulled by the whole program: killed in the middle, gone on with, then given another UIDVALIDITY; and
the same account copied by Dovecot's own sync."""

import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from services import database, domains, mailboxes, secrets, syncjobs
from services import settings as configuration
from services.passwords import Hashed
from services.settings import Settings
from tests.conftest import make_people
from tests.program import Program
from tests.services.flows.syncing.dovecot import PROGRAM, Dovecot, serving

PATIENCE = 900.0
COPIED = 3_000  # it needs longer for each than we do
SIGN_IN = {"host": "127.0.0.1", "username": "ida", "password": "secret", "encryption": "PLAIN"}


def report(messages: int, message: Callable[[int], bytes]) -> str:
    if PROGRAM is None:
        return "There is no dovecot here."
    with serving() as remote:
        remote.fill(messages, message)
        folder = Path(tempfile.mkdtemp(prefix="account"))
        _prepare(folder, remote)
        pulled = _pulled(folder, remote, messages)
    with serving() as remote:
        remote.fill(COPIED, message)
        return f"{pulled}\n{_copied(remote, COPIED)}"


def _prepare(folder: Path, remote: Dovecot) -> None:
    configuration.use(Settings(data_dir=folder, allow_private_targets=True))
    secrets.load()
    database.connect(configuration.current().database)
    alice = make_people().alice
    with database.transaction() as session:
        domains.add(session, "acme.example", actor=alice)
        mailboxes.create_at(session, "acme.example", "ida", password=Hashed("x"), actor=alice)
        account: syncjobs.Options = {**SIGN_IN, "port": remote.port}  # type: ignore[typeddict-item]
        syncjobs.add(session, "ida@acme.example", actor=alice, **account)
    database.disconnect()


def _pulled(folder: Path, remote: Dovecot, messages: int) -> str:
    with remote.client() as client:
        client.select_folder("INBOX")  # its index is made once, by whoever comes first
    started = Program(folder, allow_private_targets="true").start()
    _wait(folder, lambda done, _: done > 0)
    began, begun = time.perf_counter(), _counts(folder)[0]
    _wait(folder, lambda done, _: done >= messages // 2)
    first, half = _peak(started), _counts(folder)[1]
    took = time.perf_counter() - began
    started.kill()
    with Program(folder, allow_private_targets="true") as again:
        began = time.perf_counter()
        _wait(folder, lambda _, runs: runs > 0)
        took += time.perf_counter() - began
        kept, peak = _counts(folder)[1], max(first, _peak(again))
    rate = f"{(kept - begun) / took:,.0f} messages/s, peak {peak:,} MB"
    return f"pulled {kept:,} of {messages:,}, killed at {half:,}: {rate}\n{_renumbered(folder, remote, messages)}"


def _renumbered(folder: Path, remote: Dovecot, messages: int) -> str:
    """The server gives every message another number: all are looked at, none is pulled."""
    for path in (remote.folder / "home" / "Maildir").glob("dovecot*"):
        path.unlink()
    with sqlite3.connect(folder / "mailroom.db") as connection:
        connection.execute("UPDATE sync_job SET due_at = '2000-01-01 00:00:00.000000', last_run_at = NULL")
    connection.close()
    with Program(folder, allow_private_targets="true"):
        began = time.perf_counter()
        _wait(folder, lambda _, runs: runs > 0)
        took = time.perf_counter() - began
    done, kept = _counts(folder)
    return f"another UIDVALIDITY: looked at {done:,} in {took:.1f} s, {kept - messages:,} came twice"


def _wait(folder: Path, is_there: Callable[[int, int], bool]) -> None:
    """Until the job's messages looked at in this run, and its runs that ended, are such."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with sqlite3.connect(folder / "mailroom.db", timeout=30) as connection:
            done, ended, error = connection.execute("SELECT run_done, last_run_at, error FROM sync_job").fetchone()
        connection.close()
        assert not error, error
        if is_there(done, int(ended is not None)):
            return
        time.sleep(0.1)
    raise TimeoutError("the run does not end")


def _counts(folder: Path) -> tuple[int, int]:
    with sqlite3.connect(folder / "mailroom.db", timeout=30) as connection:
        (done,) = connection.execute("SELECT run_done FROM sync_job").fetchone()
        (kept,) = connection.execute("SELECT count(*) FROM message").fetchone()
    connection.close()
    return done, kept


def _peak(program: Program) -> int:
    status = Path(f"/proc/{program.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) >> 10


def _copied(remote: Dovecot, messages: int) -> str:
    """`doveadm backup` through IMAP into a Maildir of its own."""
    target = Path(tempfile.mkdtemp(prefix="copied", dir=remote.folder / "home"))
    target.chmod(0o777)
    options = {"mail_location": f"maildir:{target}", "imapc_host": "127.0.0.1", "imapc_port": str(remote.port)}
    options |= {"imapc_user": "ida", "imapc_password": "secret"}
    said = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    command = ["doveadm", "-c", str(remote.folder / "dovecot.conf"), *said, "backup", "-R", "-u", "ida", "imapc:"]
    began = time.perf_counter()
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    copied = len([*target.glob("cur/*"), *target.glob("new/*")])
    if copied < messages:
        return f"doveadm backup copied only {copied:,}: {ended.stderr.strip()[:300]}"
    return f"doveadm backup into a Maildir: {messages / took:,.0f} messages/s, without threading, search or tickets"
