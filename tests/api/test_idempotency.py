"""Idempotency-Key on POST."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import func, select
from starlette.testclient import TestClient

from api import api_keys as routes
from models import ApiKey
from services import api_keys, clock, database
from tests.conftest import PASSWORD, People

KEY = {"Idempotency-Key": "order-1"}


def count() -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(ApiKey)).one()


def test_replay_gives_the_first_answer_and_does_nothing(client: TestClient, alice: dict[str, str]) -> None:
    before = count()
    first = client.post("/api/api-keys", json={"name": "k"}, headers=alice | KEY)
    again = client.post("/api/api-keys", json={"name": "k"}, headers=alice | KEY)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() and count() == before + 1
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["X-RateLimit-Remaining"] != first.headers["X-RateLimit-Remaining"]


def test_another_body_conflicts(client: TestClient, alice: dict[str, str]) -> None:
    client.post("/api/api-keys", json={"name": "k"}, headers=alice | KEY)
    answer = client.post("/api/api-keys", json={"name": "other"}, headers=alice | KEY)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "idempotency_key_reused")


def test_key_belongs_to_credential_and_path(client: TestClient, alice: dict[str, str], bob: dict[str, str]) -> None:
    body = {"email": "dan@people.test", "role": "agent", "name": "k"}
    answers = [
        client.post("/api/api-keys", json=body, headers=alice | KEY),
        client.post("/api/api-keys", json=body, headers=bob | KEY),
        client.post("/api/team/invite", json=body, headers=alice | KEY),
    ]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert not any("Idempotent-Replayed" in answer.headers for answer in answers)


def test_refusals_are_replayed_too(client: TestClient, alice: dict[str, str]) -> None:
    answers = [client.post("/api/api-keys", json={"name": " "}, headers=alice | KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_an_answer_that_says_wait_keeps_its_headers_and_may_be_tried_again(client: TestClient, people: People) -> None:
    login = {"email": people.bob.email, "password": "wrong password"}
    answers = [client.post("/api/auth/login", json=login, headers=KEY) for _ in range(11)]
    assert [each.status_code for each in answers] == [401] * 10 + [429]
    assert answers[0].headers["WWW-Authenticate"] == "Bearer" and int(answers[-1].headers["Retry-After"]) > 0
    with clock.ahead(timedelta(minutes=20)):
        right = client.post("/api/auth/login", json={**login, "password": PASSWORD}, headers=KEY)
    assert right.status_code == 200 and "Idempotent-Replayed" not in right.headers


def test_nothing_is_kept_for_an_address_that_takes_no_post(client: TestClient, alice: dict[str, str]) -> None:
    for path, status in (("/api/nothing", 404), ("/api/audit", 405)):
        answers = [client.post(path, json={}, headers=alice | KEY) for _ in range(2)]
        assert [each.status_code for each in answers] == [status] * 2
        assert "Idempotent-Replayed" not in answers[1].headers
    assert answers[1].headers["Allow"] == "GET"


def test_twins_have_one_effect(client: TestClient, alice: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    entered = threading.Event()
    create = api_keys.create

    def slowly(*args: object, **options: object) -> object:
        entered.set()
        time.sleep(0.3)
        return create(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(routes.api_keys, "create", slowly)
    before = count()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/api/api-keys", json={"name": "k"}, headers=alice | KEY)
        assert entered.wait(60)
        twin = client.post("/api/api-keys", json={"name": "k"}, headers=alice | KEY)
        assert first.result().status_code == 201
    replayed = twin.status_code == 201 and twin.headers.get("Idempotent-Replayed") == "true"
    assert replayed or (twin.status_code == 409 and twin.json()["error"]["code"] == "in_progress")
    assert count() == before + 1


def test_a_fault_frees_the_key(client: TestClient, alice: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(routes.api_keys, "create", broken)
        assert client.post("/api/api-keys", json={"name": "k"}, headers=alice | KEY).status_code == 500
    assert client.post("/api/api-keys", json={"name": "k"}, headers=alice | KEY).status_code == 201


def test_login_can_be_repeated_without_a_credential(client: TestClient) -> None:
    body = {"name": "A", "email": "a@x.test", "password": "a decent password", "organisation": "A"}
    answers = [client.post("/api/auth/signup", json=body, headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_a_key_has_bounds(client: TestClient, alice: dict[str, str]) -> None:
    answer = client.post("/api/api-keys", json={"name": "k"}, headers=alice | {"Idempotency-Key": "x" * 256})
    assert answer.status_code == 400


def test_who_signs_in_next_is_told_nothing_of_who_signed_out(client: TestClient, people: People) -> None:
    """SQLite gives the number of the last session, once it is deleted, to the next one."""
    body = {"name": "secret", "conditions": [], "actions": [{"type": "tag", "value": "x"}]}
    answers = []
    for member in (people.alice, people.charlie):
        login = client.post("/api/auth/login", json={"email": member.email, "password": PASSWORD}).json()
        bearer = {"Authorization": f"Bearer {login['token']}"}
        answers.append(client.post("/api/rules", json=body, headers=bearer | KEY))
        assert client.post("/api/auth/logout", headers=bearer).status_code == 200
    assert [answer.status_code for answer in answers] == [201, 201]
    assert "Idempotent-Replayed" not in answers[1].headers
    assert answers[0].json()["id"] != answers[1].json()["id"]
