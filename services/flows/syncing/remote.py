"""A connection to somebody's IMAP server: only to addresses that were checked, never to a name that may change."""

import asyncio
import contextlib
import imaplib
import io
import socket
import ssl
import time
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from services import targets
from services.errors import Invalid, Unavailable
from services.flows.syncing.jobs import Account

if TYPE_CHECKING:
    from imapclient import IMAPClient

CONNECT_SECONDS = 20.0
READ_SECONDS = 120.0
REPLY_SECONDS = 600.0  # for all of a batch
MOST_READ = 64 << 20  # of a batch: several times what one is cut to
LONGEST_LINE = 16 << 20  # the answer to a search of a million messages is one
PIECE = 1 << 16


class Trouble(Exception):
    """What somebody has to mend, in words."""


class Bounded:
    """What a server may send, and take for it, from one `refill` to the next: whatever it says of sizes, and however
    slowly it drips, neither memory nor the thread is its own."""

    file: io.BufferedReader
    abort: type[Exception]
    _room = MOST_READ
    _until = 0.0

    def refill(self) -> None:
        self._room, self._until = MOST_READ, time.monotonic() + REPLY_SECONDS

    def read(self, size: int) -> bytes:
        self._spend(size)
        content = bytearray()
        while len(content) < size:
            piece = self.file.read1(min(PIECE, size - len(content)))
            if not piece:
                raise self.abort("The connection broke off.")
            content += piece
            self._spend(0)
        return bytes(content)

    def readline(self) -> bytes:
        line = bytearray()
        while not line.endswith(b"\n"):
            ready = self.file.peek(1)  # what one packet brought
            if not ready:
                break
            line += self.file.read(ready.find(b"\n") + 1 or len(ready))
            if len(line) > LONGEST_LINE:
                raise self.abort("It sends lines that do not end.")
            self._spend(0)
        self._spend(len(line))
        return bytes(line)

    def _spend(self, size: int) -> None:
        if not self._until:
            self.refill()
        self._room -= size
        if self._room < 0:
            raise self.abort("It sends far more than was asked for.")
        if time.monotonic() > self._until:
            raise self.abort("It is too slow; what came is kept, the rest is tried again.")


def refill(client: "IMAPClient") -> None:
    """Before another request: its answer may be as large, and take as long, as any."""
    client._imap.refill()


@contextlib.contextmanager
def connected(account: Account) -> Iterator["IMAPClient"]:
    """Signed in, TLS as the job says. Raises Trouble."""
    from imapclient.exceptions import IMAPClientError

    try:
        with open_client(account) as client:
            client.normalise_times = False
            if account.encryption == "TLS":
                client.starttls(ssl.create_default_context())
            client.login(account.username, account.password)
            yield client
    except (Invalid, Unavailable) as error:
        raise Trouble(f"{account.host}: {error.message}") from error
    except (IMAPClientError, imaplib.IMAP4.error, OSError) as error:
        raise Trouble(f"{account.host}: {words(error)}") from error
    except Exception as error:
        if not is_nonsense(error):
            raise
        raise Trouble(f"{account.host}: {NONSENSE}") from error


NONSENSE = "What it answers is no IMAP."


def is_nonsense(error: Exception) -> bool:
    """Whether it comes out of the reading of an answer: the library meets what no server should say with whatever
    Python raises there."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return bool(frames) and frames[-1][0].f_globals["__name__"].partition(".")[0] in {"imapclient", "imaplib"}


def open_client(account: Account) -> "IMAPClient":
    """Connected, not signed in. Raises Invalid and Unavailable for the address, OSError and what imaplib says."""
    from imapclient import IMAPClient, SocketTimeout
    from imapclient.imap4 import IMAP4WithTimeout

    address = asyncio.run(targets.checked_addresses(account.host))[0]

    class Pinned(Bounded, IMAP4WithTimeout):  # type: ignore[misc]
        """Knows the server by its name, for its certificate, and connects to the address that was checked."""

        def _create_socket(self, timeout: float | None = None) -> socket.socket:
            plain = socket.create_connection((address, account.port), CONNECT_SECONDS)
            if account.encryption != "SSL":
                return plain
            return ssl.create_default_context().wrap_socket(plain, server_hostname=account.host)

    class Client(IMAPClient):  # type: ignore[misc]
        def _create_IMAP4(self) -> Any:
            return Pinned(account.host, account.port, CONNECT_SECONDS)

    timeout = SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    return Client(account.host, account.port, ssl=account.encryption == "SSL", timeout=timeout)


def words(error: Exception) -> str:
    """What went wrong, without the marks of a Python value."""
    text = str(error) or type(error).__name__
    return " ".join(text.removeprefix("b'").removesuffix("'").split())[:500]
