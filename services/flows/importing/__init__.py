"""Other people's mail into a mailbox: a batch at a time, each filed with how far it has come, so that a crash neither
loses nor repeats a message."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from models import ImportState, JobKind
from services import database, imports, jobs, settings
from services.flows.importing import keeping
from services.flows.importing.filing import file_batch
from services.flows.importing.keeping import Order
from services.mail import archives
from services.mail.archives import Item

MOST_MESSAGES = 200
MOST_BYTES = 8 << 20
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800))  # after these a person is asked
NO_ROOM = "The disk is nearly full."
log = logging.getLogger("mailroom.importing")


@jobs.define(JobKind.IMPORTS, waits=WAITS, at_once=1, stumbled=keeping.stumble)
async def bring_in(import_id: int) -> None:
    """Bring in what is not there yet; called again, it goes on where it was."""
    order = await database.call(keeping.begin, import_id)
    if order is None:
        await asyncio.to_thread(_clear, await database.read(keeping.leftover, import_id))
        return
    try:
        if order.total is None:
            order.total = await asyncio.to_thread(_count, order.path)
            await database.call(keeping.counted, order)
        batches = _batches(order)
        while batch := await asyncio.to_thread(next, batches, None):
            full = NO_ROOM if imports.is_disk_short() else await asyncio.to_thread(file_batch, order, batch)
            if full is not None:
                await _end(order, full)
                return
    except archives.Unreadable as error:
        log.warning("import %d broke off: %s", import_id, error)
        await _end(order, f"The file breaks off or cannot be read: {error}.")
        return
    await _end(order, "")


async def _end(order: Order, error: str) -> None:
    await database.call(keeping.finish, order, ImportState.FAILED if error else ImportState.DONE, error)
    await asyncio.to_thread(_clear, await database.read(keeping.leftover, order.id))


def _clear(path: Path | None) -> None:
    if path is not None:
        path.unlink(missing_ok=True)


def _count(path: Path) -> int:
    return sum(1 for _ in archives.items(path, (), most=settings.current().max_message_bytes))


def _batches(order: Order) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item in archives.items(order.path, order.place, most=settings.current().max_message_bytes):
        batch.append(item)
        size += len(item.content)
        if len(batch) >= MOST_MESSAGES or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


__all__ = ["bring_in"]
