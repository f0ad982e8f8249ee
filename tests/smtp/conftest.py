"""A listener on the test's own loop, addresses of every kind, and a client that says exactly what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlmodel import Session, col, select

from models import Alias, AliasStatus, DisabledPolicy, Domain, DomainStatus, RawMessage, Reception
from services import clock, database, mailboxes
from services.settings import Settings
from smtp.listener import Listener, serve
from tests.conftest import People

PATIENCE = 60.0  # seconds: a busy machine is slow, and no test is about speed
CONTENT = b"From: Ann <ann@customer.test>\r\nSubject: Hello\r\n\r\nGood morning\r\n"


def add_domain(session: Session, organisation_id: int, name: str, *, status: DomainStatus = DomainStatus.ACTIVE) -> int:
    domain = Domain(
        organisation_id=organisation_id,
        name=name,
        status=status,
        verification_token="token",
        created_at=clock.now(),
    )
    session.add(domain)
    session.flush()
    mailboxes.touch(session)
    return domain.id or 0


def add_alias(session: Session, domain_id: int, local_part: str, mailbox_id: int | None, **values: object) -> Alias:
    domain = session.get_one(Domain, domain_id)
    alias = Alias(
        organisation_id=domain.organisation_id,
        domain_id=domain_id,
        local_part=local_part,
        mailbox_id=mailbox_id,
        created_at=clock.now(),
        **values,
    )
    session.add(alias)
    mailboxes.touch(session)
    return alias


@pytest.fixture
def addresses(people: People) -> People:
    """acme.test with aliases in every state, catch.test with a catch-all, pending.test, and charlie's other.test."""
    with database.transaction() as session:
        acme = add_domain(session, people.alice.organisation_id, "acme.test")
        add_alias(session, acme, "support", people.mailbox_id)
        add_alias(session, acme, "closed", people.mailbox_id, status=AliasStatus.DISABLED)
        silent = {"status": AliasStatus.DISABLED, "disabled_policy": DisabledPolicy.DROP}
        add_alias(session, acme, "silent", people.mailbox_id, **silent)
        add_alias(session, acme, "expired", people.mailbox_id, expires_at=clock.now() - timedelta(minutes=1))
        catch = add_domain(session, people.alice.organisation_id, "catch.test")
        add_alias(session, catch, "*", people.mailbox_id)
        add_alias(session, catch, "closed", people.mailbox_id, status=AliasStatus.DISABLED)
        pending = add_domain(session, people.alice.organisation_id, "pending.test", status=DomainStatus.PENDING)
        add_alias(session, pending, "support", people.mailbox_id)
        add_domain(session, people.alice.organisation_id, "frozen.test", status=DomainStatus.SUSPENDED)
        other = add_domain(session, people.charlie.organisation_id, "other.test")
        add_alias(session, other, "info", people.other_mailbox_id)
    return people


@pytest_asyncio.fixture
async def listener(settings: Settings, addresses: People) -> AsyncIterator[Listener]:
    opened = await serve(settings)
    yield opened
    await opened.close()


class Client:
    """A raw connection: `say` sends one line and returns the last line of the reply."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.lines: list[str] = []

    @classmethod
    async def to(cls, port: int, *, address: str = "127.0.0.1", greet: bool = True) -> "Client":
        client = cls(*await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0)))
        if greet:
            assert (await client.reply()).startswith("220")
            assert (await client.say("EHLO client.test")).startswith("250")
        return client

    async def reply(self) -> str:
        """The last line of the next reply, "" when the server has hung up. All its lines are in `lines`."""
        self.lines = []
        while True:
            line = (await asyncio.wait_for(self.reader.readline(), PATIENCE)).decode()
            self.lines.append(line.rstrip("\r\n"))
            if line[3:4] != "-":
                return self.lines[-1]

    async def say(self, line: str | bytes) -> str:
        self.writer.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        return await self.reply()

    async def send(self, *recipients: str, content: bytes = CONTENT, sender: str = "ann@customer.test") -> str:
        """One whole transaction; the reply to the content, or the first refusal."""
        for line in (f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{each}>" for each in recipients), "DATA"):
            reply = await self.say(line)
            if reply[0] not in "23":
                return reply
        return await self.say(content + b".")

    async def is_closed(self) -> bool:
        """Whether nothing more comes; a connection that is cut off is closed too."""
        try:
            return await asyncio.wait_for(self.reader.read(), PATIENCE) == b""
        except ConnectionError:
            return True


@pytest_asyncio.fixture
async def client(listener: Listener) -> AsyncIterator[Client]:
    opened = await Client.to(listener.ports["smtp"])
    yield opened
    opened.writer.close()


async def until(condition: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    """Let the listener work until it is so."""
    ends = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < ends
        await asyncio.sleep(0.001)


@dataclass(frozen=True)
class Stored:
    raw: RawMessage
    recipients: list[str]


def stored() -> list[Stored]:
    """What has been taken, in order."""
    with database.reading() as session:
        raws = session.exec(select(RawMessage).order_by(col(RawMessage.id))).all()
        receptions = session.exec(select(Reception).order_by(col(Reception.id))).all()
        return [Stored(raw, [each.recipient for each in receptions if each.raw_id == raw.id]) for raw in raws]
