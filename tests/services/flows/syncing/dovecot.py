"""A Dovecot of its own on loopback: other people's IMAP server, with one user whose password is `secret`."""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient

PROGRAM = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
NOBODY = 65534
AT = 1_600_000_000  # when the messages of `fill` came
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:~/Maildir
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
namespace inbox {{
  inbox = yes
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
}}
"""


@dataclass
class Dovecot:
    """`certificate` is the file of the one it has, where it speaks TLS."""

    port: int
    folder: Path
    tls_port: int = 0
    certificate: Path | None = None

    def client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False)
        client.login("ida", "secret")
        return client

    def fill(self, count: int, message: Callable[[int], bytes], *, folder: str = "", first: int = 1) -> None:
        """Many messages at once, written where Dovecot keeps them."""
        box = self.folder / "home" / "Maildir" / folder
        for name in ("", "cur", "new", "tmp"):
            (box / name).mkdir(parents=True, exist_ok=True)
        for number in range(first, first + count):
            (box / "cur" / f"{AT + number}.{number}.host:2,S").write_bytes(message(number))
        if os.getuid() == 0:
            for path in [box.parent, box, *box.rglob("*")]:
                os.chown(path, NOBODY, NOBODY)

    def put(
        self,
        subject: str,
        at: datetime,
        *,
        folder: str = "INBOX",
        text: str = "Hello.",
        number: int = 0,
        head: str = "",
        flags: tuple[str, ...] = (),
    ) -> None:
        """One message, as somebody else's server kept it."""
        head += f"Message-ID: <{number}@remote.test>\r\n" if number else ""
        content = f"From: Carl <carl@customer.test>\r\nSubject: {subject}\r\n{head}\r\n{text}\r\n"
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, content.encode(), flags=flags, msg_time=at)


@contextmanager
def serving(*, has_tls: bool = False) -> Iterator[Dovecot]:
    """Running until the end of the block. Dovecot keeps no mail as root: it does so as nobody then."""
    assert PROGRAM
    folder = Path(tempfile.mkdtemp(prefix="dovecot"))
    folder.chmod(0o755)
    uid, gid = (NOBODY, NOBODY) if os.getuid() == 0 else (os.getuid(), os.getgid())
    for name in ("run", "state", "home"):
        (folder / name).mkdir()
    if os.getuid() == 0:
        os.chown(folder / "home", uid, gid)
    port, tls_port = _free_port(), _free_port() if has_tls else 0
    certificate = _certificate(folder) if has_tls else None
    tls = f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{folder}/key.pem" if has_tls else "ssl = no"
    user, group = ("nobody", "nogroup") if os.getuid() == 0 else (_own("-un"), _own("-gn"))
    config = folder / "dovecot.conf"
    places = {"folder": folder, "port": port, "tls_port": tls_port, "tls": tls}
    config.write_text(CONFIG.format(**places, uid=uid, gid=gid, user=user, group=group))
    process = subprocess.Popen([PROGRAM, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(process, port, folder)
        yield Dovecot(port, folder, tls_port, certificate)
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    """One that no connection is given meanwhile: those the system deals out begin beyond."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as free, contextlib.suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def _certificate(folder: Path) -> Path:
    """Of 127.0.0.1, signed by itself."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    made += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate


def _own(option: str) -> str:
    return subprocess.run(["id", option], capture_output=True, text=True, check=True).stdout.strip()


def _wait(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(process.stderr.read().decode() if process.stderr else "it ended")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError((folder / "log").read_text())
