"""The documentation: one OpenAPI document a dialect, and a page of operations that needs no script."""

from functools import cache
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api import reference
from api.app import ALL, Dialect, operation_id
from api.errors import Fault

ERRORS = {
    "400": "Bad input; the message names the field.",
    "401": "No credential, or one that is not good.",
    "403": "The role or key may not do this.",
    "404": "No such thing in your organisation.",
    "409": "It conflicts with what is there.",
    "429": "Too many requests; see Retry-After.",
}


def document(dialect: Dialect) -> dict[str, Any]:
    """The OpenAPI document of one dialect, errors as they really are."""
    app = FastAPI(
        title=_title(dialect),
        version="1",
        servers=[{"url": base} for base in (dialect.base, *dialect.also)],
        generate_unique_id_function=operation_id,
    )
    for router in dialect.routers:
        app.include_router(router)
    schema = app.openapi()
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    components.pop("HTTPValidationError", None)
    components.pop("ValidationError", None)
    components["Error"] = _error(dialect)
    for component in components.values():
        for shown in component.get("examples", []):
            _with_nulls(shown, component, components)
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for operation in _operations(schema):
        answers = operation["responses"]
        answers.pop("422", None)
        for status, meaning in ERRORS.items():
            answers.setdefault(status, {"description": meaning, "content": content})
    return schema


def _with_nulls(shown: Any, schema: dict[str, Any], components: dict[str, Any]) -> None:
    """Put the nulls of an example back: FastAPI drops them, and what is null is there all the same."""
    for kind in (schema, *schema.get("anyOf", [])):
        named = components.get(kind.get("$ref", "").rpartition("/")[2], kind)
        if isinstance(shown, list):
            for each in shown:
                _with_nulls(each, named.get("items", {}), components)
        elif isinstance(shown, dict):
            properties = named.get("properties", {})
            for name in named.get("required", []):
                if {"type": "null"} in properties[name].get("anyOf", []):
                    shown.setdefault(name, None)
            for name in shown.keys() & properties.keys():
                _with_nulls(shown[name], properties[name], components)


def _title(dialect: Dialect) -> str:
    return f"Mailroom: {dialect.title}"


def _error(dialect: Dialect) -> dict[str, Any]:
    """The schema of the dialect's errors, drawn from one of them."""
    shown = dialect.style.body(Fault(400, "invalid_email", "This is not an e-mail address.", "email"))
    return {"examples": [shown], **_schema(shown)}


def _schema(shown: Any) -> dict[str, Any]:
    if not isinstance(shown, dict):
        return {"type": "string"}
    return {
        "type": "object",
        "required": list(shown),
        "properties": {name: _schema(value) for name, value in shown.items()},
    }


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in schema["paths"].values() for operation in path.values()]


def build() -> FastAPI:
    """The application under /docs: an index, `<dialect>` for people and `<dialect>.json` for programs. Its endpoints
    run on threads: the first reader of a document waits until it is drawn."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    dialects = {dialect.slug: dialect for dialect in ALL}
    drawn = cache(lambda slug: document(dialects[slug]))

    @app.get("/")
    def index() -> Response:
        listed = [(dialect.slug, _title(dialect), dialect.base) for dialect in ALL]
        return HTMLResponse(reference.index(listed), headers=reference.HEADERS)

    @app.get("/{name}")
    def one(name: str) -> Response:
        slug = name.removesuffix(".json")
        if slug not in dialects:
            return HTMLResponse(reference.missing(), 404, headers=reference.HEADERS)
        if name.endswith(".json"):
            return JSONResponse(drawn(slug))
        return HTMLResponse(reference.operations(drawn(slug)), headers=reference.HEADERS)

    return app
