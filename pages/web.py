"""Puts the pages on the application: screens, plain routes, guard, headers, and what follows facts."""

from importlib import import_module
from typing import Any

from nicegui import app as nicegui_app
from nicegui import ui
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount

from components import assets, leftovers, live, theme
from pages import mishaps, sockets
from pages.guard import Guard
from pages.security import Security
from pages.visitors import Visitors
from services import settings
from services.errors import Unavailable
from services.events import SessionEnded, TeamChanged

# modules of `pages`: each registers its screens with @screen, or has plain ROUTES, or both
SCREENS = (
    "static",
    "doorstep",
    "forgotten",
    "rating",
    "inbox",
    "enclosed",
    "files",
    "uploads",
    "start",
    "domains",
    "aliases",
    "templates",
    "mailboxes",
    "rules",
    "suppressions",
    "imports",
    "contacts",
    "team",
    "keys",
    "integrations",
    "queue",
    "capture",
    "letter",
    "organisation",
    "audit",
    "profile",
)


class Web:
    """The door for people on one application; `start` and `stop` belong into its lifespan."""

    def __init__(self, app: Any) -> None:
        open_paths = tuple(route.path for route in app.routes if isinstance(route, Mount) and route.path)
        self.visitors = Visitors()
        _forget_earlier_application()
        theme.install()
        mishaps.install()
        leftovers.install()
        for screen in SCREENS:
            module = import_module(f"pages.{screen}")
            routes: list[BaseRoute] = getattr(module, "ROUTES", [])
            app.router.routes.extend(routes)
        _run_with(app)
        app.add_exception_handler(Unavailable, mishaps.away)
        # the last one added is the outermost: compress what the nonce was written into
        app.add_middleware(Guard, visitors=self.visitors, open_paths=open_paths)
        app.add_middleware(Security, is_https=settings.current().url.startswith("https:"))
        app.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=5)

    def start(self) -> None:
        """Begin to follow facts on the running loop."""
        sockets.seal()
        live.start()
        live.listen((SessionEnded, TeamChanged), self.visitors.forget)
        live.listen(SessionEnded, sockets.end_tabs)
        live.listen(TeamChanged, sockets.follow_team)

    def stop(self) -> None:
        live.stop()


def _run_with(app: Any) -> None:
    ui.run_with(
        app,
        title="Mailroom",
        favicon=assets.FOLDER / "icon.svg",
        dark=None,
        language="en-US",
        reconnect_timeout=45,
        binding_refresh_interval=None,
        message_history_length=200,
        gzip_middleware_factory=None,
        show_welcome_message=False,
    )


def _forget_earlier_application() -> None:
    """NiceGUI is one per process; tests make several applications one after the other."""
    nicegui_app.middleware_stack = None
    nicegui_app.user_middleware.clear()
