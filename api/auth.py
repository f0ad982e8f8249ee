"""Dialect A: sign-up, log-in, accepting an invitation."""

from datetime import timedelta
from typing import Literal

from fastapi import APIRouter, Request

from api import access
from api.shapes import Shape, example
from services import database, ids, sessions
from services.flows import admission
from services.flows.admission import Admission, Visitor

router = APIRouter(prefix="/auth", tags=["Auth"])


class SignUp(Shape):
    model_config = Shape.model_config | example(
        name="Ann Example", email="ann@example.com", password="correct horse battery", organisation="Example Ltd"
    )
    name: str
    email: str
    password: str
    organisation: str


class LogIn(Shape):
    """`otp` is taken for clients that send one and looked at by nobody: no account has a second factor yet."""

    model_config = Shape.model_config | example(email="ann@example.com", password="correct horse battery")
    email: str
    password: str
    otp: str | None = None


class Acceptance(Shape):
    model_config = Shape.model_config | example(token="kq3…", name="Bob Example", password="correct horse battery")
    token: str
    name: str
    password: str


class Person(Shape):
    id: str
    name: str
    email: str
    role: str


class Organisation(Shape):
    id: str
    name: str


class Login(Shape):
    """A token and whose it is."""

    model_config = Shape.model_config | example(
        token="eyJhbGciOi…",
        tokenType="Bearer",
        expiresIn=3600,
        user={"id": "user_4f0c1n8b2k7qe", "name": "Ann Example", "email": "ann@example.com", "role": "owner"},
        organisation={"id": "org_0w9x5y2m3c8tr", "name": "Example Ltd"},
    )
    token: str
    token_type: str = "Bearer"
    expires_in: int = access.TOKEN_SECONDS
    user: Person
    organisation: Organisation


class LoggedOut(Shape):
    model_config = Shape.model_config | example(loggedOut=True)
    logged_out: Literal[True] = True


@router.post("/signup", status_code=201)
def sign_up(body: SignUp, request: Request) -> Login:
    """Found an organisation and become its owner. Needs no credential."""
    return _login(
        admission.sign_up(
            organisation=body.organisation,
            name=body.name,
            email=body.email,
            password=body.password,
            visitor=_visitor(request),
        )
    )


@router.post("/login")
def log_in(body: LogIn, request: Request) -> Login:
    """Exchange e-mail and password for a token. Needs no credential."""
    return _login(admission.log_in(body.email, body.password, visitor=_visitor(request)))


@router.post("/accept-invitation")
def accept_invitation(body: Acceptance, request: Request) -> Login:
    """Join the team that invited. Needs no credential."""
    return _login(
        admission.accept_invitation(body.token, name=body.name, password=body.password, visitor=_visitor(request))
    )


@router.post("/logout")
def log_out(caller: access.Calling) -> LoggedOut:
    """End the login this token stands for; it opens nothing from now on."""
    with database.transaction() as session:
        sessions.revoke(session, caller.session_id, actor=caller.actor)
        return LoggedOut()


def _visitor(request: Request) -> Visitor:
    address = request.client.host if request.client else ""
    return Visitor(address, request.headers.get("user-agent", ""), timedelta(seconds=access.TOKEN_SECONDS))


def _login(admitted: Admission) -> Login:
    actor = admitted.actor
    return Login(
        token=access.issue(admitted.token),
        user=Person(id=ids.encode("user", actor.user_id or 0), name=actor.name, email=actor.email, role=actor.role),
        organisation=Organisation(id=ids.encode("org", actor.organisation_id), name=admitted.organisation),
    )
