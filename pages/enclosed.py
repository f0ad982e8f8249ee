"""Enclosed messages shown in the conversation, each in a frame of its own, and the files in them."""

from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from pages import dangers
from pages.files import DOCUMENT, FRAME, PRIVATE, STYLE, guarded, saved
from services import database, enclosed, ids
from services.enclosed import Enclosed, Path
from services.errors import NotFound
from services.mail.address import Address
from services.mail.message import Part, body_text
from services.mail.sanitize import STANDARD

_HEAD = (
    "body{padding-left:18px}header{border-bottom:1px solid #e1e5eb;margin-bottom:12px;padding-bottom:10px}"
    "h1{font-size:15px;margin:0 0 6px}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:0;"
    "font-size:13px}dt{color:#5b6372}dd{margin:0}.files{list-style:none;margin:14px 0 0;padding:10px 0 0;"
    "border-top:1px solid #e1e5eb;font-size:13px}.files span{color:#5b6372}.files b{color:#b3261e}"
)


async def message(request: Request) -> Response:
    """The document of the frame. `remote=1`: with remote images."""
    number, path = _target(request)
    remote = request.query_params.get("remote") == "1"
    found = await database.read(
        enclosed.get, number, path, remote=remote, link=lambda to: _link(request, "part", to), actor=request.state.actor
    )
    page = DOCUMENT.format(
        doctype=STANDARD,
        blocked=found.body.blocked,
        style=STYLE + _HEAD,
        kind="enclosed",
        new=_head(found) + found.body.html,
        quoted=_files(request, path, found.files),
    )
    headers = {"content-security-policy": FRAME.format(" https: http:" if remote else ""), "cache-control": "no-store"}
    return HTMLResponse(page, headers=PRIVATE | headers | {"referrer-policy": "no-referrer"})


async def part(request: Request) -> Response:
    number, path = _target(request)
    found, content = await database.read(enclosed.file, number, path, actor=request.state.actor)
    return saved(request, found, content)


def _target(request: Request) -> tuple[int, Path]:
    """The attachment and the path in it, written 3.1.2."""
    written = request.path_params.get("path", "")
    steps = written.split(".") if written else []
    if len(written) > 60 or not all(step.isascii() and step.isdigit() for step in steps):
        raise NotFound("There is no such file.")
    return ids.decode("att", request.path_params["file"]), tuple(map(int, steps))


def _link(request: Request, what: str, path: Path) -> str:
    return f"/files/{request.path_params['file']}/{what}/{'.'.join(map(str, path))}"


def _head(found: Enclosed) -> str:
    parsed = found.parsed
    sent = parsed.sent_at.strftime("%d %B %Y, %H:%M UTC") if parsed.sent_at else ""
    rows = {"From": _people([parsed.author]), "To": _people(parsed.to), "Cc": _people(parsed.cc), "Date": sent}
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows.items() if value)
    is_empty = not (found.files or body_text(parsed).strip() or found.body.html.strip())
    note = "<p>(empty message)</p>" if is_empty else ""
    return f"<header><h1>{escape(parsed.subject or '(no subject)')}</h1><dl>{listed}</dl></header>{note}"


def _people(people: list[Address]) -> str:
    named = (
        f"{each.name} <{each.address}>" if each.name and each.address else each.name or each.address for each in people
    )
    return ", ".join(filter(None, named))[:2000]


def _files(request: Request, path: Path, parts: tuple[Part, ...]) -> str:
    if not parts:
        return ""
    return f'<ul class="files" aria-label="Attachments">{"".join(_file(request, path, each) for each in parts)}</ul>'


def _file(request: Request, path: Path, each: Part) -> str:
    inner: Any = (*path, each.index)
    is_message = enclosed.is_message(each.filename, each.content_type) and len(inner) <= enclosed.DEEPEST
    target = ' target="_self"' if is_message else ""
    warning = " · <b>can run programs, open with care</b>" if dangers.is_dangerous(each.filename) else ""
    href = _link(request, "message" if is_message else "part", inner)
    size = dangers.spoken_size(each.size)
    return f'<li><a href="{href}"{target}>{escape(each.filename)}</a> <span>{size}{warning}</span></li>'


ROUTES = [
    Route("/files/{file}/message", guarded(message)),
    Route("/files/{file}/message/{path}", guarded(message)),
    Route("/files/{file}/part/{path}", guarded(part)),
]
