"""What the function of a job calls: steps whose results are kept, and rests that outlive the process."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

in_job: ContextVar[bool] = ContextVar("in_job", default=False)


async def step(name: str, function: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Await `function(…)`; when the job goes on after a crash, a finished step is not repeated, its result is kept."""
    if not in_job.get():
        return await function(*args, **kwargs)
    from dbos import DBOS

    async def run() -> T:
        return await function(*args, **kwargs)

    return await DBOS.run_step_async({"name": name}, run)


async def pause(seconds: float) -> None:
    """Rest; after a crash only what is left of it."""
    if not in_job.get():
        await asyncio.sleep(seconds)
        return
    from dbos import DBOS

    await DBOS.sleep_async(seconds)
