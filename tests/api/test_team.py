"""Dialect A's team."""

from starlette.testclient import TestClient

from services import ids
from tests.conftest import People


def test_lists_everybody_of_the_organisation(client: TestClient, people: People, bob: dict[str, str]) -> None:
    answer = client.get("/api/team", headers=bob)
    assert answer.status_code == 200
    assert [member["name"] for member in answer.json()["members"]] == ["Alice", "Bob", "Olga"]
    assert set(answer.json()["members"][0]) == {"id", "name", "email", "role", "status"}


def test_invitation_is_accepted_once(client: TestClient, alice: dict[str, str]) -> None:
    made = client.post("/api/team/invite", json={"email": "Dan@people.test", "role": "agent"}, headers=alice)
    assert made.status_code == 201
    assert made.json()["status"] == "invited" and made.json()["expiresAt"].endswith("Z")
    token = made.json()["inviteUrl"].split("token=")[1]
    joining = {"token": token, "name": "Dan", "password": "a decent password"}
    joined = client.post("/api/auth/accept-invitation", json=joining)
    assert joined.status_code == 200 and joined.json()["user"]["role"] == "agent"
    assert joined.json()["user"]["email"] == "dan@people.test"
    again = client.post("/api/auth/accept-invitation", json=joining)
    assert again.status_code == 400 and again.json()["error"]["code"] == "invalid_token"


def test_removed_member_is_out_at_once(
    client: TestClient, people: People, alice: dict[str, str], bob: dict[str, str]
) -> None:
    bob_id = ids.encode("user", people.bob.user_id or 0)
    gone = client.delete(f"/api/team/{bob_id}", headers=alice)
    assert (gone.status_code, gone.json()) == (200, {"id": bob_id, "deleted": True})
    assert client.get("/api/team", headers=bob).status_code == 401
    assert client.delete(f"/api/team/{bob_id}", headers=alice).status_code == 404


def test_last_owner_stays(client: TestClient, people: People, alice: dict[str, str]) -> None:
    answer = client.delete(f"/api/team/{ids.encode('user', people.alice.user_id or 0)}", headers=alice)
    assert answer.status_code == 409 and answer.json()["error"]["code"] == "last_owner"


def test_role_above_ones_own_cannot_be_given(client: TestClient, alice: dict[str, str]) -> None:
    answer = client.post("/api/team/invite", json={"email": "x@people.test", "role": "king"}, headers=alice)
    assert answer.status_code == 400 and "role" in answer.json()["error"]["message"]


def test_members_by_the_page(client: TestClient, alice: dict[str, str]) -> None:
    whole = client.get("/api/team", headers=alice).json()
    assert (whole["page"], whole["limit"], whole["total"], len(whole["members"])) == (1, 20, 3, 3)
    second = client.get("/api/team?page=2&limit=2", headers=alice).json()
    assert second == {"members": whole["members"][2:], "page": 2, "limit": 2, "total": 3}


def test_nobody_is_invited_as_an_owner(client: TestClient, alice: dict[str, str]) -> None:
    for role in ("owner", "king", "", None):
        answer = client.post("/api/team/invite", json={"email": "eve@people.test", "role": role}, headers=alice)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_role"), role


def test_who_was_invited_is_removed_like_a_member(
    client: TestClient, alice: dict[str, str], bob: dict[str, str]
) -> None:
    made = client.post("/api/team/invite", json={"email": "eve@people.test", "role": "agent"}, headers=alice).json()
    assert client.delete(f"/api/team/{made['id']}", headers=bob).status_code == 403
    assert client.delete(f"/api/team/{made['id']}", headers=alice).json() == {"id": made["id"], "deleted": True}
    assert client.delete(f"/api/team/{made['id']}", headers=alice).status_code == 404
    joining = {"token": made["inviteUrl"].partition("token=")[2], "name": "Eve", "password": "correct horse battery"}
    assert client.post("/api/auth/accept-invitation", json=joining).status_code == 400
