"""An account tried before it is saved: step by step, until one fails, each in words."""

import asyncio
import imaplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services import targets
from services.errors import Error
from services.flows.syncing.jobs import Account
from services.flows.syncing.remote import NONSENSE, is_nonsense, open_client, words

if TYPE_CHECKING:
    from imapclient import IMAPClient

SHOWN = 12  # folders


@dataclass(frozen=True, slots=True)
class Step:
    """What was tried, whether it went well, and what was seen."""

    name: str
    is_good: bool
    seen: str


def check(account: Account) -> list[Step]:
    """The steps as far as they went; the last one alone may be bad. Takes as long as the other server does."""
    steps: list[Step] = []
    try:
        for step in _steps(account):
            steps.append(step)
    except Error as error:
        steps.append(Step(NAMES[len(steps)], False, error.message))
    except ssl.SSLError as error:
        steps.append(Step("Encryption", False, words(error)))
    except Exception as error:
        from imapclient.exceptions import IMAPClientError

        if isinstance(error, (IMAPClientError, imaplib.IMAP4.error, OSError, ValueError)):
            steps.append(Step(NAMES[len(steps)], False, words(error)))
        elif is_nonsense(error):
            steps.append(Step(NAMES[len(steps)], False, NONSENSE))
        else:
            raise
    return steps


NAMES = ("Name", "Connection", "Encryption", "Sign-in", "Folders")


def _steps(account: Account) -> Iterator[Step]:
    addresses = asyncio.run(targets.checked_addresses(account.host))
    yield Step("Name", True, ", ".join(map(str, addresses)))
    with ExitStack() as stack:
        client: IMAPClient = stack.enter_context(open_client(account))
        yield Step("Connection", True, f"Port {account.port} answers as an IMAP server.")
        if account.encryption == "TLS":
            client.starttls(ssl.create_default_context())
        yield Step("Encryption", True, _ENCRYPTED[account.encryption])
        client.login(account.username, account.password)
        yield Step("Sign-in", True, f"{account.username} is signed in.")
        names = [name for _, _, name in client.list_folders()]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield Step("Folders", True, ", ".join(names[:SHOWN]) + more)


_ENCRYPTED = {
    "SSL": "Encrypted from the first byte, by a certificate that is valid.",
    "TLS": "Encrypted by STARTTLS, by a certificate that is valid.",
    "PLAIN": "None: the password and all mail can be read on the way.",
}
