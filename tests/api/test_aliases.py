"""Dialects A and B: aliases."""

import pytest
from starlette.testclient import TestClient

from services import ids
from tests.conftest import People

SEVEN = {"id", "email", "localPart", "domainId", "integrationId", "status", "createdAt"}


@pytest.fixture
def domain_id(client: TestClient, alice: dict[str, str]) -> str:
    return str(client.post("/api/domains", json={"domain": "acme.example"}, headers=alice).json()["id"])


def test_seven_keys_are_always_there(client: TestClient, alice: dict[str, str], domain_id: str) -> None:
    made = client.post("/api/aliases", json={"domainId": domain_id, "localPart": "Support"}, headers=alice)
    assert made.status_code == 201 and set(made.json()) >= SEVEN
    assert made.json()["email"] == "support@acme.example" and made.json()["integrationId"] is None
    listed = client.get("/v1/aliases", headers=alice).json()
    assert listed["aliases"] == [made.json()] and listed["total"] == 1


def test_whole_address_and_everything_else(
    client: TestClient, people: People, alice: dict[str, str], domain_id: str
) -> None:
    bob = ids.encode("user", people.bob.user_id or 0)
    new = {
        "email": "sales@acme.example",
        "assigneeIds": [bob],
        "description": "Fair",
        "displayName": "Acme Sales",
        "expiresAt": "2999-01-01T00:00:00Z",
    }
    made = client.post("/api/aliases", json=new, headers=alice).json()
    assert made["assigneeIds"] == [bob] and made["domainId"] == domain_id
    assert made["expiresAt"] == "2999-01-01T00:00:00.000Z"
    changed = client.put(f"/api/aliases/{made['id']}", json={"status": "disabled", "expiresAt": None}, headers=alice)
    assert changed.status_code == 200
    assert changed.json() == made | {"status": "disabled", "expiresAt": None}
    assert client.get("/api/aliases?status=disabled&q=fair", headers=alice).json()["total"] == 1
    assert client.get("/api/aliases?status=active", headers=alice).json()["aliases"] == []
    assert client.delete(f"/api/aliases/{made['id']}", headers=alice).json() == {"id": made["id"], "deleted": True}
    assert client.get(f"/api/aliases/{made['id']}", headers=alice).status_code == 404


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("localPart", {"localPart": "a b"}),
        ("localPart", {"localPart": ""}),
        ("localPart", {"localPart": None}),
        ("domainId", {"domainId": None}),
        ("status", {"status": "sleeping"}),
        ("disabledPolicy", {"disabledPolicy": "bounce"}),
        ("expiresAt", {"expiresAt": "yesterday"}),
        ("expiresAt", {"expiresAt": "2001-01-01T00:00:00Z"}),
        ("forwardTo", {"forwardTo": ["me@elsewhere.example"]}),
        ("assigneeIds", {"assigneeIds": "user_1"}),
        ("displayName", {"displayName": "x" * 300}),
        ("email", {"email": "nowhere"}),
    ],
)
def test_bad_input_names_the_field(
    client: TestClient, alice: dict[str, str], domain_id: str, field: str, change: dict[str, object]
) -> None:
    new = {"domainId": domain_id, "localPart": "ok"} | change
    answer = client.post("/api/aliases", json=new, headers=alice)
    assert answer.status_code == 400 and field in answer.json()["error"]["message"], answer.text


def test_duplicate_and_foreign_members(
    client: TestClient, people: People, alice: dict[str, str], domain_id: str
) -> None:
    new = {"domainId": domain_id, "localPart": "support"}
    assert client.post("/api/aliases", json=new, headers=alice).status_code == 201
    assert client.post("/api/aliases", json=new, headers=alice).status_code == 409
    for stranger in (ids.encode("user", people.charlie.user_id or 0), ids.encode("user", 999), "user_x", "dom_1"):
        answer = client.post("/api/aliases", json=new | {"localPart": "b", "assigneeIds": [stranger]}, headers=alice)
        assert answer.status_code == 404
    assert client.get(f"/api/aliases?domainId={ids.encode('dom', 999)}", headers=alice).json()["aliases"] == []


def test_agents_may_look_but_not_change(
    client: TestClient, alice: dict[str, str], bob: dict[str, str], domain_id: str
) -> None:
    new = {"domainId": domain_id, "localPart": "support"}
    assert client.post("/api/aliases", json=new, headers=bob).status_code == 403
    made = client.post("/api/aliases", json=new, headers=alice).json()
    assert client.get(f"/api/aliases/{made['id']}", headers=bob).json() == made
