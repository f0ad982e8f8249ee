"""A connection to somebody's IMAP server: only to addresses that were checked, never to a name that may change."""

import asyncio
import contextlib
import imaplib
import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from services import targets
from services.errors import Invalid, Unavailable
from services.flows.syncing.jobs import Job

if TYPE_CHECKING:
    from imapclient import IMAPClient

CONNECT_SECONDS = 20.0
READ_SECONDS = 120.0


class Trouble(Exception):
    """What somebody has to mend, in words."""


@contextlib.contextmanager
def connected(job: Job) -> Iterator["IMAPClient"]:
    """Signed in, TLS as the job says. Raises Trouble."""
    from imapclient.exceptions import IMAPClientError

    try:
        with open_client(job) as client:
            client.normalise_times = False
            if job.encryption == "TLS":
                client.starttls(ssl.create_default_context())
            client.login(job.username, job.password)
            yield client
    except (Invalid, Unavailable) as error:
        raise Trouble(f"{job.host}: {error.message}") from error
    except (IMAPClientError, imaplib.IMAP4.error, OSError) as error:
        raise Trouble(f"{job.host}: {words(error)}") from error


def open_client(job: Job) -> "IMAPClient":
    """Connected, not signed in. Raises Invalid and Unavailable for the address, OSError and what imaplib says."""
    from imapclient import IMAPClient, SocketTimeout
    from imapclient.imap4 import IMAP4WithTimeout

    address = asyncio.run(targets.checked_addresses(job.host))[0]

    class Pinned(IMAP4WithTimeout):  # type: ignore[misc]
        """Knows the server by its name, for its certificate, and connects to the address that was checked."""

        def _create_socket(self, timeout: float | None = None) -> socket.socket:
            plain = socket.create_connection((address, job.port), CONNECT_SECONDS)
            if job.encryption != "SSL":
                return plain
            return ssl.create_default_context().wrap_socket(plain, server_hostname=job.host)

    class Client(IMAPClient):  # type: ignore[misc]
        def _create_IMAP4(self) -> Any:
            return Pinned(job.host, job.port, CONNECT_SECONDS)

    timeout = SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    return Client(job.host, job.port, ssl=job.encryption == "SSL", timeout=timeout)


def words(error: Exception) -> str:
    """What went wrong, without the marks of a Python value."""
    text = str(error) or type(error).__name__
    return " ".join(text.removeprefix("b'").removesuffix("'").split())[:500]
