"""The inbox: folders, list and conversation; its addresses are `/`, `/inbox/<folder>` and `/t/<ticket>`."""

from components import action
from components.frame import screen
from pages.inbox import reading
from pages.inbox.desk import Desk
from services import ids
from services.errors import NotFound
from services.tickets import View, ViewKind


@screen("/")
async def home(q: str = "") -> None:
    await _draw(View(ViewKind.INBOX), q=q)


@screen("/inbox/{folder}")
async def folder(folder: str, q: str = "") -> None:
    await _draw(_view(folder), q=q)


@screen("/t/{ticket}")
async def conversation(ticket: str, folder: str = "inbox", q: str = "") -> None:
    try:
        number = ids.decode("ticket", ticket)
    except NotFound:
        number = 0
    await _draw(_view(folder), number, q=q)


def _view(text: str) -> View:
    try:
        return View.parse(text)
    except NotFound:
        return View(ViewKind.INBOX)


async def _draw(view: View, ticket_id: int = 0, *, q: str = "") -> None:
    outcome = await action.read(reading.opening, view, q=q[:500], ticket_id=ticket_id)
    if outcome:
        Desk(outcome.value)
