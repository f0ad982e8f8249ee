"""Macros over HTTP: kept, changed, applied to tickets."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from models import Ticket
from services import database, ids
from tests.conftest import People
from tests.services.webhooks.conftest import a_ticket


def test_the_life_of_a_macro(client: TestClient, alice: dict[str, str], people: People) -> None:
    bob = ids.encode("user", people.bob.user_id or 0)
    actions = [
        {"type": "tag", "value": "refund"},
        {"type": "assign", "userId": bob},
        {"type": "status", "value": "waiting"},
    ]
    made = client.post("/api/macros", json={"name": "Refund", "actions": actions}, headers=alice)
    assert (made.status_code, made.json()["actions"]) == (201, actions)
    path = f"/api/macros/{made.json()['id']}"
    assert client.get("/api/macros", headers=alice).json()["macros"] == [client.get(path, headers=alice).json()]
    changed = client.put(path, json={"name": "Refunds"}, headers=alice).json()
    assert (changed["name"], changed["actions"]) == ("Refunds", actions)
    with database.transaction() as session:
        ticket = a_ticket(session, people.alice)
    asked = [ids.encode("ticket", ticket.id or 0), ids.encode("ticket", 4711)]
    done = client.post(f"{path}/apply", json={"ticketIds": asked}, headers=alice).json()
    assert done["applied"] == asked[:1] and [each["ticketId"] for each in done["failed"]] == asked[1:]
    with database.reading() as session:
        after = session.get_one(Ticket, ticket.id)
        assert (after.assignee_id, after.status) == (people.bob.user_id, "waiting")
    assert client.delete(path, headers=alice).json()["deleted"] is True
    assert client.get(path, headers=alice).status_code == 404


@pytest.mark.parametrize(
    ("actions", "status", "code"),
    [
        ([], 400, "no_actions"),
        ([{"type": "explode"}], 400, "invalid_action"),
        ([{"type": ["tag"]}], 400, "invalid_action"),
        ([{}], 400, "invalid_action"),
        ([{"type": "assign", "userId": 7}], 400, "invalid_action"),
        ([{"type": "assign", "userId": "user_0000000000000"}], 404, "not_found"),
        ([{"type": "status", "value": "spam"}], 400, "invalid_action"),
    ],
)
def test_what_is_no_act(client: TestClient, alice: dict[str, str], actions: list[Any], status: int, code: str) -> None:
    answer = client.post("/api/macros", json={"name": "x", "actions": actions}, headers=alice)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_private_one_is_the_owners_alone(client: TestClient, alice: dict[str, str], bob: dict[str, str]) -> None:
    body = {"name": "Mine", "actions": [{"type": "release"}], "visibility": "private"}
    made = client.post("/api/macros", json=body, headers=alice).json()
    assert client.get(f"/api/macros/{made['id']}", headers=bob).status_code == 404
    assert client.get("/api/macros", headers=bob).json()["total"] == 0
