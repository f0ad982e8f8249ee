"""Dialect A's API keys."""

from starlette.testclient import TestClient

from tests.api.conftest import headers_of
from tests.conftest import People


def test_key_is_shown_once(client: TestClient, alice: dict[str, str]) -> None:
    made = client.post("/api/api-keys", json={"name": "Robot", "scopes": ["team:read"]}, headers=alice)
    assert made.status_code == 201
    plain, key_id = made.json()["key"], made.json()["id"]
    assert plain.startswith(made.json()["prefix"] + "_")
    for path in ("/api/api-keys", f"/api/api-keys/{key_id}"):
        shown = client.get(path, headers=alice)
        assert shown.status_code == 200 and key_id in shown.text
        assert plain.split("_", 3)[3] not in shown.text  # it may have underlines itself
    assert client.get("/api/team", headers={"Authorization": f"Bearer {plain}"}).status_code == 200


def test_scopes_are_obeyed_changed_and_ended(client: TestClient, alice: dict[str, str]) -> None:
    made = client.post("/api/api-keys", json={"name": "Robot", "scopes": ["team:read"]}, headers=alice).json()
    robot = {"Authorization": f"Bearer {made['key']}"}
    refused = client.get("/api/api-keys", headers=robot)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "insufficient_scope")
    change = {"scopes": ["keys:write"], "name": "Keeper"}
    assert client.put(f"/api/api-keys/{made['id']}", json=change, headers=alice).json()["name"] == "Keeper"
    assert client.get("/api/api-keys", headers=robot).status_code == 200
    assert client.get("/api/team", headers=robot).status_code == 403
    assert client.delete(f"/api/api-keys/{made['id']}", headers=alice).json() == {"id": made["id"], "deleted": True}
    assert client.get("/api/api-keys", headers=robot).status_code == 401


def test_expiry_is_told_and_kept(client: TestClient, people: People) -> None:
    headers = headers_of(people.bob)
    body = {"name": "Robot", "expiresAt": "2100-01-01T12:00:00+02:00", "mode": "test"}
    made = client.post("/api/api-keys", json=body, headers=headers).json()
    assert made["expiresAt"] == "2100-01-01T10:00:00.000Z" and made["key"].startswith("mr_test_")


def test_unknown_scope_is_refused(client: TestClient, alice: dict[str, str]) -> None:
    answer = client.post("/api/api-keys", json={"name": "Robot", "scopes": ["everything"]}, headers=alice)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_scope")
