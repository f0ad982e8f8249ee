"""Dialect A's sign-up and log-in."""

import pytest
from starlette.testclient import TestClient

from tests.conftest import PASSWORD, People

FOUNDING = {"name": "Ann", "email": "Ann@x.test", "password": "a decent password", "organisation": "Acme"}


def test_signer_owns_the_organisation(client: TestClient) -> None:
    answer = client.post("/api/auth/signup", json=FOUNDING)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"token", "tokenType", "expiresIn", "user", "organisation"}
    assert set(body["user"]) == {"id", "name", "email", "role"} and set(body["organisation"]) == {"id", "name"}
    assert (body["user"]["role"], body["user"]["email"], body["organisation"]["name"]) == (
        "owner",
        "ann@x.test",
        "Acme",
    )
    team = client.get("/api/team", headers={"Authorization": f"Bearer {body['token']}"}).json()
    assert [member["id"] for member in team["members"]] == [body["user"]["id"]]


def test_address_with_an_account_cannot_sign_up_again(client: TestClient) -> None:
    client.post("/api/auth/signup", json=FOUNDING)
    answer = client.post("/api/auth/signup", json=FOUNDING)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "email_taken")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": "ann"}, "invalid_email"),
        ({"password": "short"}, "weak_password"),
        ({"name": " "}, "invalid_name"),
        ({"organisation": ""}, "invalid_name"),
        ({"organisation": None}, "invalid_organisation"),
    ],
)
def test_bad_input_names_its_field(client: TestClient, change: dict[str, str | None], code: str) -> None:
    answer = client.post("/api/auth/signup", json=FOUNDING | change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert answer.json()["error"]["message"].startswith(next(iter(change)) + ": ")


def test_log_in_gives_the_same_shape(client: TestClient, people: People) -> None:
    answer = client.post("/api/auth/login", json={"email": people.alice.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json()["organisation"]["name"] == "Acme" and answer.json()["expiresIn"] == 3600


def test_a_code_is_taken_where_none_is_asked_for(client: TestClient, people: People) -> None:
    login = {"email": people.alice.email, "password": PASSWORD}
    for code in ("", "123456", None):
        assert client.post("/api/auth/login", json=login | {"otp": code}).status_code == 200
    assert client.post("/api/auth/login", json=login | {"otp": ["123456"]}).status_code == 400


def test_key_has_no_session_to_leave(client: TestClient, alice: dict[str, str]) -> None:
    assert client.post("/api/auth/logout", headers=alice).status_code == 400
