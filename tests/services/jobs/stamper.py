"""A worker process for tests: a job of three steps, each of which writes a line; the second waits for a file."""

import asyncio
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from models import Job, JobKind
from services import clock, database, jobs, secrets
from services import settings as configuration
from services.settings import Settings

FOLDER = Path(sys.argv[1])


async def stamp(number: int) -> int:
    with (FOLDER / "lines").open("a") as file:
        file.write(f"{number} {os.getpid()}\n")
    return number


async def waited(number: int) -> int:
    await asyncio.to_thread(_wait)
    return await stamp(number)


def _wait() -> None:
    (FOLDER / "waiting").touch()
    while not (FOLDER / "open").exists():
        time.sleep(0.02)


@jobs.define(JobKind.WEBHOOKS)
async def work(subject_id: int) -> None:
    first = await jobs.step("one", stamp, subject_id)
    second = await jobs.step("two", waited, first + 1)
    await jobs.step("three", stamp, second + 1)


async def main(settings: Settings) -> None:
    worker = jobs.Worker(settings)
    await worker.recover()
    while await database.read(_is_open):
        await worker.process_one()
        await asyncio.sleep(0.05)
    await worker.settle()


def _is_open(session: database.Session) -> bool:
    return session.get(Job, 1) is not None


if __name__ == "__main__":
    settings = Settings(data_dir=FOLDER / sys.argv[2], database_url=sys.argv[3], secret_key="k" * 32)
    configuration.use(settings)
    secrets.load()
    database.connect(settings.database)
    with clock.ahead(timedelta(seconds=int(sys.argv[4]))):
        asyncio.run(main(settings))
