"""Two processes on one queue: after a crash each takes up its own mail again at once, and leaves the other's alone."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import col, select

from models import Outbound, OutboundStatus
from services import database, outbound
from services.settings import Settings
from tests.conftest import People
from tests.flows import load
from tests.program import Program
from tests.smtp.conftest import until

pytestmark = pytest.mark.process


def enqueue(people: People, name: str) -> None:
    head = f"From: support@acme.test\r\nSubject: {name}\r\nMessage-ID: <{name}@acme.test>\r\n\r\n"
    with database.transaction() as session:
        outbound.enqueue(
            session,
            raw=head.encode() + b"Hello\r\n",
            reverse_path="support@acme.test",
            recipients=["bob@example.org"],
            organisation_id=people.alice.organisation_id,
            subject=name,
        )


def rows() -> dict[str, Outbound]:
    with database.reading() as session:
        return {row.subject: row for row in session.exec(select(Outbound).order_by(col(Outbound.id)))}


@pytest.mark.timeout(600)
async def test_each_process_takes_up_its_own(people: People, settings: Settings, tmp_path: Path) -> None:
    async with load.next_hop() as hop:
        one, other = (
            Program(
                tmp_path / name,
                database_url=settings.database,
                secret_key=settings.secret_key,
                relay_url=f"smtp://127.0.0.1:{hop.port}?tls=none",
                roles="worker",
            )
            for name in ("one", "other")
        )
        hop.answers.clear()
        await asyncio.to_thread(one.start)
        enqueue(people, "first")
        await until(lambda: hop.got["first"] == 1)
        await asyncio.to_thread(one.kill)
        await asyncio.to_thread(other.start)
        enqueue(people, "second")
        await until(lambda: hop.got["second"] == 1)
        before = rows()
        assert {row.status for row in before.values()} == {OutboundStatus.SENDING}
        assert before["first"].claimed_by != before["second"].claimed_by
        await asyncio.to_thread(one.start)
        await until(lambda: hop.got["first"] == 2)
        hop.answers.set()
        await until(lambda: {row.status for row in rows().values()} == {OutboundStatus.DELIVERED})
        for program in (one, other):
            await asyncio.to_thread(program.stop)
    assert hop.got == Counter(first=2, second=1)
