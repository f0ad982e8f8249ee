"""The receivers that are compared, each as processes of its own: ours, Postfix holding mail, aiosmtpd doing nothing."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models import Alias, Domain, Mailbox, Organisation
from services import clock, database

ROOT = Path(__file__).parent.parent.parent
RECIPIENT = "support@bench.test"
_EMPTY = """
import asyncio, sys, uvloop
from aiosmtpd.smtp import SMTP
class Empty:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
async def main():
    loop = asyncio.get_running_loop()
    make = lambda: SMTP(Empty(), hostname="bench.test", loop=loop)
    server = await loop.create_server(make, "127.0.0.1", 0, backlog=512)
    print("listening smtp=%d" % server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
uvloop.run(main())
"""


def slow_disk(folder: Path, microseconds: int) -> dict[str, str]:
    """Environment under which each flush takes that much longer."""
    library = folder / "slowsync.so"
    source = Path(__file__).parent / "slowsync.c"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "SLOWSYNC_US": str(microseconds)}


def prepare(url: str) -> None:
    """A database with one address."""
    database.connect(url)
    with database.transaction() as session:
        now = clock.now()
        organisation = Organisation(name="Bench", created_at=now)
        session.add(organisation)
        session.flush()
        owner = organisation.id or 0
        mailbox = Mailbox(organisation_id=owner, name="Support", created_at=now)
        domain = Domain(organisation_id=owner, name="bench.test", created_at=now, verification_token="-")
        session.add_all([mailbox, domain])
        session.flush()
        where = {"domain_id": domain.id or 0, "mailbox_id": mailbox.id}
        session.add(Alias(organisation_id=owner, local_part="support", created_at=now, **where))
    database.disconnect()


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    """Start a program that says where it listens; its SMTP port."""
    process = subprocess.Popen(
        command, env=os.environ | environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        yield int(dict(word.split("=") for word in words[1:])["smtp"])
    finally:
        process.terminate()
        process.wait(15)


@contextmanager
def mailroom(environment: dict[str, str]) -> Iterator[int]:
    with tempfile.TemporaryDirectory() as folder:
        prepare(f"sqlite:///{folder}/mailroom.db")
        ours = {
            "MAILROOM_DATA_DIR": folder,
            "MAILROOM_ROLES": "smtp",
            "MAILROOM_PORT": "0",
            "MAILROOM_SMTP_PORT": "0",
            "MAILROOM_SUBMISSION_PORT": "0",
            "MAILROOM_MAX_CONNECTIONS_PER_ADDRESS": "1000",
        }
        with running([sys.executable, "main.py"], ours | environment) as port:
            yield port


@contextmanager
def empty_handler(environment: dict[str, str]) -> Iterator[int]:
    with running([sys.executable, "-c", _EMPTY], environment) as port:
        yield port


@contextmanager
def postfix(environment: dict[str, str], overrides: str = "") -> Iterator[int]:
    """A private Postfix (root needed) that accepts into its hold queue: durable, and nothing happens afterwards,
    unless `overrides` of main.cf say otherwise."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        port = _free_port()
        for each in ("queue", "data"):
            (folder / each).mkdir()
        shutil.chown(folder / "data", "postfix")
        preload = " ".join(f"{key}={value}" for key, value in environment.items())
        (folder / "main.cf").write_text(
            f"compatibility_level = 3.6\nqueue_directory = {folder}/queue\ndata_directory = {folder}/data\n"
            "mail_owner = postfix\nmyhostname = bench.test\nmydestination = bench.test\nlocal_recipient_maps =\n"
            "inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nsmtpd_peername_lookup = no\nsmtputf8_enable = no\n"
            "smtpd_client_restrictions = check_client_access static:HOLD\n"
            "smtpd_relay_restrictions = reject_unauth_destination\n"
            "smtpd_client_connection_count_limit = 0\nmessage_size_limit = 0\nalias_maps =\nalias_database =\n"
            f"import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C {preload}\n{overrides}"
        )
        (folder / "master.cf").write_text(_services(port))
        control = ["postfix", "-c", name]
        subprocess.run([*control, "start"], check=True, capture_output=True)
        try:
            _wait_for(port)
            yield port
        finally:
            subprocess.run([*control, "stop"], check=False, capture_output=True)


def _services(port: int) -> str:
    """Debian's master.cf with one listener, ours."""
    lines = Path("/etc/postfix/master.cf").read_text().splitlines()
    kept = [line for line in lines if line[:1] not in {"", "#", " ", "\t"} and line.split()[1] != "inet"]
    return "\n".join([f"127.0.0.1:{port} inet n - n - 100 smtpd", *map(_unjailed, kept)]) + "\n"


def _unjailed(line: str) -> str:
    """master.cf's fifth column: without chroot nothing has to be copied into the queue directory."""
    words = line.split(None, 7)
    return " ".join([*words[:4], "n", *words[5:]])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("Postfix did not start")
