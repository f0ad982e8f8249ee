"""Bodies, attachments and sources of messages, for whoever is signed in; what is not theirs does not exist."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from pages import dangers
from services import database, drafts, ids, messages
from services.access import Actor
from services.errors import Conflict, Error, NotFound, NotPermitted, StorageFull, Unavailable
from services.mail.charsets import decode
from services.mail.message import Part
from services.mail.quoting import is_forward_html, split_html
from services.mail.sanitize import STANDARD, Cleaned

# no script, no form, no frame, no font: what the sanitiser might miss has nothing to run with
FRAME = (
    "default-src 'none'; img-src 'self' data:{}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
PICTURE = "default-src 'none'; sandbox"
PDF = "default-src 'none'; object-src 'self'; plugin-types application/pdf; style-src 'unsafe-inline'"
PRIVATE = {"cache-control": "private, max-age=3600", "x-content-type-options": "nosniff"}
DOCUMENT = """{doctype}<html><head><meta charset="utf-8"><meta name="blocked" content="{blocked}">\
<base target="_blank"><style>{style}</style></head><body class="{kind}" dir="auto">{new}{quoted}</body></html>"""
# one dot that holds rows apart is drawn as low as it says, however wide
LOW = ",".join(f"[height='{pixels}']" for pixels in range(1, 41))
STYLE = (
    "html{overflow-x:auto;overflow-y:hidden;background:#fff;color-scheme:light}"
    "body{font:14px/1.55 Inter,system-ui,sans-serif;margin:0;padding:14px 18px;color:#16181d;overflow-wrap:anywhere;"
    "height:auto!important;min-height:0!important}"
    # tables drawn by the pixel reckon with a browser's own line height
    "body.designed{line-height:normal}body.letter{padding-left:57px}@media(max-width:560px){body.letter{padding-left:14px}}"
    f"body>:first-child{{margin-top:0}}img{{max-width:100%}}img[src]:not({LOW}){{height:auto}}"
    "a{color:#3451c6}pre{white-space:pre-wrap}"
    # a withheld picture is a pale box of its size instead of the browser's sign of something broken
    "img:not([src]){display:inline-block;background:#eef1f5;aspect-ratio:8;content:url(data:image/gif;base64,"
    "R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==)}"
    "img[alt]:not([src]):not([alt=''],[alt=' ']){content:normal;aspect-ratio:auto;overflow:hidden;max-width:100%;"
    "font:12px/1.3 system-ui;color:#434a58;text-align:center}"
    ".withheld{display:inline-grid!important;place-content:center;box-sizing:border-box;max-width:100%;overflow:hidden;"
    "background:#eef1f5;font:12px/1.3 system-ui;color:#434a58;text-align:center}"
    # a letter that chose no colour of its own follows the page around it into the dark
    "html.dark{background:none;color-scheme:dark}.dark body{color:#e8eaf0}.dark a{color:#93a8ff}"
    ".dark blockquote,.dark .mailroom-quoted>summary{color:#b9bfcc;border-color:#3a4252}"
    ".dark .mailroom-quoted>summary{background:#272c38}"
    "blockquote{margin:0 0 0 2px;padding-left:12px;border-left:2px solid #cfd5de;color:#434a58}"
    ".mailroom-quoted>summary{list-style:none;display:inline-block;margin-top:10px;padding:0 9px;border-radius:9px;"
    "background:#e8ebf0;color:#434a58;font:600 13px/16px system-ui;cursor:pointer}"
    ".mailroom-quoted>summary::-webkit-details-marker{display:none}"
)
QUOTED = '<details class="mailroom-quoted"{}><summary title="Quoted text">&#8230;</summary>{}</details>'

_DESIGNED = re.compile(r"<(?:table|style)\b|background", re.IGNORECASE)
_COLOURED = re.compile(r"""<(?:img|font|hr|mark)\b|\bcolor\s*[:=]|bgcolor""", re.IGNORECASE)
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark", re.IGNORECASE)

STATUS = {NotFound: 404, NotPermitted: 403, Conflict: 409, StorageFull: 507, Unavailable: 503}

Handler = Callable[[Request], Awaitable[Response]]


def guarded(handler: Handler) -> Handler:
    """Errors of the services as plain answers; nobody signed in is nothing found."""

    async def answer(request: Request) -> Response:
        try:
            if request.state.actor is None:
                raise NotFound("There is no such file.")
            return await handler(request)
        except Error as error:
            status = next((number for kind, number in STATUS.items() if isinstance(error, kind)), 400)
            return JSONResponse({"code": error.code, "message": error.message}, status)

    return answer


async def body(request: Request) -> Response:
    """The frame's document. `remote=1`: this time with remote images."""
    asked = request.query_params.get("remote") == "1"
    cleaned, remote = await database.read(
        _body, ids.decode("email", request.path_params["message"]), asked=asked, actor=request.state.actor
    )
    new, quoted = split_html(cleaned.html)
    is_designed = _DESIGNED.search(new) is not None
    is_plain = not is_designed and not _COLOURED.search(cleaned.html) and not _DESIGNED.search(cleaned.html)
    page = DOCUMENT.format(
        doctype=cleaned.doctype if is_designed else STANDARD,
        blocked=cleaned.blocked,
        style=STYLE,
        kind="designed" if is_designed else "letter undyed" if is_plain else "letter",
        new=_in_light(new),
        quoted=QUOTED.format(" open" if is_forward_html(quoted) else "", quoted) if quoted.strip() else "",
    )
    policy = FRAME.format(" https: http:" if remote else "")
    headers = {
        "content-security-policy": policy,
        "cache-control": "private, no-store",
        "referrer-policy": "no-referrer",
    }
    return HTMLResponse(page, headers=PRIVATE | headers)


def _in_light(html: str) -> str:
    """The frame is white paper in both themes, so a mail's own dark dress would be half of one."""
    rules, end, rest = html.partition("</style>")
    return _DARK.sub("max-width: 0", rules) + end + rest if end else html


def _body(session: Any, message_id: int, *, asked: bool, actor: Actor) -> tuple[Cleaned, bool]:
    remote = asked or messages.loads_remote(session, message_id, actor=actor)
    return messages.body(session, message_id, remote=remote, actor=actor), remote


async def attachment(request: Request) -> Response:
    number = ids.decode("att", request.path_params["file"])
    part, content = await database.read(messages.attachment, number, actor=request.state.actor)
    return saved(request, part, content)


def saved(request: Request, part: Part, content: bytes) -> Response:
    """Saved, never opened, unless `inline=1` asks for a picture, PDF or text, or the frame for its `cid:` picture."""
    kind = dangers.preview(part.filename, part.content_type)
    embedded = kind == "image" and request.headers.get("sec-fetch-dest") == "image"
    shown = kind in {"image", "pdf", "text"} and (request.query_params.get("inline") == "1" or embedded)
    headers = {
        "content-disposition": f"{'inline' if shown else 'attachment'}; {_named(part.filename)}",
        "content-security-policy": PDF if shown and kind == "pdf" else PICTURE,
        "cross-origin-resource-policy": "same-origin",
    }
    if shown and kind == "text":
        return Response(decode(content), media_type="text/plain; charset=utf-8", headers=PRIVATE | headers)
    media_type = part.content_type if shown else _saved_type(part.content_type)
    return Response(content, media_type=media_type, headers=PRIVATE | headers)


async def detach(request: Request) -> Response:
    await database.call(drafts.detach, ids.decode("att", request.path_params["file"]), actor=request.state.actor)
    return Response(status_code=204)


async def source(request: Request) -> Response:
    """The message as it came: saved as .eml, or with `view=1` shown as text."""
    number = ids.decode("email", request.path_params["message"])
    content = await database.read(messages.raw, number, actor=request.state.actor)
    if request.query_params.get("view") == "1":
        text = content.decode("utf-8", "replace")
        return Response(
            text, media_type="text/plain; charset=utf-8", headers=PRIVATE | {"content-security-policy": PICTURE}
        )
    name = f'attachment; filename="{request.path_params["message"]}.eml"'
    return Response(content, media_type="message/rfc822", headers=PRIVATE | {"content-disposition": name})


def _named(filename: str) -> str:
    """RFC 6266 4.3: plain letters for the old, RFC 8187 for everybody else."""
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", filename) or "file"
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(filename or 'file', safe='')}"


def _saved_type(content_type: str) -> str:
    """A browser saves any of these without a look inside."""
    is_plain = re.fullmatch(r"(application|audio|video|image)/[\w.+-]+", content_type)
    return content_type if is_plain else "application/octet-stream"


ROUTES = [
    Route("/files/message/{message}", guarded(body)),
    Route("/files/raw/{message}", guarded(source)),
    Route("/files/{file}", guarded(attachment), methods=["GET"]),
    Route("/files/{file}", guarded(detach), methods=["DELETE"]),
]
