"""Who calls: a login's JWT, an API key or a browser session; and the dependency that endpoints ask for."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.requests import cookie_parser
from starlette.types import Scope

from services import access, api_keys, clock, database, limits, secrets, sessions, settings
from services.access import Actor
from services.errors import Invalid, NotAuthenticated, NotPermitted
from services.limits import Window

COOKIE = "sid"
TOKEN_SECONDS = 3600
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Caller:
    """An authenticated caller; `credential` names what they came with, for limits and idempotency."""

    actor: Actor
    credential: str
    row_id: int
    is_use_due: bool

    @property
    def session_id(self) -> int:
        """The session they are signed in with. Raises Invalid for a key, which has none."""
        if not self.credential.startswith("session"):
            raise Invalid("An API key is revoked, not logged out.", code="not_a_login")
        return self.row_id


def issue(session_token: str) -> str:
    """A JWT that stands for the session of `session_token` and dies with it, or after an hour."""
    now = int(clock.now().timestamp())
    return jwt.encode({"alg": "HS256"}, {"jti": session_token, "iat": now, "exp": now + TOKEN_SECONDS}, _key())


def identify(scope: Scope) -> Caller | None:
    """Who makes this request; None for nobody. Raises NotAuthenticated for a credential that is not good and
    NotPermitted for a browser that was sent here by another site. Reads the database: call from a thread."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    authorization = headers.get(b"authorization", "")
    if authorization:
        scheme, _, credential = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise NotAuthenticated("Use Authorization: Bearer with a token or an API key.")
        return _of_key(credential.strip()) if credential.strip().startswith("mr_") else _of_jwt(credential.strip())
    token = cookie_parser(headers.get(b"cookie", "")).get(COOKIE, "")
    caller = _of_session(token) if token else None
    if caller is not None and scope["method"] not in SAFE:
        _refuse_cross_site(headers)
    return caller


def count(caller: Caller) -> Window:
    """Count the request against the caller's limits, and note that the credential was used."""
    with database.counting() as session:
        if caller.is_use_due:
            (api_keys.used if caller.credential.startswith("key") else sessions.touch)(session, caller.row_id)
        return limits.request(session, credential=caller.credential, organisation_id=caller.actor.organisation_id)


def _of_key(plain: str) -> Caller:
    with database.reading() as session:
        found = api_keys.find(session, plain)
    if found is None or found[1].id is None:
        raise NotAuthenticated("This API key is not valid.")
    return Caller(found[0], f"key:{found[1].id}", found[1].id, api_keys.is_use_due(found[1]))


def _of_jwt(token: str) -> Caller:
    try:
        claims = jwt.decode(token, _key(), algorithms=["HS256"]).claims
        jti, expires = str(claims["jti"]), int(claims["exp"])
    except (JoseError, KeyError, ValueError, TypeError):
        raise NotAuthenticated("This token is not valid.") from None
    caller = _of_session(jti) if expires > clock.now().timestamp() else None
    if caller is None:
        raise NotAuthenticated("This token has expired; log in again.", code="expired_token")
    return caller


def _of_session(token: str) -> Caller | None:
    with database.reading() as session:
        found = sessions.find(session, token)
    if found is None or found[1].id is None:
        return None
    # its number may come again once it is over (SQLite), what its token hashes to may not
    credential = f"session:{found[1].token_hash[:32]}"
    return Caller(found[0], credential, found[1].id, sessions.is_stale(found[1]))


def _refuse_cross_site(headers: dict[bytes, str]) -> None:
    """Only our own pages may use a session cookie to change something. Who sends neither field is no browser."""
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    own = {headers.get(b"host", ""), urlsplit(settings.current().url).netloc}
    if site is not None and site not in {"same-origin", "none"}:
        raise NotPermitted("This request comes from another site.", code="cross_site")
    if site is None and origin is not None and urlsplit(origin).netloc not in own:
        raise NotPermitted("This request comes from another site.", code="cross_site")


def _key() -> OctKey:
    return OctKey.import_key(secrets.subkey("jwt"))


_bearer = HTTPBearer(auto_error=False, description="A token of a login, or an API key.")


async def _caller(request: Request, _: Annotated[object, Depends(_bearer)]) -> Caller:
    """Whom the gate let in; the bearer is named for the documentation."""
    caller: Caller | None = request.state.caller
    if caller is None:
        raise NotAuthenticated("Log in, or send an API key.")
    access.act_as(caller.actor)
    return caller


Calling = Annotated[Caller, Depends(_caller)]


async def _actor(caller: Calling) -> Actor:
    return caller.actor


Acting = Annotated[Actor, Depends(_actor)]
