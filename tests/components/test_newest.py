"""A list shows what was asked for last, in whatever order the answers come."""

import asyncio

from components.newest import Newest


async def test_an_older_answer_does_not_replace_a_newer_one() -> None:
    newest: Newest[str] = Newest()
    slow = asyncio.Event()

    async def read(words: str, *, waits: bool = False) -> str:
        if waits:
            await slow.wait()
        return words

    earlier = asyncio.create_task(newest.of(read("zed", waits=True)))
    await asyncio.sleep(0)
    assert await newest.of(read("nobody")) == "nobody"
    slow.set()
    assert await earlier is None
    assert await newest.of(read("somebody")) == "somebody"
