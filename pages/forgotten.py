"""A forgotten password: asking for the link, and setting a new one with it."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pages.doorstep import entrance
from pages.form import EMAIL, NEW_PASSWORD, Form, again, said, typed, visitor
from pages.plain import page
from services.errors import Error
from services.flows import admission

FORGOT = Form(
    "Forgot your password?",
    "Enter your e-mail address. If it has an account, we send a link that sets a new password.",
    (EMAIL,),
    "Send the link",
    (("/login", "Back to sign in"),),
)
RESET = Form("Set a new password", "You will be signed out everywhere else.", (NEW_PASSWORD,), "Set password")


async def forgot(request: Request) -> Response:
    if request.method == "GET":
        return page(request, FORGOT.title, FORGOT.drawn({}))
    values = await typed(request, FORGOT)
    try:
        await asyncio.to_thread(admission.forgot_password, values["email"], visitor=visitor(request))
    except Error as error:
        return again(request, FORGOT, values, error)
    words = "If this address has an account, a link is on its way. It works for one hour."
    return page(request, "Check your mail", said("Check your mail", words, link=("/login", "Back to sign in")))


async def reset(request: Request) -> Response:
    token = request.query_params.get("token", "")
    return await entrance(
        request, RESET, lambda values, guest: admission.reset_password(token, values["password"], visitor=guest)
    )


ROUTES = [
    Route("/forgot", forgot, methods=["GET", "POST"]),
    Route("/reset", reset, methods=["GET", "POST"]),
]
