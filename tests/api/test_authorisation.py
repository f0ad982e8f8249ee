"""B24: every operation × every kind of caller × own, foreign and absent id. Operations come from OpenAPI itself.

Foreign is answered as absent, body and all; a role without the permission gets 403 whatever the id.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from sqlmodel import Session
from starlette.testclient import TestClient

from api import access as api_access
from api import docs
from api.app import ALL, MAIL_SERVER
from models import Role, User
from services import access, api_keys, clock, database, sessions
from services import settings as configuration
from services.access import MAY, Actor
from services.settings import Settings
from tests.api import matrix
from tests.api.matrix import OPEN_TO_ALL, ROWS, Row
from tests.conftest import People

PLACE = re.compile(r"{\w+}")
MEMBERS = [Role.OBSERVER, Role.AGENT, Role.MANAGER, Role.ADMIN, Role.OWNER]
OUTSIDERS = ["anonymous", "revoked key", "expired session", "removed member", "nonsense"]


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str


OPERATIONS = [
    Operation(operation["operationId"], method, dialect.base + path)
    for dialect in ALL
    for path, methods in docs.document(dialect)["paths"].items()
    for method, operation in methods.items()
]
GUARDED = [operation for operation in OPERATIONS if operation.name not in OPEN_TO_ALL]


@pytest.fixture(autouse=True)
def _quiet_dns(settings: Settings) -> None:
    """No look-up leaves the machine, and no window fills up."""
    configuration.use(settings.model_copy(update={"dns_nameservers": "127.0.0.1:9", "rate_limit_per_minute": 10_000}))


def test_every_operation_has_a_row() -> None:
    assert {operation.name for operation in OPERATIONS} == set(ROWS) | OPEN_TO_ALL


@pytest.mark.parametrize("operation", GUARDED, ids=lambda each: f"{each.method} {each.path}")
def test_outsiders_get_nothing(client: TestClient, people: People, operation: Operation) -> None:
    for kind in OUTSIDERS:
        path = PLACE.sub(matrix.absent(ROWS[operation.name].kind or "user"), operation.path)
        answer = client.request(operation.method, path, headers=outsider(kind, people))
        assert answer.status_code == 401, (kind, answer.text)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        if operation.path.startswith(MAIL_SERVER.base):
            assert answer.json()["type"] == "error"
        else:
            assert answer.json()["error"]["code"] in {"unauthorized", "expired_token"}


@pytest.mark.parametrize("operation", GUARDED, ids=lambda each: f"{each.method} {each.path}")
def test_members_get_what_their_role_may(client: TestClient, people: People, operation: Operation) -> None:
    row = ROWS[operation.name]
    for role in MEMBERS:
        caller, headers = member(people.alice, role)
        may = row.permission is None or role in MAY[row.permission]
        own = call(client, operation, row, caller, headers)
        assert own.is_success if may else own.status_code == 403, (role, own.status_code, own.text)


@pytest.mark.parametrize(
    "operation",
    [each for each in GUARDED if ROWS[each.name].kind or ROWS[each.name].body_ids],
    ids=lambda each: f"{each.method} {each.path}",
)
def test_foreign_is_absent(client: TestClient, people: People, operation: Operation) -> None:
    """In the path and in each field of the body, for who may and who may not."""
    row = ROWS[operation.name]
    for role in MEMBERS:
        caller, headers = member(people.alice, role)
        may = row.permission is None or role in MAY[row.permission]
        for place in (["{id}"] if row.kind else []) + list(row.body_ids):
            foreign = call(client, operation, row, caller, headers, {place: people.charlie})
            absent = call(client, operation, row, caller, headers, {place: None})
            assert foreign.status_code == absent.status_code == (404 if may else 403), (role, place, foreign.text)
            assert foreign.json() == absent.json()


@pytest.mark.parametrize(
    "operation", [each for each in GUARDED if ROWS[each.name].query_ids], ids=lambda each: each.name
)
def test_filters_by_what_is_foreign_find_as_little_as_by_what_is_absent(
    client: TestClient, people: People, operation: Operation
) -> None:
    row = ROWS[operation.name]
    caller, headers = member(people.alice, Role.OWNER)
    for place in row.query_ids:
        foreign = call(client, operation, row, caller, headers, {place: people.charlie})
        absent = call(client, operation, row, caller, headers, {place: None})
        assert (foreign.status_code, foreign.json()) == (absent.status_code, absent.json()), place


def test_owner_of_another_organisation_sees_none_of_ours(client: TestClient, people: People) -> None:
    with database.transaction() as session:
        for kind in matrix.MAKERS:
            matrix.made(kind, session, people.alice)
    _, headers = member(people.charlie, Role.OWNER)
    ours = {people.alice.email, people.bob.email, "support", "customer@example.net"}
    for operation in GUARDED:
        if operation.method == "get" and not ROWS[operation.name].kind:
            answer = client.get(operation.path, headers=headers)
            assert answer.is_success
            assert not [word for word in ours if word in answer.text], operation


def test_demotion_counts_at_the_next_request(client: TestClient, people: People) -> None:
    caller, headers = member(people.alice, Role.ADMIN)
    invited = {"email": "dan@people.test", "role": "observer"}
    assert client.post("/api/team/invite", json=invited, headers=headers).status_code == 201
    with database.transaction() as session:
        session.get_one(User, caller.user_id).role = Role.OBSERVER
    assert client.post("/api/team/invite", json=invited, headers=headers).status_code == 403


def member(colleague: Actor, role: Role) -> tuple[Actor, dict[str, str]]:
    """A new member of `colleague`'s organisation, logged in."""
    with database.transaction() as session:
        user = session.get_one(User, matrix.member(session, colleague, role))
        return access.of(user), bearer(api_access.issue(sessions.create(session, user)))


def outsider(kind: str, people: People) -> dict[str, str]:
    """Headers with a credential that is not good (any more)."""
    with database.transaction() as session:
        if kind == "anonymous":
            return {}
        if kind == "revoked key":
            made = api_keys.create(session, "k", actor=people.alice)
            api_keys.revoke(session, made.key.id or 0, actor=people.alice)
            return bearer(made.plain)
        user = session.get_one(User, matrix.member(session, people.alice, Role.OWNER))
        if kind == "expired session":
            with clock.ahead(-timedelta(hours=2)):
                return bearer(api_access.issue(sessions.create(session, user, lifetime=timedelta(hours=1))))
        if kind == "removed member":
            token = sessions.create(session, user)
            matrix.team.remove(session, user.id or 0, actor=people.alice)
            return {"Cookie": f"sid={token}"}
        return bearer("nonsense")


def bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


def call(
    client: TestClient,
    operation: Operation,
    row: Row,
    caller: Actor,
    headers: dict[str, str],
    others: dict[str, Actor | None] | None = None,
) -> Response:
    """Call with fresh things of the caller's own; `others` names places that hold somebody's, or nobody's."""
    others = others or {}
    with database.transaction() as session:
        filled = {
            place: _id(session, kind, others.get(place, caller))
            for place, kind in {"{id}": row.kind, **row.body_ids, **row.query_ids}.items()
            if kind
        }
    query = {name: filled.pop(name) for name in row.query_ids if name in others}
    for name in row.query_ids:
        filled.pop(name, None)
    path = PLACE.sub(str(filled.pop("{id}", "")), operation.path)
    body: dict[str, Any] | None = {**row.body, **filled} or None
    if body and operation.name in {"add_domain", "add_mail_domain", "invite_member"}:
        unique = f"x{caller.user_id}"
        text = json.dumps(body).replace("added", unique).replace("new@", unique + "@")
        body = json.loads(text)
    return client.request(operation.method, path, headers=headers, json=body, params=query)


def _id(session: Session, kind: str, of: Actor | None) -> str | list[str]:
    one = kind.removesuffix("[]")
    made = matrix.absent(one) if of is None else matrix.made(one, session, of)
    return made if kind == one else [made]
