"""Templates over plain HTTP: found for the composer's picker, put into a draft, previewed while they are written."""

import html as markup
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models import Template, Visibility
from pages.files import DOCUMENT, STYLE, guarded
from pages.templates.opening import opening
from pages.uploads import json_of, text_of
from services import database, ids, templates
from services.mail.sanitize import STANDARD
from services.templates import Preview, Rendering, Source

MOST = 50
SHOWN = 240  # characters of a template in the list
_GAP = re.compile(r"⟦[^⟦⟧<>]{1,200}⟧")
_PAGE = "padding:18px 22px}mark{background:#ffe08a;border-radius:3px;padding:0 2px"


async def replies(request: Request) -> Response:
    """What the words typed find, those with such a shortcut first."""
    typed = request.query_params.get("q", "")[:100]
    found = await database.read(templates.all, q=typed, limit=MOST, actor=request.state.actor)
    found.sort(key=lambda each: not (typed and each.shortcut.startswith(typed.lower())))
    return JSONResponse([_line(each) for each in found])


async def insert(request: Request) -> Response:
    """POST {draft}: the template filled in for that draft; `gaps` names what is marked ⟦…⟧ in it."""
    number = ids.decode("tmpl", request.path_params["template"])
    draft = ids.decode("draft", text_of((await json_of(request)).get("draft")))
    actor = request.state.actor
    made: Rendering = await database.read(templates.insert, number, draft, actor=actor)
    await database.call(templates.count_use, number, actor=actor)
    said = {"subject": made.subject, "html": made.html or _paragraphs(made.text), "text": made.text}
    return JSONResponse(said | {"gaps": made.gaps})


async def preview(request: Request) -> Response:
    """POST {subject, html, text, ticket?}: how it looks, what is wrong with it, and the fields it names."""
    said = await json_of(request)
    source = Source(**{part: text_of(said.get(part)) for part in ("subject", "html", "text")})
    ticket = said.get("ticket")
    number = ids.decode("ticket", ticket) if isinstance(ticket, str) and ticket else None
    shown: Preview = await database.read(templates.preview, source, ticket_id=number, actor=request.state.actor)
    made = shown.rendering
    variables = [
        {"name": each.name, "known": each.is_known, "covered": each.is_covered, "parts": each.parts}
        for each in shown.variables
    ]
    said = {"subject": made.subject, "document": _document(made), "text": made.text, "gaps": made.gaps}
    return JSONResponse(said | {"problems": shown.problems, "variables": variables})


def _line(row: Template) -> dict[str, Any]:
    return {
        "key": ids.encode("tmpl", row.id or 0),
        "name": row.name,
        "shortcut": row.shortcut,
        "private": row.visibility is Visibility.PRIVATE,
        "text": opening(row, SHOWN),
    }


def _paragraphs(text: str) -> str:
    """Plain text for the rich editor."""
    parts = (markup.escape(part).replace("\n", "<br>") for part in text.strip().split("\n\n"))
    return "".join(f"<p>{part}</p>" for part in parts)


def _document(made: Rendering) -> str:
    """The frame's whole page, every field without value marked where it stands."""
    body = _GAP.sub(lambda gap: f"<mark>{gap[0]}</mark>", made.html or _paragraphs(made.text))
    style = f"{STYLE}body{{{_PAGE}}}"
    return DOCUMENT.format(doctype=STANDARD, blocked=0, style=style, kind="preview", new=body, quoted="")


ROUTES = [
    Route("/templates/replies", guarded(replies)),
    Route("/templates/preview", guarded(preview), methods=["POST"]),
    Route("/templates/{template}/insert", guarded(insert), methods=["POST"]),
]
