"""The door for programs: FastAPI sub-applications, one a dialect, mounted beside the pages."""

import re

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.routing import Mount, Route

from api.later import Later

DOCS = "/docs"
# Where each application is and what makes it. Longer prefixes first: /v1/api is not a path of /v1.
PLACES = {
    "/v1/api": "api.app:router",
    "/v1": "api.app:router",
    "/api/v1": "api.app:mail_server",
    "/api": "api.app:team_mail",
    DOCS: "api.docs:build",
}


def mount(app: FastAPI) -> list[Later]:
    """Mount every dialect and the documentation; the applications, to be made when there is time."""
    made_by = {maker: Later(maker) for maker in PLACES.values()}
    for prefix, maker in PLACES.items():
        mounted = Mount(prefix, made_by[maker])
        mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)  # %0A in a path is theirs to refuse too
        app.router.routes.append(mounted)
        # a mount does not match its prefix alone
        app.router.routes.append(Route(prefix, _to_docs if prefix == DOCS else made_by[maker]))
    return list(made_by.values())


async def _to_docs(request: Request) -> RedirectResponse:
    return RedirectResponse(f"{DOCS}/")


__all__ = ["mount"]
