"""What stands before every endpoint: credentials, limits, sizes, request ids; and faults behind it."""

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlmodel import select
from starlette.testclient import TestClient

import api
from api import team as team_routes
from models import ApiKey, LoginSession, User
from services import clock, database, sessions
from services import settings as configuration
from services.settings import Settings
from tests.conftest import PASSWORD, People

OWN = "http://mailroom.test"


def limited(settings: Settings, **limits: int) -> None:
    configuration.use(settings.model_copy(update=limits))


def cookie_of(people: People) -> dict[str, str]:
    """Alice's browser."""
    with database.transaction() as session:
        token = sessions.create(session, session.get_one(User, people.alice.user_id))
    return {"Cookie": f"sid={token}"}


def code(answer: Response) -> str:
    error = answer.json()["error"]
    assert set(error) == {"code", "message"}
    return str(error["code"])


def test_login_token_works_for_an_hour_and_dies_with_its_session(client: TestClient, people: People) -> None:
    answer = client.post("/api/auth/login", json={"email": people.bob.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert (answer.json()["tokenType"], answer.json()["expiresIn"]) == ("Bearer", 3600)
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert client.get("/api/team", headers=headers).status_code == 200
    with clock.ahead(timedelta(seconds=3601)):
        late = client.get("/api/team", headers=headers)
        assert late.status_code == 401 and late.headers["WWW-Authenticate"] == "Bearer"
    assert client.post("/api/auth/logout", headers=headers).json() == {"loggedOut": True}
    assert client.get("/api/team", headers=headers).status_code == 401


def test_wrong_login_and_unknown_account_are_answered_alike(client: TestClient, people: People) -> None:
    known, unknown = (
        client.post("/api/auth/login", json={"email": email, "password": "wrong password"})
        for email in (people.bob.email, "stranger@people.test")
    )
    assert known.status_code == unknown.status_code == 401
    assert known.json() == unknown.json() and code(known) == "invalid_credentials"


def test_guessing_is_throttled_by_account(client: TestClient, people: People) -> None:
    answers = [
        client.post("/api/auth/login", json={"email": people.bob.email, "password": f"wrong {n}"}) for n in range(11)
    ]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900


@pytest.mark.parametrize("credential", ["Basic YTpi", "Bearer", "Bearer x.y.z", "Bearer mr_live_x_y", "Bearer é"])
def test_bad_credential_is_refused_even_beside_a_good_cookie(
    client: TestClient, people: People, credential: str
) -> None:
    headers = {"Authorization": credential.encode(), "Cookie": cookie_of(people)["Cookie"].encode()}
    answer = client.get("/api/team", headers=headers)
    assert answer.status_code == 401 and code(answer) == "unauthorized"


def test_forged_tokens_open_nothing(client: TestClient, people: People) -> None:
    token = client.post("/api/auth/login", json={"email": people.bob.email, "password": PASSWORD}).json()["token"]
    head, body, mark = token.split(".")
    unsigned = "eyJhbGciOiJub25lIn0." + body + "."
    other = ("B" if mark[0] == "A" else "A") + mark[1:]
    for forged in (unsigned, f"{head}.{body}.{other}", f"{head}.{body[:-1]}.{mark}"):
        assert client.get("/api/team", headers={"Authorization": f"Bearer {forged}"}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": OWN, "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": OWN}, 201),
        ({}, 201),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://mailroom.test.evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://other.mailroom.test"}, 403),
    ],
)
def test_cookie_changes_something_from_our_own_pages_only(
    client: TestClient, people: People, headers: dict[str, str], status: int
) -> None:
    cookie = cookie_of(people)
    answer = client.post("/api/api-keys", json={"name": "k"}, headers=headers | cookie)
    assert answer.status_code == status, answer.text
    assert client.get("/api/team", headers=headers | cookie).status_code == 200


def test_a_key_is_no_matter_of_origins(client: TestClient, alice: dict[str, str]) -> None:
    answer = client.post("/api/api-keys", json={"name": "k"}, headers=alice | {"Origin": "https://evil.example"})
    assert answer.status_code == 201


def test_limit_is_told_on_every_answer_and_refuses_exactly(
    client: TestClient, settings: Settings, alice: dict[str, str]
) -> None:
    limited(settings, rate_limit_per_minute=4)
    with clock.stopped(clock.now()):
        answers = [
            client.get("/api/team", headers=alice),
            client.get("/api/nothing", headers=alice),
            client.post("/api/team/invite", content="{", headers=alice | {"Content-Type": "application/json"}),
            client.put("/api/team", headers=alice),
            client.get("/api/team", headers=alice),
        ]
        now = clock.now()
    assert [answer.status_code for answer in answers] == [200, 404, 400, 405, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["3", "2", "1", "0", "0"]
    assert {answer.headers["X-RateLimit-Limit"] for answer in answers} == {"4"}
    wait = int(answers[-1].headers["Retry-After"])
    assert wait == 60
    assert int(answers[-1].headers["X-RateLimit-Reset"]) == math.ceil(now.timestamp() + wait)
    with clock.stopped(now + timedelta(seconds=wait)):
        assert client.get("/api/team", headers=alice).status_code == 200


def test_fifty_parallel_clients_over_two_applications_get_exactly_n(
    client: TestClient, settings: Settings, alice: dict[str, str]
) -> None:
    limited(settings, rate_limit_per_minute=30)
    second = FastAPI()
    api.mount(second)
    with TestClient(second) as other, ThreadPoolExecutor(50) as pool, clock.stopped(clock.now()):
        clients = [client, other] * 30
        statuses = list(pool.map(lambda each: each.get("/api/team", headers=alice).status_code, clients))
    assert sorted(set(statuses)) == [200, 429] and statuses.count(200) == 30


def test_day_of_the_organisation_is_shared_by_its_keys(
    client: TestClient, settings: Settings, alice: dict[str, str], bob: dict[str, str], charlie: dict[str, str]
) -> None:
    limited(settings, rate_limit_per_day=3)
    statuses = [client.get("/api/team", headers=each).status_code for each in (alice, bob, alice, bob, charlie)]
    assert statuses == [200, 200, 200, 429, 200]


def test_request_id_is_echoed_or_made(client: TestClient) -> None:
    assert client.get("/api/team", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    made = client.get("/api/team", headers={"X-Request-Id": 'evil"<script>'}).headers["X-Request-Id"]
    assert len(made) == 32


def test_fault_tells_a_reference_and_nothing_else(
    client: TestClient, alice: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(team_routes.team, "members", broken)
    answer = client.get("/api/team", headers=alice | {"X-Request-Id": "ref-77"})
    assert answer.status_code == 500 and code(answer) == "internal"
    assert "ref-77" in answer.text and "secret" not in answer.text
    assert answer.headers["X-RateLimit-Limit"] and "ref-77" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "expected"),
    [
        ("GET", "/api/nothing", {}, 404, "not_found"),
        ("GET", "/v1/nothing", {}, 404, "not_found"),
        ("GET", "/v1/api/nothing", {}, 404, "not_found"),
        ("GET", "/api/team/", {}, 404, "not_found"),
        ("GET", "/api/domains/%0D%0Ax", {}, 404, "not_found"),
        ("GET", "/v1/%0A", {}, 404, "not_found"),
        ("GET", "/api", {}, 404, "not_found"),
        ("POST", "/v1", {"json": {}}, 404, "not_found"),
        ("GET", "/v1/api", {}, 404, "not_found"),
        ("PATCH", "/api/api-keys", {}, 405, "method_not_allowed"),
        (
            "POST",
            "/api/api-keys",
            {"content": "{", "headers": {"Content-Type": "application/json"}},
            400,
            "malformed_json",
        ),
        ("POST", "/api/api-keys", {"content": "name=x"}, 415, "unsupported_media_type"),
        ("POST", "/api/api-keys", {"data": {"name": "x"}}, 415, "unsupported_media_type"),
        ("POST", "/api/api-keys", {"json": []}, 400, "invalid_body"),
        ("POST", "/api/api-keys", {}, 400, "invalid_body"),
        ("POST", "/api/api-keys", {"json": {}}, 400, "invalid_name"),
        ("POST", "/api/api-keys", {"json": {"name": 7}}, 400, "invalid_name"),
        ("POST", "/api/api-keys", {"json": {"name": "x", "expiresAt": "soon"}}, 400, "invalid_expires_at"),
        ("POST", "/api/api-keys", {"json": {"name": "x", "scopes": ["a", 1]}}, 400, "invalid_scopes"),
        ("GET", "/api/api-keys/key_nonsense", {}, 404, "not_found"),
        ("POST", "/api/auth/signup", {"json": {"name": "x"}}, 400, "invalid_email"),
    ],
)
def test_errors_have_one_shape(
    client: TestClient,
    alice: dict[str, str],
    method: str,
    path: str,
    options: dict[str, object],
    status: int,
    expected: str,
) -> None:
    headers = alice | options.pop("headers", {})  # type: ignore[operator]
    answer = client.request(method, path, headers=headers, **options)  # type: ignore[arg-type]
    assert (answer.status_code, code(answer)) == (status, expected), answer.text
    if status == 405:
        assert answer.headers["Allow"] == "GET, POST"


def test_field_is_named_as_it_was_sent(client: TestClient, alice: dict[str, str]) -> None:
    body = {"name": "x", "expiresAt": "2001-01-01T00:00:00Z"}
    answer = client.post("/api/api-keys", json=body, headers=alice)
    assert answer.status_code == 400 and answer.json()["error"]["message"].startswith("expiresAt: ")


def test_bodies_are_bounded(client: TestClient, alice: dict[str, str]) -> None:
    too_long = {"Content-Length": str(40 * 1024 * 1024), "Content-Type": "application/json"}
    assert client.post("/api/api-keys", content=b"{}", headers=alice | too_long).status_code == 413
    stranger = client.post("/api/auth/login", json={"email": "x" * 70_000, "password": "x"})
    assert stranger.status_code == 413 and code(stranger) == "too_large"
    streamed = client.post(
        "/api/auth/login", content=(b" " * 1000 for _ in range(100)), headers={"Content-Type": "application/json"}
    )
    assert streamed.status_code == 413


def test_use_of_a_credential_is_noted(client: TestClient, people: People, alice: dict[str, str]) -> None:
    client.get("/api/team", headers=alice)
    cookie = cookie_of(people)
    with clock.ahead(timedelta(minutes=10)):
        client.get("/api/team", headers=cookie)
    with database.reading() as session:
        assert session.exec(select(ApiKey)).one().last_used_at
        login = session.exec(select(LoginSession)).one()
        assert login.last_seen_at - login.created_at >= timedelta(minutes=10)


def test_no_other_site_may_read(client: TestClient, alice: dict[str, str]) -> None:
    answer = client.get("/api/team", headers=alice | {"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
