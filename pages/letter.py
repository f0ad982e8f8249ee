"""The body of a captured message as a document of its own, for a sandboxed frame."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from services import capture, database
from services.errors import Error, Unavailable
from services.mail import sanitize
from services.mail.message import Parsed, body_text

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><base target="_blank"><title>Message</title><style>
body{{font:14px/1.55 system-ui,sans-serif;margin:20px;color:#1b1f27;background:#fff;overflow-wrap:anywhere}}
img{{max-width:100%}}.plain{{white-space:pre-wrap}}</style></head><body>{}</body></html>"""


async def body(request: Request) -> Response:
    """The message as its recipient's mail program would draw it, remote images left out."""
    captured_id = request.path_params["id"]
    try:
        _, parsed = await database.read(capture.get, captured_id, actor=request.state.actor)
    except Unavailable:
        raise
    except Error as error:
        return PlainTextResponse(error.message, 404)
    headers = {"content-security-policy": POLICY, "cache-control": "private, no-store"}
    return HTMLResponse(document(parsed), headers=headers)


def document(parsed: Parsed) -> str:
    """Its HTML by the allow-list, or its text."""
    if parsed.html:
        return _DOCUMENT.format(sanitize.clean(parsed.html, remote=False, cid=lambda _: None).html)
    return _DOCUMENT.format(f'<div class="plain">{escape(body_text(parsed))}</div>')


ROUTES = [Route("/capture/{id:int}/body", body)]
