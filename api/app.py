"""One FastAPI application from dialects: their routers behind the gate, errors in their shape."""

from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api import (
    aliases,
    api_keys,
    audit,
    auth,
    contacts,
    domains,
    emails,
    errors,
    events,
    integrations,
    macros,
    rules,
    suppressions,
    team,
    templates,
    tickets,
    webhooks,
)
from api.errors import Rest, Style
from api.gate import Gate
from api.mail_server import ROUTERS, Admin

PUBLIC = frozenset({"sign_up", "log_in", "accept_invitation"})


@dataclass(frozen=True)
class Dialect:
    """`slug` names its document, `base` is where it is reached, and `also` the other places; `routers` in order of
    matching; `style` writes its errors."""

    slug: str
    title: str
    base: str
    routers: tuple[APIRouter, ...]
    style: Style = field(default_factory=Rest)
    also: tuple[str, ...] = ()


TEAM_MAIL = Dialect(
    "team-mail",
    "Team mail",
    "/api",
    (
        auth.router,
        team.router,
        api_keys.router,
        aliases.router,
        emails.router,
        rules.router,
        templates.router,
        macros.router,
        webhooks.router,
        events.router,
        audit.router,
        contacts.router,
        suppressions.router,
    ),
)
ROUTER = Dialect(
    "router",
    "Router",
    "/v1",
    (domains.router, integrations.router, aliases.router, tickets.router),
    also=("/api", "/v1/api"),
)
MAIL_SERVER = Dialect("mail-server", "Mail server admin", "/api/v1", ROUTERS, Admin())
ALL = (ROUTER, TEAM_MAIL, MAIL_SERVER)


def team_mail() -> FastAPI:
    """What /api serves; the router's dialect is there too."""
    return build(ROUTER, TEAM_MAIL)


def router() -> FastAPI:
    return build(ROUTER)


def mail_server() -> FastAPI:
    return build(MAIL_SERVER)


def build(*dialects: Dialect) -> FastAPI:
    """An application that serves `dialects`, which write errors alike; a router two of them share is there once."""
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
    errors.install(app, dialects[0].style)
    app.add_middleware(Gate, routes=app.state.endpoints, public=PUBLIC)
    return app


def operation_id(route: APIRoute) -> str:
    """Each operation is called as its function."""
    return route.name
