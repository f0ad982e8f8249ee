"""The program without its other doors, in this process: pages, guard and services together, no browser."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from nicegui import ui
from nicegui.functions.download import download
from nicegui.functions.navigate import Navigate
from nicegui.functions.notify import notify
from nicegui.testing import User as Simulated
from nicegui.testing.general import nicegui_reset_globals

import main
from models import User
from services import database, sessions
from services.access import Actor
from services.settings import Settings
from tests.conftest import People


class Screen(Simulated):
    """A simulated browser that waits a minute for what a page shows, however busy the machine."""

    async def should_see(self, *args: Any, retries: int = 0, **named: Any) -> None:
        await super().should_see(*args, retries=600, **named)

    async def should_not_see(self, *args: Any, retries: int = 0, **named: Any) -> None:
        await super().should_not_see(*args, retries=600, **named)


@dataclass
class Web:
    """The application, and browsers for whoever is needed."""

    app: FastAPI

    def browser(self, token: str = "") -> httpx.AsyncClient:
        """A browser without JavaScript, signed in where there is a token; it follows no redirect by itself."""
        cookies = {"sid": token} if token else {}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://mailroom.test", cookies=cookies
        )

    def token(self, actor: Actor) -> str:
        with database.transaction() as session:
            return sessions.create(session, session.get_one(User, actor.user_id))

    def screen(self, actor: Actor) -> Screen:
        """A simulated browser in which `actor` is signed in."""
        return Screen(self.browser(self.token(actor)))

    async def pressed(self, actor: Actor, path: str, words: str) -> Screen:
        """`actor`'s browser on the page, after a press of the button that says `words`."""
        screen = self.screen(actor)
        await screen.open(path)
        screen.find(kind=ui.button, content=words).click()
        return screen


@pytest.fixture
async def web(settings: Settings) -> AsyncIterator[Web]:
    """The application without listener and runners, on a database nobody has set up."""
    with simulated():
        app = main.create_app(settings.model_copy(update={"roles": "web"}))
        async with app.router.lifespan_context(app):
            yield Web(app)


@pytest.fixture
def acme(web: Web, people: People) -> People:
    """The people of `people`, on the running application."""
    return people


@contextmanager
def simulated() -> Iterator[None]:
    with nicegui_reset_globals():
        os.environ["NICEGUI_USER_SIMULATION"] = "true"
        try:
            yield
        finally:
            os.environ.pop("NICEGUI_USER_SIMULATION", None)
            ui.navigate, ui.notify, ui.download = Navigate(), notify, download


async def until(is_so: Callable[[], object]) -> None:
    """Wait for what the loop brings about by itself, a minute at most."""
    for _ in range(3000):
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to be")
