"""The documentation as pages for people: drawn from the OpenAPI documents, no script, its one style sheet by hash."""

import base64
import hashlib
import json
from collections.abc import Iterable
from html import escape
from typing import Any

STYLE = """
:root {
  color-scheme: light dark;
  --bg: light-dark(#f6f7f9, #0f1115); --surface: light-dark(#ffffff, #161920); --line: light-dark(#e4e7ec, #262b36);
  --code: light-dark(#f1f3f6, #1d212a); --ink: light-dark(#16181d, #e8eaf0); --soft: light-dark(#5d6575, #949cae);
  --brand: light-dark(#3451c6, #93a8ff);
}
body {
  font: 15px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 56rem; padding: 2.5rem 1.25rem 6rem;
  background: var(--bg); color: var(--ink);
}
h1 { font-size: 1.6rem; letter-spacing: -.01em; } h2 { font-size: 1.05rem; margin-top: 2.4rem; }
code, pre { font: 13px/1.55 ui-monospace, monospace; }
p code { background: var(--code); border-radius: 4px; padding: 1px 5px; }
ul { list-style: none; padding: 0; } li, details { background: var(--surface); border: 1px solid var(--line); }
li, details { border-radius: 10px; margin: .5rem 0; padding: .7rem 1rem; }
summary { cursor: pointer; } summary b { display: inline-block; min-width: 4.4rem; color: var(--brand); }
pre { background: var(--code); border-radius: 6px; overflow: auto; padding: .8rem; }
p.soft { color: var(--soft); } a { color: var(--brand); }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; border-radius: 4px; }
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
}
ABOUT = (
    "Send <code>Authorization: Bearer</code> with a token of a login or an API key. Lists take <code>page</code> and "
    "<code>limit</code>; any POST takes an <code>Idempotency-Key</code>; times are ISO 8601 in UTC."
)


def index(dialects: Iterable[tuple[str, str, str]]) -> str:
    """Links to the documents: slug, title and where the dialect is reached."""
    links = "".join(
        f'<li><a href="/docs/{slug}">{escape(title)}</a> at <code>{escape(base)}</code>'
        f' · <a href="/docs/{slug}.json">OpenAPI document</a></li>'
        for slug, title, base in dialects
    )
    return _page("Mailroom API", f"<p>{ABOUT}</p><ul>{links}</ul>")


def missing() -> str:
    return _page("Not found", '<p>There is no such document. <a href="/docs/">All documents</a></p>')


def operations(schema: dict[str, Any]) -> str:
    """Every operation of one document, by tag."""
    base = schema["servers"][0]["url"]
    groups: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["Other"])[0]
            groups.setdefault(tag, []).append(_operation(schema, method, base + path, operation))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(drawn)}" for tag, drawn in groups.items())
    back = '<p class="soft"><a href="/docs/">All documents</a></p>'
    fault = escape(json.dumps(schema["components"]["schemas"]["Error"]["examples"][0]))
    about = f"<p>{ABOUT} Every error looks like <code>{fault}</code>.</p>"
    return _page(schema["info"]["title"], f"{back}{about}{body}")


def _operation(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = ", ".join(f"<code>{escape(each['name'])}</code>" for each in operation.get("parameters", []))
    status, answer = next((code, each) for code, each in operation["responses"].items() if code.startswith("2"))
    parts = [
        f"<p>{escape(operation.get('description', ''))}</p>",
        f"<p>Parameters: {parameters}</p>" if parameters else "",
        _example(schema, "Request", operation.get("requestBody", {})),
        _example(schema, f"Answer {status}", answer),
    ]
    name = f"<b>{method.upper()}</b> <code>{escape(path)}</code>"
    return f'<details id="{escape(operation["operationId"])}"><summary>{name}</summary>{"".join(parts)}</details>'


def _example(schema: dict[str, Any], title: str, body: dict[str, Any]) -> str:
    shown = example(schema, body)
    if shown is None:
        return ""
    text = json.dumps(shown, indent=2, ensure_ascii=False)
    return f'<p class="soft">{title}</p><pre>{escape(text)}</pre>'


def example(schema: dict[str, Any], body: dict[str, Any]) -> Any:
    """The first example of a request's or answer's JSON; of a bare array one element; None where there is none."""
    content = body.get("content", {}).get("application/json", {}).get("schema", {})
    name = content.get("items", content).get("$ref", "").rpartition("/")[2]
    component = schema["components"]["schemas"].get(name, content)
    shown = next(iter(component.get("examples", [])), None)
    return [shown] if shown is not None and "items" in content else shown


def _page(title: str, body: str) -> str:
    name = escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><main><h1>{name}</h1>{body}</main></body></html>"
    )
