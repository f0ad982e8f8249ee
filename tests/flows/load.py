"""Load in and out of a running program, and a next hop that counts."""

import asyncio
import contextlib
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiosmtplib
import httpx2
from aiosmtpd.smtp import SMTP, Envelope, Session

from services import database
from tests.api.conftest import headers_of
from tests.conftest import People
from tests.program import Program
from tests.smtp.conftest import add_alias, add_domain

_SUBJECT = re.compile(rb"^Subject: (\S+)", re.MULTILINE)


@dataclass
class NextHop:
    """Takes everything while it `answers`, but nothing for whom it holds to be `gone`; remembers how often each message
    came, and how many were connected."""

    port: int = 0
    open: int = 0
    most_open: int = 0
    got: Counter[str] = field(default_factory=Counter)
    identities: dict[str, set[bytes]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    holding: int = 0  # messages taken and not answered

    def __post_init__(self) -> None:
        self.answers.set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.gone:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = bytes(envelope.content or b"")
        subject = _SUBJECT.search(content)[1].decode()  # type: ignore[index]
        self.got[subject] += 1
        self.identities.setdefault(subject, set()).update(re.findall(rb"(?im)^message-id: *(\S+)", content))
        self.holding += 1
        try:
            await self.answers.wait()
        finally:
            self.holding -= 1
        return "250 2.0.0 taken"


@asynccontextmanager
async def next_hop() -> AsyncIterator[NextHop]:
    """On the running loop."""
    hop = NextHop()
    loop = asyncio.get_running_loop()

    class Counted(SMTP):
        def connection_made(self, transport: Any) -> None:
            hop.open += 1
            hop.most_open = max(hop.most_open, hop.open)
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            hop.open -= 1
            super().connection_lost(error)

    server = await loop.create_server(lambda: Counted(hop, hostname="sink.test", loop=loop), "127.0.0.1", 0)
    hop.port = server.sockets[0].getsockname()[1]
    yield hop
    server.close()


@dataclass
class Promised:
    """What was answered 250 or 202, and everything that was tried."""

    filed: list[str] = field(default_factory=list)
    forwarded: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)


async def pour(
    program: Program, name: str, local_part: str, taken: list[str], tried: set[str], *, rest: float = 0.0
) -> None:
    """Numbered mail by SMTP, `rest` seconds apart, until the server is gone."""
    with contextlib.suppress(OSError, aiosmtplib.SMTPException):
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=program.ports["smtp"], timeout=60, start_tls=False)
        await client.connect()
        for number in range(100_000):
            subject = f"{name}.{number}"
            tried.add(subject)
            head = f"From: ann@customer.test\r\nSubject: {subject}\r\nMessage-ID: <{subject}@customer.test>\r\n\r\n"
            content = head.encode() + b"Some words of a line.\r\n" * random.randint(1, 200)
            await client.sendmail("ann@customer.test", [f"{local_part}@acme.test"], content)
            taken.append(subject)
            await asyncio.sleep(rest)


async def send(program: Program, name: str, headers: dict[str, str], promised: Promised, *, rest: float = 0.01) -> None:
    """Members' mail by the API until the server is gone."""
    with contextlib.suppress(httpx2.HTTPError):
        async with httpx2.AsyncClient(base_url=program.url, headers=headers, timeout=60) as client:
            for number in range(100_000):
                subject = f"{name}.{number}"
                promised.tried.add(subject)
                new = {"from": "support@acme.test", "to": ["bob@example.org"], "subject": subject, "text": "Hello"}
                answer = await client.post("/api/emails/send", json=new)
                if answer.status_code == 202:
                    promised.sent.append(subject)
                await asyncio.sleep(rest)


def addresses_of(people: People) -> dict[str, str]:
    """support@ has a queue, out@ only forwards; the key of a member."""
    with database.transaction() as session:
        acme = add_domain(session, people.alice.organisation_id, "acme.test")
        add_alias(session, acme, "support", people.mailbox_id)
        add_alias(session, acme, "out", None, forward_to=["far@example.org"])
    return headers_of(people.bob)
