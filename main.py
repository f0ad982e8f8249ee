"""The composition root: settings, database, doors, runners. The only file that knows everything."""

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse

from services import database, secrets
from services import settings as configuration
from services.settings import Settings

log = logging.getLogger("mailroom")


def create_app(settings: Settings) -> FastAPI:
    """The whole program for `settings` as one ASGI application; its lifespan starts and stops everything."""
    configuration.use(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        secrets.load()
        await asyncio.to_thread(database.connect, settings.database)
        tune_garbage_collection()
        yield
        database.disconnect()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz", include_in_schema=False)
    def healthz(request: Request) -> JSONResponse:
        with database.reading():
            return JSONResponse({"status": "ok"})

    return app


def tune_garbage_collection() -> None:
    """Full collections stop everybody for 100 ms with 50 tabs open; what exists at start never dies."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def main(arguments: list[str]) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings()
    app = create_app(settings)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(sys.argv[1:])
