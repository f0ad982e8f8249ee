"""The documentation: one OpenAPI document a dialect, and a page of operations that needs no script."""

from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from api.app import ALL, Dialect, operation_id

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
    "examples": [{"error": {"code": "invalid_email", "message": "email: This is not an e-mail address."}}],
}
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
        title=f"Mailroom: {dialect.title}",
        version="1",
        servers=[{"url": dialect.base}],
        generate_unique_id_function=operation_id,
    )
    for router in dialect.routers:
        app.include_router(router)
    schema = app.openapi()
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    components.pop("HTTPValidationError", None)
    components.pop("ValidationError", None)
    components["Error"] = ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for operation in _operations(schema):
        answers = operation["responses"]
        answers.pop("422", None)
        for status, meaning in ERRORS.items():
            answers.setdefault(status, {"description": meaning, "content": content})
    return schema


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in schema["paths"].values() for operation in path.values()]


def build() -> FastAPI:
    """The application under /docs: an index, `<dialect>` for people and `<dialect>.json` for programs."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    documents = {dialect.slug: document(dialect) for dialect in ALL}

    @app.get("/", response_class=HTMLResponse)
    async def index() -> str:
        links = "".join(
            f'<li><a href="/docs/{slug}">{escape(schema["info"]["title"])}</a> '
            f'(<a href="/docs/{slug}.json">OpenAPI</a>)</li>'
            for slug, schema in documents.items()
        )
        return _page("Mailroom API", f"<ul>{links}</ul>")

    @app.get("/{slug}.json")
    async def openapi(slug: str) -> JSONResponse:
        return JSONResponse(_known(slug))

    @app.get("/{slug}", response_class=HTMLResponse)
    async def operations(slug: str) -> str:
        return _reference(_known(slug))

    def _known(slug: str) -> dict[str, Any]:
        if slug not in documents:
            raise HTTPException(404)
        return documents[slug]

    return app


def _reference(schema: dict[str, Any]) -> str:
    base = schema["servers"][0]["url"]
    rows = "".join(
        f"<tr><td>{method.upper()}</td><td><code>{escape(base + path)}</code></td>"
        f"<td>{escape(operation.get('description', ''))}</td></tr>"
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    )
    head = "<tr><th>Method</th><th>Path</th><th>What it does</th></tr>"
    return _page(schema["info"]["title"], f"<table>{head}{rows}</table>")


def _page(title: str, body: str) -> str:
    name = escape(title)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width"><main><h1>{name}</h1>{body}</main></html>'
    )
