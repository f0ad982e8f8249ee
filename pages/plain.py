"""Pages without NiceGUI: for strangers and mishaps. Text is escaped here, once, by the type that holds markup."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from components import assets, theme


class Markup(str):
    """Text that is HTML already; everything else is escaped when it is put in."""


def fill(template: str, **parts: object) -> Markup:
    """`template` with each {part} escaped, unless it is Markup."""
    safe = {name: part if isinstance(part, Markup) else escape(str(part)) for name, part in parts.items()}
    return Markup(template.format(**safe))


def joined(pieces: list[Markup]) -> Markup:
    return Markup("".join(pieces))


def page(request: Request, title: str, content: Markup, *, status: int = 200, host: str = "") -> HTMLResponse:
    """A whole page in the browser's theme: brand, one card, nothing else. A customer's is `host`'s, not ours."""
    document = fill(
        _DOCUMENT,
        title=title,
        host=host or "Mailroom",
        brand=fill(_HOST, name=host) if host else fill(_BRAND, icon=assets.url("icon.svg")),
        content=content,
        theme=theme.checked(request.cookies.get(theme.COOKIE, "auto")),
        css=assets.url("app.css"),
        font=assets.url("fonts/inter.woff2"),
        icon=assets.url("icon.svg"),
        script=assets.url("forms.js"),
    )
    return HTMLResponse(document, status, headers={"cache-control": "no-store"})


_BRAND = '<img src="{icon}" alt="" width="36" height="36"><span>Mailroom</span>'
_HOST = "<span>{name}</span>"
_DOCUMENT = """<!doctype html>
<html lang="en-US" class="plain plain-{theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {host}</title>
<link rel="icon" href="{icon}" type="image/svg+xml">
<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="{css}">
<script src="{script}" defer></script>
</head>
<body>
<main class="door">
<div class="door-brand">{brand}</div>
{content}
</main>
</body>
</html>"""
