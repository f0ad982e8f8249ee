"""Drafts over plain HTTP: saved while the socket is away, files taken in, recipients completed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pages.files import guarded
from pages.inbox.conversation import file
from services import database, drafts, ids, secrets
from services.errors import Conflict, Invalid

MAX_TEXT = 5 * 1024 * 1024  # of a draft's own words
LARGEST_ID = (1 << 63) - 1


async def save(request: Request) -> Response:
    """PUT: the whole draft and the version it came from. 409 `draft_changed` names the version there is now."""
    number = ids.decode("draft", request.path_params["draft"])
    said = await json_of(request)
    writing = _writing(said)
    try:
        draft = await database.call(
            drafts.save, number, writing, version=_number(said, "version"), actor=request.state.actor
        )
    except Conflict as error:
        now = await database.read(drafts.get, number, actor=request.state.actor)
        version = now.version if now.author_id == request.state.actor.user_id else 0
        return JSONResponse({"code": error.code, "message": error.message, "version": version}, 409)
    return JSONResponse({"version": draft.version})


async def attach(request: Request) -> Response:
    """POST: one file as the body; its name in the query, `inline=1` for a picture pasted into the text."""
    number = ids.decode("draft", request.path_params["draft"])
    if int(request.headers.get("content-length") or 0) > drafts.MAX_FILE:
        return JSONResponse({"code": "too_large", "message": "A file may have at most 20 MB."}, 413)
    content = await _bounded(request, drafts.MAX_FILE)
    inline = request.query_params.get("inline") == "1"
    stored = await database.call(
        drafts.attach,
        number,
        filename=request.query_params.get("name", "file"),
        content_type=request.headers.get("content-type", "application/octet-stream"),
        content=content,
        content_id=f"{secrets.token()[:24]}@mailroom" if inline else "",
        actor=request.state.actor,
    )
    return JSONResponse(file(stored), 201)


async def people(request: Request) -> Response:
    """Whom one may mean by what was typed."""
    typed = request.query_params.get("q", "")[:200]
    return JSONResponse(await database.read(drafts.completions, typed, actor=request.state.actor))


async def _bounded(request: Request, limit: int) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > limit:
            raise Invalid(f"At most {limit // (1 << 20)} MB, please.", code="too_large")
    return bytes(content)


async def json_of(request: Request) -> dict[str, Any]:
    request._body = await _bounded(request, MAX_TEXT)
    try:
        said = await request.json()
    except (ValueError, RecursionError) as error:
        raise Invalid("This is not JSON.", code="invalid_json") from error
    if not isinstance(said, dict):
        raise Invalid("This is not a draft.", code="invalid_draft")
    return said


def _writing(said: dict[str, Any]) -> drafts.Writing:
    return drafts.Writing(
        to=_people(said.get("to")),
        cc=_people(said.get("cc")),
        bcc=_people(said.get("bcc")),
        subject=text_of(said.get("subject"))[:998],
        html=text_of(said.get("html")),
        text=text_of(said.get("text")),
        alias_id=_row(said.get("alias_id")),
        mailbox_id=_row(said.get("mailbox_id")),
        plain=bool(said.get("plain")),
    )


def _people(found: Any) -> list[dict[str, str]]:
    people = found if isinstance(found, list) else []
    return [
        {"name": text_of(each.get("name"))[:320], "address": text_of(each.get("address"))[:320]}
        for each in people[:200]
        if isinstance(each, dict) and each.get("address")
    ]


def text_of(found: Any) -> str:
    """What can be kept of it: no NUL, and half a surrogate pair is a question mark."""
    return found.replace("\0", "").encode(errors="replace").decode() if isinstance(found, str) else ""


def _row(found: Any) -> int | None:
    return found if isinstance(found, int) and 0 < found <= LARGEST_ID else None


def _number(said: dict[str, Any], name: str) -> int:
    found = said.get(name)
    if not isinstance(found, int):
        raise Invalid("Say which version this is.", field=name, code="no_version")
    return found


ROUTES = [
    Route("/drafts/people", guarded(people)),
    Route("/drafts/{draft}", guarded(save), methods=["PUT"]),
    Route("/drafts/{draft}/files", guarded(attach), methods=["POST"]),
]
