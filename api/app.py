"""One FastAPI application from dialects: their routers behind the gate, errors in their shape."""

from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api import aliases, api_keys, auth, domains, emails, errors, integrations, rules, team, tickets
from api.gate import Gate

PUBLIC = frozenset({"sign_up", "log_in", "accept_invitation"})


@dataclass(frozen=True)
class Dialect:
    """`slug` names its document, `base` is where it is reached, `routers` in order of matching."""

    slug: str
    title: str
    base: str
    routers: tuple[APIRouter, ...]


TEAM_MAIL = Dialect(
    "team-mail",
    "Team mail",
    "/api",
    (auth.router, team.router, api_keys.router, aliases.router, emails.router, rules.router),
)
ROUTER = Dialect("router", "Router", "/v1", (domains.router, integrations.router, aliases.router, tickets.router))
ALL = (ROUTER, TEAM_MAIL)


def build(*dialects: Dialect) -> FastAPI:
    """An application that serves `dialects`; a router that two of them share is there once."""
    app = FastAPI(
        title=" and ".join(dialect.title for dialect in dialects),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    routers = list({id(router): router for dialect in dialects for router in dialect.routers}.values())
    for router in routers:
        app.include_router(router)
    app.state.endpoints = [route for router in routers for route in router.routes]
    errors.install(app)
    app.add_middleware(Gate, routes=app.state.endpoints, public=PUBLIC)
    return app


def operation_id(route: APIRoute) -> str:
    """Each operation is called as its function."""
    return route.name
