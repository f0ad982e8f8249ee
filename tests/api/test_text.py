"""Text that can be sent and not kept: in path, query and body; bodies that are no JSON."""

import pytest
from starlette.testclient import TestClient

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        (rb'{"name": "a\u0000b"}', "invalid_name", "name: "),
        (rb'{"name": "\ud83d"}', "invalid_name", "name: "),
        (rb'{"name": "k", "scopes": ["a", "\udc00"]}', "invalid_scopes", "scopes.1: "),
        (rb'{"name": "k", "more": {"\u0000": 1}}', "invalid_more", "more: "),
        (rb'{"\ud800": 1}', "invalid_body", "The body"),
        (b'{"name": "\xff"}', "malformed_json", "The body"),
        ('{"name": "k"}'.encode("utf-16"), "malformed_json", "The body"),
        (b"[" * 100_000, "malformed_json", "The body"),
        (b'{"name": ' + b"9" * 5000 + b"}", "malformed_json", "The body"),
        (b'{"name": "k"} x', "malformed_json", "The body"),
        (rb'{"name": "\u0000"', "malformed_json", "The body"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(
    client: TestClient, alice: dict[str, str], body: bytes, code: str, named: str
) -> None:
    answer = client.post("/api/api-keys", content=body, headers=alice | JSON)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["code"] == code and answer.json()["error"]["message"].startswith(named)


def test_path_and_query_hold_no_nul(client: TestClient, alice: dict[str, str]) -> None:
    assert client.get("/api/v1/mailboxes/a%00b@acme.example", headers=alice).status_code == 404
    answer = client.get("/api/audit?limit=5&kind=a%00b", headers=alice)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_kind")
    assert answer.json()["error"]["message"].startswith("kind: ")


def test_text_of_every_script_is_kept(client: TestClient, alice: dict[str, str]) -> None:
    for body, name in (
        (rb'{"name": "\ud83d\ude00 \u00e9"}', "\U0001f600 é"),
        ('{"name": "\U0001f600 é"}'.encode(), "\U0001f600 é"),
        (rb'{"name": "\\u0000"}', r"\u0000"),
    ):
        answer = client.post("/api/api-keys", content=body, headers=alice | JSON)
        assert (answer.status_code, answer.json()["name"]) == (201, name)


def test_dialect_c_says_so_in_its_own_shape(client: TestClient, alice: dict[str, str]) -> None:
    answer = client.post("/api/v1/domains", content=rb'{"domain": "\ud800"}', headers=alice | JSON)
    assert (answer.status_code, answer.json()["type"]) == (400, "error")
    assert answer.json()["msg"].startswith("domain: ")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("api-keys", {"name": "k", "expiresAt": 4_102_444_800}, "expiresAt"),
        ("api-keys", {"name": "k", "expiresAt": True}, "expiresAt"),
        ("rules", {"name": "r", "conditions": [], "actions": [], "active": "yes"}, "active"),
        ("rules", {"name": "r", "conditions": [], "actions": [], "stop": 1}, "stop"),
        ("rules", {"name": "r", "conditions": [], "actions": [], "priority": True}, "priority"),
        ("rules", {"name": "r", "conditions": [], "actions": [], "priority": "5"}, "priority"),
        ("aliases", {"email": "a@acme.example", "expiresAfter": 1.0}, "expiresAfter"),
    ],
)
def test_a_value_has_the_type_it_has(
    client: TestClient, alice: dict[str, str], path: str, body: dict[str, object], field: str
) -> None:
    answer = client.post(f"/api/{path}", json=body, headers=alice)
    assert answer.status_code == 400 and answer.json()["error"]["message"].startswith(f"{field}: "), answer.text


def test_a_refusal_is_short_and_in_plain_words(client: TestClient, alice: dict[str, str]) -> None:
    answer = client.post("/api/api-keys", json={"name": "k", "expiresAt": "x" * 10_000}, headers=alice)
    assert answer.json()["error"] == {
        "code": "invalid_expires_at",
        "message": "expiresAt: This is not a time in ISO 8601, such as 2026-11-21T09:00:00Z.",
    }
