"""Who may pass: the session behind the cookie, strangers to the log-in page, sockets to their owners only.

One ASGI class in front of everything, because NiceGUI takes a client's id as the only secret.
"""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote, urlsplit

from nicegui import Client
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages import mishaps
from pages.visitors import Visitor, Visitors
from services import database, organisations
from services.errors import Unavailable

COOKIE = "sid"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
FORMS = ("/login", "/setup", "/signup", "/forgot", "/reset", "/invitation", "/logout", "/rate")
OPEN = ("/healthz", "/.well-known/mta-sts.txt", "/assets/", "/favicon.ico")
_SOCKET, _CLIENT, _AUTO, _OWN = "/_nicegui_ws", "/_nicegui/client/", "/_nicegui/auto/", "/_nicegui/"


class Guard:
    """`open_paths` are the mounts that ask for credentials, and for the origin, themselves."""

    def __init__(self, app: ASGIApp, *, visitors: Visitors, open_paths: tuple[str, ...] = ()) -> None:
        self.app = app
        self.visitors = visitors
        self.open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            refusal = await self._refusal(scope)
        except Unavailable as error:
            refusal = (
                await mishaps.away(Request(scope), error) if scope["type"] == "http" else Response(status_code=503)
            )
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403})
        else:
            await refusal(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        """None to let it pass, with the visitor in the request's state; otherwise what to answer."""
        path: str = scope["path"]
        if is_under(path, self.open_paths):
            return None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        state = scope.setdefault("state", {})
        state.update(actor=None, sid="", session_id=0)
        if not has_own_origin(scope, headers):
            return PlainTextResponse("This request comes from another site.", 403)
        if path.startswith(OPEN) or (path.startswith(_OWN) and not path.startswith((_CLIENT, _AUTO))):
            return None
        visitor = await self.visitors.find(token_in(headers))
        state.update(actor=visitor.actor, sid=visitor.token, session_id=visitor.session_id)
        if path.startswith((_SOCKET, _CLIENT)):
            return None if owns(visitor, client_in(scope)) else PlainTextResponse("Forbidden", 403)
        if is_under(path, FORMS) or visitor.actor is not None:
            return None
        return await to_the_door(scope)


async def to_the_door(scope: Scope) -> Response:
    """Where a stranger goes: to the log-in page, or to set-up where nobody has been before."""
    if not await database.read(organisations.any_exists):
        return RedirectResponse("/setup", 303)
    wanted = scope["path"] if scope.get("method") == "GET" else "/"
    return RedirectResponse("/login" if wanted == "/" else f"/login?next={quote(wanted)}", 303)


def token_in(headers: dict[str, str]) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def has_own_origin(scope: Scope, headers: dict[str, str]) -> bool:
    """Sockets, and whatever changes something, must come from our own pages; programs send neither header."""
    if scope["type"] == "http" and (scope["method"] in SAFE_METHODS and not scope["path"].startswith(_SOCKET)):
        return True
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == headers.get("host", "")


def is_under(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == prefix or path.startswith(prefix.rstrip("/") + "/") for prefix in prefixes)


def client_in(scope: Scope) -> str:
    """The id of the page that a socket or an upload names."""
    path: str = scope["path"]
    if path.startswith(_SOCKET):
        query: bytes = scope.get("query_string", b"")
        return parse_qs(query.decode("latin-1")).get("client_id", [""])[0]
    return path.removeprefix(_CLIENT).split("/", 1)[0]


def owns(visitor: Visitor, client_id: str) -> bool:
    """Whether the page `client_id` was served to this very session; a page nobody knows any more may be asked for."""
    if visitor.actor is None:
        return False
    client = Client.instances.get(client_id)
    return client is None or client.request.state.session_id == visitor.session_id
