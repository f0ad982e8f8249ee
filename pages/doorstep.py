"""Where strangers stand: set-up, log-in, sign-up, invitation, and the way out."""

import asyncio
from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pages.form import EMAIL, NEW_PASSWORD, Field, Form, again, said, typed, visitor
from pages.guard import COOKIE
from pages.plain import page
from services import database, organisations, sessions, settings, team
from services.errors import Error, Unavailable
from services.flows import admission
from services.flows.admission import Admission, Visitor

ORGANISATION = Field("organisation", "Organisation", autocomplete="organization")
NAME = Field("name", "Your name", autocomplete="name")

SET_UP = Form(
    "Welcome to Mailroom",
    "Create your organisation and the account that owns it. You can invite your team afterwards.",
    (ORGANISATION, NAME, EMAIL, NEW_PASSWORD),
    "Create organisation",
)
LOG_IN = Form(
    "Sign in",
    "Good to see you again.",
    (EMAIL, Field("password", "Password", "password", "current-password")),
    "Sign in",
    (("/forgot", "Forgot your password?"), ("/signup", "Create an organisation")),
)
SIGN_UP = Form(
    "Create an organisation",
    "Its mail, members and settings are sealed from every other organisation here.",
    (ORGANISATION, NAME, EMAIL, NEW_PASSWORD),
    "Create organisation",
    (("/login", "Sign in instead"),),
)
JOIN = Form("Join {}", "Choose how your colleagues see you, and a password.", (NAME, NEW_PASSWORD), "Join the team")

Submit = Callable[[dict[str, str], Visitor], Admission]


async def set_up(request: Request) -> Response:
    if await database.read(organisations.any_exists):
        return RedirectResponse("/login", 303)
    return await entrance(
        request, SET_UP, lambda values, guest: admission.set_up(**_founding(values), visitor=guest), then="/start"
    )


async def sign_up(request: Request) -> Response:
    return await entrance(request, SIGN_UP, lambda values, guest: admission.sign_up(**_founding(values), visitor=guest))


async def log_in(request: Request) -> Response:
    if request.method == "GET":
        if request.state.actor is not None:
            return RedirectResponse(_next(request.query_params.get("next", "")), 303)
        if not await database.read(organisations.any_exists):
            return RedirectResponse("/setup", 303)
    return await entrance(
        request, LOG_IN, lambda values, guest: admission.log_in(values["email"], values["password"], visitor=guest)
    )


async def join(request: Request) -> Response:
    token = request.query_params.get("token", "")
    try:
        welcome = await database.read(team.welcome, token)
    except Unavailable:
        raise
    except Error as error:
        return page(
            request, "Invitation", said("This invitation", error.message, link=("/login", "To the sign-in page"))
        )
    form = Form(JOIN.title.format(welcome.organisation), JOIN.about, JOIN.fields, JOIN.button)
    return await entrance(
        request,
        form,
        lambda values, guest: admission.accept_invitation(
            token, name=values["name"], password=values["password"], visitor=guest
        ),
        first={"name": welcome.name, "token": token},
    )


async def log_out(request: Request) -> Response:
    """Also by GET: the cookie is SameSite, and being signed out harms nobody."""
    if request.state.sid:
        await database.call(sessions.end, request.state.sid)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


async def entrance(
    request: Request, form: Form, enter: Submit, first: dict[str, str] | None = None, then: str = "/"
) -> Response:
    """Show a form; on POST do as it says and let the visitor in, or show it again with what is wrong."""
    if request.method == "GET":
        return page(request, form.title, form.drawn({"next": request.query_params.get("next", ""), **(first or {})}))
    values = await typed(request, form)
    guest = visitor(request, timezone=values.get("timezone", ""))
    try:
        admitted = await asyncio.to_thread(partial(enter, values, guest))
    except Error as error:
        return again(request, form, values, error)
    response = RedirectResponse(_next(values.get("next") or then), 303)
    is_https = settings.current().url.startswith("https:") or request.url.scheme == "https"
    response.set_cookie(
        COOKIE, admitted.token, max_age=90 * 86_400, path="/", httponly=True, samesite="lax", secure=is_https
    )
    return response


def _founding(values: dict[str, str]) -> dict[str, str]:
    return {name: values[name] for name in ("organisation", "name", "email", "password")}


def _next(wanted: str) -> str:
    """Where to go after signing in: a path of ours, never another site."""
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours else "/"


ROUTES = [
    Route(path, endpoint, methods=["GET", "POST"])
    for path, endpoint in (
        ("/setup", set_up),
        ("/signup", sign_up),
        ("/login", log_in),
        ("/logout", log_out),
        ("/invitation", join),
    )
]
