"""The audit as a CSV file, with the page's filters: read and sent in pieces, so that its length costs no memory."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pages.files import guarded
from services import audit, clock, database
from services.access import Actor
from services.audit import Filter, Page

PIECE = 500


async def save(request: Request) -> Response:
    actor, wanted = request.state.actor, _wanted(request.query_params)
    first = await database.read(audit.entries, wanted, limit=PIECE, actor=actor)  # before anything is answered
    name = f'attachment; filename="audit-{clock.now():%Y-%m-%d}.csv"'
    headers = {"content-disposition": name, "cache-control": "no-store"}
    return StreamingResponse(_pieces(first, wanted, actor), media_type="text/csv; charset=utf-8", headers=headers)


async def _pieces(page: Page, wanted: Filter, actor: Actor) -> AsyncIterator[str]:
    yield audit.heading() + audit.lines(page.entries)
    while page.before is not None:
        page = await database.read(audit.entries, wanted, before=page.before, limit=PIECE, actor=actor)
        yield audit.lines(page.entries)


def _wanted(query: Mapping[str, str]) -> Filter:
    member = query.get("member", "")
    return Filter(
        int(member) if member.isascii() and member.isdecimal() and len(member) < 19 else None,
        query.get("kind", ""),
        query.get("q", "")[:200],
        _moment(query.get("since", "")),
        _moment(query.get("until", "")),
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


ROUTES = [Route("/audit.csv", guarded(save))]
