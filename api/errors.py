"""The error tree as HTTP, in the shape of the dialect that answers; the framework's own errors in the same shape."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from services import errors

STATUS: dict[type[Exception], int] = {
    errors.NotFound: 404,
    errors.NotAuthenticated: 401,
    errors.NotPermitted: 403,
    errors.Conflict: 409,
    errors.Invalid: 400,
    errors.TooMany: 429,
    errors.StorageFull: 507,
    errors.Unavailable: 503,
}
CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}


@dataclass(frozen=True)
class Fault:
    """What went wrong: a snake_case code, a sentence, and the field it is about by the name the sender gave it."""

    status: int
    code: str
    message: str
    field: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class Style(Protocol):
    """How a dialect writes its errors, and its fields' names."""

    def body(self, fault: Fault) -> dict[str, Any]: ...

    def name(self, field: str) -> str: ...


class Rest:
    """Dialects A, B and E."""

    def body(self, fault: Fault) -> dict[str, Any]:
        return {"error": {"code": fault.code, "message": fault.sentence}}

    def name(self, field: str) -> str:
        return ".".join(to_camel(part) for part in field.split("."))


class Refusal(Response):
    """An error as it leaves the server: written when it is known whose dialect it leaves in."""

    def __init__(self, fault: Fault, headers: dict[str, str] | None = None, *, own_name: str = "") -> None:
        super().__init__(status_code=fault.status)
        self._fault = fault
        self._extra = headers
        self._own_name = own_name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        style: Style = scope["app"].state.style
        fault = self._fault
        if self._own_name:
            fault = Fault(fault.status, fault.code, fault.message, style.name(self._own_name))
        body = json.dumps(style.body(fault), ensure_ascii=False)
        response = Response(body, fault.status, self._extra, media_type="application/json")
        await response(scope, receive, send)


@contextmanager
def naming(**names: str) -> Iterator[None]:
    """An error about a field of the service's leaves under the name that this request gave it."""
    try:
        yield
    except errors.Error as error:
        error.field = names.get(error.field or "", error.field)
        raise


def answer(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return Refusal(Fault(status, code, message), headers)


def of(error: errors.Error) -> Response:
    """The answer for an error of the tree."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    headers = {}
    if isinstance(error, errors.NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"  # RFC 6750 3
    if isinstance(error, errors.TooMany):
        headers["Retry-After"] = str(error.retry_after)
    return Refusal(Fault(status, error.code, error.message), headers, own_name=error.field or "")


def install(app: FastAPI, style: Style) -> None:
    """Make `app` answer every error in its dialect's shape; a bug is the gate's to answer."""
    app.state.style = style
    app.add_exception_handler(errors.Error, _of_tree)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _of_tree(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.Error)
    return of(error)


async def _invalid(request: Request, error: Exception) -> Response:
    """400 that names the field, whatever the framework thinks of 422."""
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = error.errors()[0]
    if first["type"] == "json_invalid":
        return answer(400, "malformed_json", "The body is not JSON.")
    reason = first["msg"].removeprefix("Value error, ")
    return Refusal(about([str(part) for part in first["loc"][1:]], f"{reason[:1].upper()}{reason[1:]}."))


def about(place: list[str], message: str) -> Fault:
    """What is wrong at that place of the body, or with a parameter: the code names the nearest name."""
    if not place:
        return Fault(400, "invalid_body", "The body must be a JSON object.")
    field = next((part for part in reversed(place) if not part.isdigit()), place[-1])
    code = "invalid_" + re.sub(r"\W+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field)).lower()
    return Fault(400, code[:60], message, ".".join(place)[:200])


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return answer(404, CODES[404], "There is nothing at this address.")
    if error.status_code == 405:
        return answer(405, CODES[405], "This address takes other methods.", {"Allow": ", ".join(_allowed(request))})
    if error.status_code == 400:  # what the framework says of bytes that are no text, or are nested without end
        return answer(400, "malformed_json", "The body is not JSON.")
    return answer(error.status_code, CODES.get(error.status_code, "bad_request"), str(error.detail))


def _allowed(request: Request) -> list[str]:
    """The methods of every route at the request's path: the framework would name the first route's only."""
    methods: set[str] = set()
    for route in request.app.state.endpoints:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= set(getattr(route, "methods", None) or ())
    return sorted(methods)
