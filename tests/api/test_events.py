"""The event feed over HTTP."""

import pytest
from starlette.testclient import TestClient

from services import database, webhooks
from tests.conftest import People

URL = "https://hooks.example.com/topsecret"


def happen(people: People, *types: str) -> None:
    with database.transaction() as session:
        for each in types:
            webhooks.announce(session, people.alice.organisation_id, each, {"text": each})


def test_read_on_from_the_cursor(client: TestClient, alice: dict[str, str], people: People) -> None:
    assert client.get("/api/events", headers=alice).json() == {"events": [], "cursor": None, "hasMore": False}
    happen(people, "ticket.created", "message.received", "ticket.claimed")
    first = client.get("/api/events?limit=2", headers=alice).json()
    assert [each["type"] for each in first["events"]] == ["ticket.created", "message.received"] and first["hasMore"]
    event = first["events"][0]
    assert event["id"].startswith("evt_") and event["data"] == {"text": "ticket.created"}
    rest = client.get(f"/api/events?after={first['cursor']}", headers=alice).json()
    assert [each["type"] for each in rest["events"]] == ["ticket.claimed"] and not rest["hasMore"]
    assert client.get(f"/api/events?after={rest['cursor']}", headers=alice).json()["events"] == []
    assert client.get("/api/events?after=latest", headers=alice).json()["cursor"] == rest["cursor"]
    some = client.get("/api/events?types=message.received,ticket.claimed", headers=alice).json()
    assert [each["type"] for each in some["events"]] == ["message.received", "ticket.claimed"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("types=ticket.exploded", 400, "invalid_event_type"),
        ("after=nonsense", 404, "not_found"),
        ("limit=0", 400, "invalid_limit"),
    ],
)
def test_bad_questions(client: TestClient, alice: dict[str, str], query: str, status: int, code: str) -> None:
    answer = client.get(f"/api/events?{query}", headers=alice)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_cursor_of_others_is_none_of_mine(
    client: TestClient, alice: dict[str, str], charlie: dict[str, str], people: People
) -> None:
    happen(people, "ticket.created")
    theirs = client.get("/api/events", headers=alice).json()["cursor"]
    answer = client.get(f"/api/events?after={theirs}", headers=charlie)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "cursor_expired")


def test_what_happened_can_be_told_again(client: TestClient, alice: dict[str, str], people: People) -> None:
    happen(people, "ticket.created", "message.received", "ticket.claimed")
    new = {"type": "webhook", "name": "CRM", "webhookUrl": URL, "eventTypes": ["ticket.created", "ticket.claimed"]}
    number = client.post("/api/integrations", json=new, headers=alice).json()["id"]
    told = client.post(f"/api/integrations/{number}/replay", json={"since": "2020-01-01T00:00:00Z"}, headers=alice)
    assert (told.status_code, told.json()) == (202, {"queued": 2})
    log = client.get(f"/api/integrations/{number}/deliveries", headers=alice).json()["deliveries"]
    feed = client.get("/api/events?types=ticket.created,ticket.claimed", headers=alice).json()["events"]
    assert [each["eventId"] for each in reversed(log)] == [each["id"] for each in feed]
    later = client.post(f"/api/integrations/{number}/replay", json={"since": "2090-01-01T00:00:00Z"}, headers=alice)
    assert later.json() == {"queued": 0}
    client.patch(f"/api/integrations/{number}", json={"active": False}, headers=alice)
    off = client.post(f"/api/integrations/{number}/replay", json={"since": "2020-01-01T00:00:00Z"}, headers=alice)
    assert off.json()["error"]["code"] == "switched_off"
