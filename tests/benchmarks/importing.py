"""How fast an mbox and a remote account come in, and in how much memory: `python -m tests.benchmarks.importing
[messages of the mbox] [of the account]`."""

import asyncio
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from models import Import
from services import database, imports, secrets
from services import settings as configuration
from services.flows import importing
from services.mail.archives import escaped
from services.settings import Settings
from tests.benchmarks import _account
from tests.conftest import make_people

MESSAGES = 100_000
PULLED = 20_000
AT = datetime(2020, 1, 1, tzinfo=UTC)
WORDS = "We looked into this and found that the order left our house on Tuesday. " * 30


def mail(number: int) -> bytes:
    """Conversations of four; 2 KB each."""
    first = number - number % 4
    tie = f"In-Reply-To: <{number - 1}@old.test>\r\n" if number % 4 else ""
    head = f"From: Customer <c{first}@customer.test>\r\nTo: support@acme.test\r\nSubject: Order {first}\r\n"
    return f"{head}Message-ID: <{number}@old.test>\r\n{tie}\r\n{WORDS}\r\n".encode()


async def _bring_in(import_id: int) -> None:
    await importing.bring_in(import_id)


def main(messages: int = MESSAGES, pulled: int = PULLED) -> None:
    folder = Path(tempfile.mkdtemp(prefix="importing"))
    configuration.use(Settings(data_dir=folder))
    secrets.load()
    database.connect(configuration.current().database)
    people = make_people()
    path = folder / "old.mbox"
    with path.open("wb") as file:
        for number in range(1, messages + 1):
            file.write(escaped(mail(number), AT + timedelta(minutes=number)))
    with database.transaction() as session:
        row = imports.begin(session, people.mailbox_id, path, name="old", choice=imports.Choice(), actor=people.alice)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    asyncio.run(_bring_in(row.id or 0))
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with database.reading() as session:
        print(_report(session, row.id or 0, took, before, peak))
    database.disconnect()
    print(_account.report(pulled, mail))


def _report(session: Session, import_id: int, took: float, before: int, peak: int) -> str:
    row = session.get_one(Import, import_id)
    rate = f"{row.imported:,} imported, {row.failed:,} failed in {took:.1f} s: {row.imported / took:,.0f} messages/s"
    return f"{rate}; peak RSS {peak / 1024:,.0f} MB, {(peak - before) / 1024:,.0f} MB of it for the import"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
