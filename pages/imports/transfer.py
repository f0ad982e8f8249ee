"""Files in and out over plain HTTP, in pieces: what they weigh costs no memory."""

import asyncio
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from models import TicketStatus
from pages.files import guarded
from services import clock, database, exports, ids, imports
from services.access import Actor
from services.errors import StorageFull
from services.exports import Piece

CSV = "text/csv; charset=utf-8"


async def take(request: Request) -> Response:
    """PUT: the file as the body; mailbox, name and options in the query."""
    asked, actor = request.query_params, request.state.actor
    mailbox_id = ids.decode("mbx", asked.get("mailbox", ""))
    await database.read(imports.check, mailbox_id, actor=actor)
    status = TicketStatus.OPEN if asked.get("status") == TicketStatus.OPEN else TicketStatus.CLOSED
    choice = imports.Choice(status, asked.get("folders") != "0", asked.get("tag", "").replace("\0", ""))
    path = await asyncio.to_thread(imports.fresh_path)
    try:
        await _keep(request, path)
        name = asked.get("name", "").replace("\0", "")
        row = await database.call(imports.add, mailbox_id, path, name=name, choice=choice, actor=actor)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise StorageFull("There is no room for this file.") from error
        if isinstance(error, ClientDisconnect):
            return Response(status_code=400)
        raise
    return JSONResponse({"id": ids.encode("import", row.id or 0)}, 201)


async def _keep(request: Request, path: Path) -> None:
    with path.open("xb") as file:
        os.chmod(path, 0o600)
        async for chunk in request.stream():
            await asyncio.to_thread(imports.keep, file, chunk)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())


async def save(request: Request) -> Response:
    """GET: a mailbox as mbox."""
    mailbox_id, actor = ids.decode("mbx", request.path_params["mailbox"]), request.state.actor
    first = await database.read(exports.piece, mailbox_id, actor=actor)
    name = f"mailbox-{clock.now():%Y-%m-%d}.mbox"
    return StreamingResponse(_pieces(first, mailbox_id, actor), media_type="application/mbox", headers=_named(name))


async def _pieces(piece: Piece, mailbox_id: int, actor: Actor) -> AsyncIterator[bytes]:
    yield piece.content
    while piece.after is not None:
        piece = await database.read(exports.piece, mailbox_id, piece.after, actor=actor)
        yield piece.content


async def save_faults(request: Request) -> Response:
    """GET: what could not come, and why."""
    import_id, actor = ids.decode("import", request.path_params["import"]), request.state.actor
    first = await database.read(imports.faults, import_id, actor=actor)
    more = partial(database.read, imports.faults, import_id, actor=actor)
    return StreamingResponse(_faults(first, more), media_type=CSV, headers=_named("import-errors.csv"))


async def _faults(found: Any, more: Any) -> AsyncIterator[str]:
    yield imports.lines(found, heading=True)
    while len(found) == imports.PIECE:
        found = await more(after=found[-1].id)
        yield imports.lines(found)


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


ROUTES = [
    Route("/imports/file", guarded(take), methods=["PUT"]),
    Route("/imports/{mailbox}/export.mbox", guarded(save)),
    Route("/imports/{import}/faults.csv", guarded(save_faults)),
]
