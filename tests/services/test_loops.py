"""The event loop of our own threads and processes."""

import asyncio

from services import loops


def test_it_is_the_fast_one_where_that_is_installed() -> None:
    """Our pins install it."""

    async def whose() -> str:
        return type(asyncio.get_running_loop()).__module__

    with asyncio.Runner(loop_factory=loops.new) as runner:
        assert runner.run(whose()) == "uvloop"
