"""What is shown when there is no such page, when a page could not be drawn, or while the database is away."""

import logging

from nicegui import app as nicegui_app
from nicegui import ui
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from components import frame, theme
from pages.plain import fill, page
from services import secrets
from services.errors import Error, TooMany, Unavailable

RETRY_SECONDS = "10"
log = logging.getLogger("mailroom.pages")

_LOST = """<section class="card door-card door-lost"><h1>{title}</h1><p>{text}</p>
<a class="button button-brand" href="/">Back to the inbox</a></section>"""
_AWAY = """<section class="card door-card door-lost"><h1>One moment, please</h1><p>{text}</p>
<a class="button button-brand" href="">Try again</a></section>"""


def install() -> None:
    nicegui_app.add_exception_handler(404, not_found)
    nicegui_app.on_page_exception(_draw_failure)


async def not_found(request: Request, _: Exception) -> Response:
    """A plain page, which costs no NiceGUI client however many addresses somebody tries."""
    words = fill(_LOST, title="There is no such page", text="It may have moved, or the address has a typing mistake.")
    return page(request, "Not found", words, status=404)


async def away(request: Request, error: Exception) -> Response:
    """Words for people, and their meaning for our scripts, which go on trying."""
    assert isinstance(error, Unavailable)
    status = 429 if isinstance(error, TooMany) else 503
    if "text/html" in request.headers.get("accept", ""):
        answer: Response = page(request, "One moment", fill(_AWAY, text=error.message), status=status)
    else:
        answer = JSONResponse({"code": error.code, "message": error.message}, status)
    answer.headers["retry-after"] = str(error.retry_after) if isinstance(error, TooMany) else RETRY_SECONDS
    return answer


def _draw_failure(error: Exception) -> None:
    """NiceGUI would print the exception; people get words, the log gets the rest."""
    theme.dress()
    with ui.element("div").classes("door"), ui.element("section").classes("card door-card door-lost"):
        if isinstance(error, Error):
            frame.text("This cannot be shown", "h1")
            frame.text(error.message, "p")
        else:
            reference = secrets.token()[:8]
            log.error("a page could not be drawn (reference %s)", reference, exc_info=error)
            frame.text("Something went wrong on our side", "h1")
            ui.label("Please try again; the reference for your administrator is below.")
            ui.label(reference).classes("mono")
        link = ui.element("a").classes("button button-brand").props('href="/"')
        with link:
            frame.text("Back to the inbox")
