"""The link between two processes of one program: facts go over once, come out as facts, and do not come back."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from services import events
from services.link import Link

CHANGED, ARRIVED = events.DirectoryChanged(7), events.WorkArrived(0, "inbound")


@dataclass
class Other:
    """The end of another process."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def says(self, *facts: events.Fact) -> None:
        for fact in facts:
            self.writer.write(json.dumps(events.to_wire(fact)).encode() + b"\n")
        await self.writer.drain()

    async def heard(self) -> events.Fact | None:
        async with asyncio.timeout(30):
            return events.from_wire(json.loads(await self.reader.readline()))


@pytest.fixture
async def ends() -> AsyncIterator[tuple[Link, Other]]:
    here, there = socket.socketpair()
    link, other = await Link.over(here), Other(*await asyncio.open_unix_connection(sock=there))
    yield link, other
    other.writer.close()
    await link.close()


async def test_facts_go_over_once(ends: tuple[Link, Other]) -> None:
    link, other = ends
    carrying = asyncio.create_task(link.carry(events.DirectoryChanged))
    await asyncio.sleep(0)
    await asyncio.to_thread(events.publish, [CHANGED, ARRIVED, CHANGED])
    events.publish([CHANGED])
    assert await other.heard() == CHANGED
    events.publish([events.DirectoryChanged(8)])
    assert await other.heard() == events.DirectoryChanged(8)
    carrying.cancel()


async def test_what_comes_is_published_and_not_said_back(ends: tuple[Link, Other]) -> None:
    link, other = ends
    published: asyncio.Queue[events.Fact] = asyncio.Queue()
    stop = events.subscribe(published.put_nowait)
    carrying = asyncio.create_task(link.carry(events.Fact))
    await other.says(CHANGED, ARRIVED)
    async with asyncio.timeout(30):
        assert [await published.get() for _ in range(2)] == [CHANGED, ARRIVED]
    events.publish([events.WorkArrived(0, "outbound")])
    assert await other.heard() == events.WorkArrived(0, "outbound")
    carrying.cancel()
    stop()


async def test_it_ends_when_the_other_ends(ends: tuple[Link, Other]) -> None:
    link, other = ends
    link.say("listen")
    other.writer.write(b'"half a wo')
    other.writer.close()
    async with asyncio.timeout(30):
        await link.carry(events.Fact)
    events.publish([CHANGED])
    assert await link.hear() is None
