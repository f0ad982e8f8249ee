"""Headers every answer carries, and a policy that lets only our own scripts run in a page."""

import secrets as random

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# NiceGUI compiles templates in the browser, hence unsafe-eval; inline handlers and foreign scripts stay out
PAGE = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' 'nonce-{}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PLAIN = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HSTS = "max-age=31536000; includeSubDomains"


class Security:
    """Adds the headers; where NiceGUI answers with a page, gives each of its scripts this answer's nonce."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        self.is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = _Page(send, self.is_https).send
        await self.app(scope, receive, send)


class _Page:
    """One answer on its way out; held back only where it must be rewritten."""

    def __init__(self, send: Send, is_https: bool) -> None:
        self._send = send
        self._is_https = is_https
        self._start: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            self._dress(headers)
            if headers.get("x-nicegui-content") == "page" and "text/html" in headers.get("content-type", ""):
                self._start = message
                return
        if self._start is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        nonce = random.token_urlsafe(16)
        body = bytes(self._body).replace(b"<script", b'<script nonce="' + nonce.encode() + b'"')
        self._body.clear()  # NiceGUI keeps the request, and with it this, as long as the page
        headers = MutableHeaders(raw=start["headers"])
        headers["content-length"] = str(len(body))
        headers["content-security-policy"] = PAGE.format(nonce)
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    def _dress(self, headers: MutableHeaders) -> None:
        headers.setdefault("x-content-type-options", "nosniff")
        headers.setdefault("referrer-policy", "same-origin")
        headers.setdefault("x-dns-prefetch-control", "off")  # or a link's name is asked for when its mail is opened
        headers.setdefault("permissions-policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("cross-origin-opener-policy", "same-origin")
        if "text/html" in headers.get("content-type", ""):
            headers.setdefault("content-security-policy", PLAIN)
        if self._is_https:
            headers.setdefault("strict-transport-security", HSTS)
