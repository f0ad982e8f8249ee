"""Dialects A and B: aliases."""

import pytest
from starlette.testclient import TestClient

from models import Outbound, OutboundStatus
from services import database, ids, outbound
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
        ("forwardTo", {"forwardTo": ["elsewhere"]}),
        ("forwardTo", {"forwardTo": ["ok@acme.example"]}),
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
    assert client.get(f"/api/aliases?domainId={ids.encode('dom', 999)}", headers=alice).status_code == 404


def test_agents_may_look_but_not_change(
    client: TestClient, alice: dict[str, str], bob: dict[str, str], domain_id: str
) -> None:
    new = {"domainId": domain_id, "localPart": "support"}
    assert client.post("/api/aliases", json=new, headers=bob).status_code == 403
    made = client.post("/api/aliases", json=new, headers=alice).json()
    assert client.get(f"/api/aliases/{made['id']}", headers=bob).json() == made


def test_everything_an_alias_can_do(client: TestClient, people: People, alice: dict[str, str], domain_id: str) -> None:
    new = {"domainId": domain_id, "localPart": "fair-*", "forwardTo": ["Sam@Elsewhere.example"], "expiresAfter": 500}
    made = client.post("/api/aliases", json=new, headers=alice).json()
    assert made["forwardTo"] == ["Sam@elsewhere.example"] and made["expiresAfter"] == 500
    assert made["mailboxId"] is None and made["assignment"] == "manual", "it only forwards"
    bob = ids.encode("user", people.bob.user_id or 0)
    change = {"assigneeIds": [bob], "assignment": "least_loaded", "expiresAfter": None}
    changed = client.put(f"/v1/aliases/{made['id']}", json=change, headers=alice).json()
    assert changed["assignment"] == "least_loaded" and changed["expiresAfter"] is None
    assert changed["mailboxId"] == ids.encode("mbx", people.mailbox_id)
    assert changed["forwardTo"] == made["forwardTo"]
    back = {"forwardTo": ["fair-1@acme.example"]}
    refused = client.put(f"/api/aliases/{made['id']}", json=back, headers=alice)
    assert refused.status_code == 400 and refused.json()["error"]["code"] == "invalid_forward"


def test_correspondents_are_listed_and_blocked(client: TestClient, alice: dict[str, str], domain_id: str) -> None:
    made = client.post("/api/aliases", json={"domainId": domain_id, "localPart": "support"}, headers=alice).json()
    path = f"/api/aliases/{made['id']}"
    blocked = client.post(f"{path}/block", json={"address": "Pest@Spam.example"}, headers=alice).json()
    assert blocked["address"] == "pest@spam.example" and blocked["blocked"] is True
    listed = client.get(f"{path}/correspondents?blocked=true", headers=alice).json()
    assert listed == {"correspondents": [blocked], "page": 1, "limit": 20, "total": 1}
    freed = client.post(f"{path}/unblock", json={"address": "pest@spam.example"}, headers=alice).json()
    assert freed == blocked | {"blocked": False}
    answer = client.post(f"{path}/block", json={"address": "nobody"}, headers=alice)
    assert answer.status_code == 400 and "address" in answer.json()["error"]["message"]


def test_failed_forwards_are_sent_again(
    client: TestClient, people: People, alice: dict[str, str], domain_id: str
) -> None:
    new = {"domainId": domain_id, "localPart": "out", "forwardTo": ["sam@elsewhere.example"]}
    made = client.post("/api/aliases", json=new, headers=alice).json()
    with database.transaction() as session:
        [number] = outbound.enqueue(
            session,
            raw=b"Subject: x\r\n\r\nx\r\n",
            reverse_path="",
            recipients=["sam@elsewhere.example"],
            organisation_id=people.alice.organisation_id,
        )
        row = session.get_one(Outbound, number)
        row.alias_id, row.forwarded_for = ids.decode("alias", made["id"]), "out@acme.example"
        row.status, row.enhanced_code, row.reply = OutboundStatus.FAILED, "5.1.1", "No such user"
    path = f"/api/aliases/{made['id']}/forwards"
    [failed] = client.get(path, headers=alice).json()["forwards"]
    assert (failed["to"], failed["status"]) == ("sam@elsewhere.example", "failed")
    assert failed["reply"] == "5.1.1 No such user"
    [again] = client.post(f"{path}/retry", headers=alice).json()["forwards"]
    assert again["id"] == failed["id"] and again["status"] == "queued"
    assert client.get(path, headers=alice).json()["forwards"] == []


def test_an_alias_moves_to_another_address(client: TestClient, alice: dict[str, str], domain_id: str) -> None:
    other = client.post("/api/domains", json={"domain": "other.example"}, headers=alice).json()["id"]
    made = client.post(
        "/api/aliases", json={"email": "sales@acme.example", "description": "Fair"}, headers=alice
    ).json()
    path = f"/api/aliases/{made['id']}"
    moved = client.put(path, json={"localPart": "Verkauf"}, headers=alice)
    assert (moved.status_code, moved.json()) == (200, made | {"email": "verkauf@acme.example", "localPart": "verkauf"})
    moved = client.put(path, json={"domainId": other, "localPart": "sales"}, headers=alice).json()
    assert (moved["email"], moved["domainId"], moved["description"]) == ("sales@other.example", other, "Fair")
    moved = client.put(path, json={"email": "shop@acme.example", "status": "disabled"}, headers=alice).json()
    assert (moved["email"], moved["domainId"], moved["status"]) == ("shop@acme.example", domain_id, "disabled")
    assert client.put(path, json=moved, headers=alice).json() == moved, "what was read may be written back"
    assert client.get(path, headers=alice).json() == moved


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"localPart": "taken"}, 409, "localPart"),
        ({"email": "taken@acme.example"}, 409, "email"),
        ({"email": "a b@acme.example"}, 400, "email"),
        ({"email": "nowhere"}, 400, "email"),
        ({"email": "sales@nobody"}, 400, "email"),
        ({"localPart": "a b"}, 400, "localPart"),
        ({"email": "sales@elsewhere.example"}, 404, ""),
        ({"domainId": "dom_0000000000001"}, 404, ""),
        ({"email": "free@acme.example", "mailboxId": "mbx_0000000000001"}, 404, ""),
        ({"email": "free@acme.example", "expiresAfter": 0}, 400, "expiresAfter"),
    ],
)
def test_an_alias_moves_only_where_there_is_room(
    client: TestClient, alice: dict[str, str], domain_id: str, change: dict[str, str], status: int, field: str
) -> None:
    client.post("/api/aliases", json={"email": "taken@acme.example"}, headers=alice)
    made = client.post("/api/aliases", json={"email": "sales@acme.example"}, headers=alice).json()
    for answer in (
        client.put(f"/api/aliases/{made['id']}", json=change, headers=alice),
        *([client.post("/api/aliases", json=change, headers=alice)] if "email" in change else []),
    ):
        assert answer.status_code == status, answer.text
        assert answer.json()["error"]["message"].startswith(f"{field}: " if field else "There is no such")
    assert client.get(f"/api/aliases/{made['id']}", headers=alice).json() == made


def test_filters_name_one_s_own_things(
    client: TestClient, people: People, alice: dict[str, str], charlie: dict[str, str], domain_id: str
) -> None:
    alias = client.post("/api/aliases", json={"email": "sales@acme.example"}, headers=alice).json()["id"]
    mailbox, bob = ids.encode("mbx", people.mailbox_id), ids.encode("user", people.bob.user_id or 0)
    for path in (
        f"/api/aliases?domainId={domain_id}",
        f"/api/emails?aliasId={alias}",
        f"/api/emails/tickets?aliasId={alias}",
        f"/api/emails/tickets?mailboxId={mailbox}",
        f"/api/emails/tickets?assignedTo={bob}",
    ):
        assert client.get(path, headers=alice).status_code == 200, path
        assert client.get(path, headers=charlie).status_code == 404, path
