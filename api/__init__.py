"""The door for programs: FastAPI sub-applications, one a dialect, mounted beside the pages."""

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.routing import Route

from api import app as applications
from api import docs

DOCS = "/docs"


def mount(app: FastAPI) -> None:
    """Mount every dialect and the documentation. Longer prefixes first: /v1/api is not a path of /v1."""
    team, router = (
        applications.build(applications.ROUTER, applications.TEAM_MAIL),
        applications.build(applications.ROUTER),
    )
    admin = applications.build(applications.MAIL_SERVER)
    for prefix, dialect in (("/v1/api", router), ("/v1", router), ("/api/v1", admin), ("/api", team)):
        app.mount(prefix, dialect)
        app.router.routes.append(Route(prefix, dialect))  # a mount does not match its prefix alone
    app.mount(DOCS, docs.build())
    app.router.routes.append(Route(DOCS, _to_docs))


async def _to_docs(request: Request) -> RedirectResponse:
    return RedirectResponse(f"{DOCS}/")


__all__ = ["mount"]
