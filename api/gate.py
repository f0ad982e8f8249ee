"""What stands before every endpoint: request id, credential, limits, body size, idempotency; and behind it, faults.

Pure ASGI, so that its headers are on every answer, whoever gave it.
"""

import logging
import math
import re
from collections.abc import Sequence
from uuid import uuid4

import anyio.to_thread
from fastapi import Response
from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import access, errors, idempotency, text
from api.access import Caller
from services.errors import Error, NotAuthenticated
from services.limits import Window

log = logging.getLogger("mailroom.api")

MAX_BODY = 36 * 1024 * 1024  # 25 MiB of attachments in base64, and the text beside them
MAX_ANONYMOUS_BODY = 64 * 1024
_REQUEST_ID = re.compile(r"[\w.:-]{1,100}")


class TooLarge(Exception):
    """The body is longer than this caller may send."""


class Gate:
    """`routes` are the application's own; those named in `public` need no credential."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute], public: frozenset[str]) -> None:
        self._app = app
        self._routes = routes
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        try:
            response = await self._admit(scope, receive, answer)
        except Error as error:
            response = errors.of(error)
        except TooLarge:
            response = errors.answer(413, "too_large", "The body is too large.")
        except Exception:
            log.exception("request %s failed", answer.request_id)
            message = f"Something failed here, not with you. Reference: {answer.request_id}."
            response = None if answer.started else errors.answer(500, "internal", message)
        if response is not None:
            await response(scope, receive, answer.send)

    async def _admit(self, scope: Scope, receive: Receive, answer: "_Answer") -> Response | None:
        """Let the request through to its endpoint, or give the answer that ends it here."""
        public = self._is_public(scope)
        caller = None if public else await anyio.to_thread.run_sync(access.identify, scope)
        if caller is not None:
            answer.window = await anyio.to_thread.run_sync(access.count, caller)
            if not answer.window.allowed:
                retry = {"Retry-After": str(answer.window.retry_after)}
                return errors.answer(429, "rate_limited", "Too many requests; wait a little.", retry)
        if caller is None and public is False:
            raise NotAuthenticated("Log in, or send an API key.")
        scope.setdefault("state", {})["caller"] = caller
        body = await _body(scope, receive, MAX_BODY if caller else MAX_ANONYMOUS_BODY)
        if body and not _is_json(scope):
            return errors.answer(415, "unsupported_media_type", "Send the body as application/json.")
        unfit = text.fault(scope, body)
        if unfit is not None:
            return errors.Refusal(unfit)
        if public is not None and idempotency.applies(scope):
            return await idempotency.once(scope, body, _credential(caller, scope), lambda: self._kept(scope, body))
        await self._app(scope, _replay(body, receive), answer.send)
        return None

    def _is_public(self, scope: Scope) -> bool | None:
        """Whether the request's route needs no credential; None where there is no such route."""
        for route in self._routes:
            if route.matches(scope)[0] is Match.FULL:
                return getattr(route, "name", "") in self._public
        return None

    async def _kept(self, scope: Scope, body: bytes) -> Response:
        """The endpoint's answer, in memory."""
        start: Message = {}
        pieces: list[bytes] = []

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                pieces.append(message.get("body", b""))

        await self._app(scope, _replay(body, None), send)
        response = Response(b"".join(pieces), start["status"])
        response.raw_headers = list(start["headers"])
        return response


class _Answer:
    """Puts the request id and the rate limit on an answer as it leaves."""

    def __init__(self, scope: Scope, send: Send) -> None:
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        self.window: Window | None = None
        self.started = False
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.request_id
            headers["Cache-Control"] = "no-store"
            headers["X-Content-Type-Options"] = "nosniff"
            if self.window is not None:
                headers["X-RateLimit-Limit"] = str(self.window.limit)
                headers["X-RateLimit-Remaining"] = str(self.window.remaining)
                headers["X-RateLimit-Reset"] = str(math.ceil(self.window.reset_at))
        await self._send(message)


async def _body(scope: Scope, receive: Receive, most: int) -> bytes:
    """The whole body. Raises TooLarge beyond `most` bytes, at once where the length is announced."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not announced.isdigit() or int(announced) > most:
        raise TooLarge
    pieces: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > most:
            raise TooLarge
        more = message.get("more_body", False)
    return b"".join(pieces)


def _replay(body: bytes, receive: Receive | None) -> Receive:
    """A `receive` that gives `body` once."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        if waiting:
            return waiting.pop()
        return await receive() if receive is not None else {"type": "http.disconnect"}

    return again


def _is_json(scope: Scope) -> bool:
    kind = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"content-type"), "")
    return kind.partition(";")[0].strip().lower() in {"application/json", "text/json"}


def _credential(caller: Caller | None, scope: Scope) -> str:
    """What an Idempotency-Key belongs to: the credential, or the address of somebody without one."""
    return caller.credential if caller else f"address:{(scope.get('client') or ('',))[0]}"
