"""The audit by the API: newest first, narrowed, in pages; each change in its caller's name."""

from starlette.testclient import TestClient

from services import ids
from tests.conftest import People


def test_a_change_by_the_api_names_its_caller(
    client: TestClient, people: People, alice: dict[str, str], charlie: dict[str, str]
) -> None:
    client.post("/v1/domains", json={"domain": "example.com"}, headers=alice)
    alias = client.post("/api/aliases", json={"email": "support@example.com"}, headers=alice).json()
    client.put(f"/api/aliases/{alias['id']}", json={"status": "disabled"}, headers=alice)
    newest = client.get("/api/audit", params={"limit": 1}, headers=alice).json()
    (entry,) = newest["entries"]
    assert entry["summary"] == "changed alias support@example.com: status active → disabled"
    assert (entry["memberId"], entry["memberName"]) == (ids.encode("user", people.alice.user_id or 0), "Alice")
    assert (entry["before"], entry["after"]) == ({"status": "active"}, {"status": "disabled"})
    following = client.get("/api/audit", params={"limit": 1, "cursor": newest["cursor"]}, headers=alice).json()
    assert following["entries"][0]["action"] == "created" and following["entries"][0]["kind"] == "alias"
    kept = {"kind": "alias", "memberId": entry["memberId"], "q": "disabled", "since": "2020-01-01T00:00:00Z"}
    assert client.get("/api/audit", params=kept, headers=alice).json() == {"entries": [entry], "cursor": None}
    assert client.get("/api/audit", params=kept | {"until": "2020-01-02"}, headers=alice).json()["entries"] == []
    seen = client.get("/api/audit", headers=charlie).text
    assert "support@example.com" not in seen and "Acme" not in seen


def test_bad_questions(client: TestClient, alice: dict[str, str]) -> None:
    assert client.get("/api/audit", params={"memberId": "user_x"}, headers=alice).status_code == 404
    assert client.get("/api/audit", params={"since": "yesterday"}, headers=alice).status_code == 400
    assert client.get("/api/audit", params={"limit": 0}, headers=alice).status_code == 400
