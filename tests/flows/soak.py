"""`python -m tests.flows.soak [minutes]`: an hour of steady mail in and out, after which memory must be as it was.

The program runs as its own process on a database of its own. Its resident memory is read every few seconds; what the
first quarter took is the warm-up, and the last quarter may not need more than a tenth above the second.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from services import database, secrets
from services import settings as configuration
from services.settings import Settings
from tests.conftest import make_people
from tests.flows import load
from tests.flows.load import Promised, pour, send
from tests.program import Program

MINUTES = 60
GROWTH = 1.10
READ_SECONDS = 5.0
A_SECOND = 20  # messages by SMTP, a quarter of them forwarded


async def main(minutes: float) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        headers = _prepare(folder)
        async with load.next_hop() as hop:
            relay = f"smtp://127.0.0.1:{hop.port}?tls=none"
            limits = {"rate_limit_per_minute": "1000000", "rate_limit_per_day": "1000000"}
            program = Program(folder, secret_key="a key for a soak, thirty-two characters", relay_url=relay, **limits)
            await asyncio.to_thread(program.start)
            promised = Promised()
            tasks = _load(program, headers, promised)
            used = await _read(program, minutes * 60)
            await asyncio.to_thread(program.stop)
            await asyncio.wait(tasks, timeout=15)
    took = len(promised.filed) + len(promised.forwarded) + len(promised.sent)
    return _told(used, took, sum(hop.got.values()))


def _prepare(folder: Path) -> dict[str, str]:
    configuration.use(Settings(data_dir=folder, secret_key="a key for a soak, thirty-two characters"))
    secrets.load()
    database.connect(configuration.current().database)
    headers = load.addresses_of(make_people())
    database.disconnect()
    return headers


def _load(program: Program, headers: dict[str, str], promised: Promised) -> list[asyncio.Task[None]]:
    rest = 4 / A_SECOND
    pouring = [pour(program, f"in{each}", "support", promised.filed, promised.tried, rest=rest) for each in range(3)]
    pouring.append(pour(program, "fw", "out", promised.forwarded, promised.tried, rest=rest))
    return [asyncio.create_task(each) for each in (*pouring, send(program, "api", headers, promised, rest=1.0))]


async def _read(program: Program, seconds: float) -> list[float]:
    """Megabytes taken, from the start to the end."""
    ends, used = time.monotonic() + seconds, []
    while time.monotonic() < ends:
        used.append(program.memory())
        await asyncio.sleep(READ_SECONDS)
    return used


def _told(used: list[float], took: int, passed_on: int) -> bool:
    quarter = len(used) // 4
    early, late = statistics.median(used[quarter : 2 * quarter]), statistics.median(used[-quarter:])
    flat = late <= early * GROWTH
    verdict = "flat" if flat else f"GROWS, more than {GROWTH - 1:.0%}"
    print(f"{took:,} messages taken, {passed_on:,} handed on in {len(used) * READ_SECONDS / 60:.0f} minutes")
    print(
        f"memory: {used[0]:.0f} MB at the start, {early:.0f} in the second quarter, {late:.0f} in the last: {verdict}"
    )
    return flat


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)))
