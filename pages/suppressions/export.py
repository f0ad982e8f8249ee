"""The list as a CSV file, with the page's filters: read and sent in pieces, so that its length costs no memory."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from models import SuppressionReason
from pages.files import guarded
from services import clock, database, suppressions
from services.access import Actor
from services.suppressions import Page

PIECE = 500


async def save(request: Request) -> Response:
    actor, asked = request.state.actor, request.query_params
    known = asked.get("reason", "") in set(SuppressionReason)
    reason = SuppressionReason(asked["reason"]) if known else None
    words = asked.get("q", "")[:200]
    first = await database.read(suppressions.page, q=words, reason=reason, limit=PIECE, actor=actor)
    name = f'attachment; filename="suppressed-{clock.now():%Y-%m-%d}.csv"'
    headers = {"content-disposition": name, "cache-control": "no-store"}
    pieces = _pieces(first, words, reason, actor)
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)


async def _pieces(page: Page, words: str, reason: SuppressionReason | None, actor: Actor) -> AsyncIterator[str]:
    yield suppressions.heading() + _lines(page)
    while page.before is not None:
        before = page.before
        page = await database.read(suppressions.page, q=words, reason=reason, before=before, limit=PIECE, actor=actor)
        yield _lines(page)


def _lines(page: Page) -> str:
    return suppressions.lines([line.suppression for line in page.lines])


ROUTES = [Route("/suppressions.csv", guarded(save))]
