"""The composition root: settings, database, doors, runners. The only file that knows everything."""

# ruff: noqa: E402
import gc

# Before anything is loaded: what a start makes stays, and looking through it again and again costs a quarter of it.
gc.set_threshold(50_000, 50, 100)

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse

from services import database, health, keymark, mta_sts, secrets
from services import settings as configuration
from services.errors import NotFound
from services.flows import commands, demo, runners
from services.settings import Settings
from smtp import listener
from smtp.apart import Apart

log = logging.getLogger("mailroom")
QUIET_SECONDS = 1.0  # in which the first visitor gets the first page


def create_app(settings: Settings, apart: Apart | None = None) -> FastAPI:
    """The whole program for `settings` as one ASGI application; its lifespan starts and stops everything. The listener
    is here, or `apart`."""
    configuration.use(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        secrets.load()
        await asyncio.to_thread(database.connect, settings.database)
        await database.call(keymark.check)
        if "smtp" in settings.role_set:
            app.state.listener = await (apart.open() if apart else listener.serve(settings))
        if "web" in settings.role_set:
            app.state.web.start()
        background = runners.start(settings) if "worker" in settings.role_set else None
        yield
        if "web" in settings.role_set:
            app.state.web.stop()
        if "smtp" in settings.role_set:
            await app.state.listener.close()
        if background is not None:
            await background.stop()
        database.disconnect()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz", include_in_schema=False)
    def healthz(request: Request) -> JSONResponse:
        reason = health.trouble()
        if reason:
            return JSONResponse({"status": "degraded", "reason": reason}, 503)
        return JSONResponse({"status": "ok"})

    @app.get("/.well-known/mta-sts.txt", include_in_schema=False)
    def mta_sts_policy(request: Request) -> PlainTextResponse:
        """RFC 8461 3.2; which domain's, the host tells."""
        try:
            with database.reading() as session:
                return PlainTextResponse(mta_sts.own(session, request.url.hostname or ""))
        except NotFound:
            return PlainTextResponse("There is no such policy.", 404)

    if "web" in settings.role_set:
        _open_web(app)
    return app


def _open_web(app: FastAPI) -> None:
    """The doors for programs and people; imported here, so that mail does without them."""
    import api
    from pages.web import Web

    app.state.later = api.mount(app)
    app.state.web = Web(app)


async def settle_in(app: FastAPI) -> None:
    """What a start leaves for the first quiet moment, so that no call has to wait for it."""
    await asyncio.sleep(QUIET_SECONDS)
    for application in getattr(app.state, "later", ()):
        await asyncio.to_thread(application.made)
    gc.collect()
    gc.freeze()  # full collections stop everybody for 100 ms with 50 tabs open; what exists by now never dies


class Server(uvicorn.Server):
    """uvicorn, which also says on standard output where everything listens: with port 0 nobody else knows."""

    demo = False

    def leave(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settling = asyncio.create_task(settle_in(self.config.app))  # type: ignore[arg-type]
        ports = {"http": self.servers[0].sockets[0].getsockname()[1]}
        if "smtp" in configuration.current().role_set:
            ports |= self.config.app.state.listener.ports  # type: ignore[union-attr]
        sys.stdout.write("listening " + " ".join(f"{name}={port}" for name, port in ports.items()) + "\n")
        sys.stdout.flush()
        if self.demo:
            self.playing = asyncio.create_task(demo.run(ports["smtp"], f"http://{self.config.host}:{ports['http']}"))


def main(arguments: list[str]) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings()
    if arguments not in ([], ["--demo"]):
        configuration.use(settings)
        sys.exit(commands.run(arguments, settings))
    apart = Apart(settings) if settings.role_set > {"smtp"} and not arguments else None  # the demo turns the clock back
    config = uvicorn.Config(
        create_app(settings, apart),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=4,
    )
    server = Server(config)
    server.demo = bool(arguments)
    if apart:
        apart.on_loss = server.leave
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if apart and apart.is_lost:
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
