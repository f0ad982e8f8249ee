"""Dialect B's tickets: from mail that arrived to an answer on its way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from services import clock, ids
from tests.api.mail import arrive, open_address, queued
from tests.conftest import People

SEVEN = {"id", "from", "fromName", "subject", "status", "assignedTo", "receivedAt"}


@pytest.fixture
def ticket_id(client: TestClient, people: People, alice: dict[str, str]) -> str:
    arrive(open_address(people))
    return str(client.get("/api/emails/tickets", headers=alice).json()["tickets"][0]["id"])


def test_claim_is_the_first_one_s(
    client: TestClient, people: People, alice: dict[str, str], bob: dict[str, str], ticket_id: str
) -> None:
    assert client.get("/v1/emails/tickets/mine", headers=bob).json()["tickets"] == []
    claimed = client.post(f"/v1/emails/tickets/{ticket_id}/claim", headers=bob)
    bob_id = ids.encode("user", people.bob.user_id or 0)
    assert claimed.status_code == 200 and set(claimed.json()) == {"id", "status", "assignedTo", "claimedAt"}
    assert (claimed.json()["status"], claimed.json()["assignedTo"]) == ("in_progress", bob_id)
    assert client.post(f"/v1/emails/tickets/{ticket_id}/claim", headers=bob).json() == claimed.json()
    late = client.post(f"/v1/emails/tickets/{ticket_id}/claim", headers=alice)
    assert late.status_code == 409 and late.json()["error"]["code"] == "already_claimed"
    mine = client.get("/v1/emails/tickets/mine", headers=bob).json()["tickets"]
    assert [set(each) for each in mine] == [SEVEN]
    assert mine[0] | {"receivedAt": ""} == {
        "id": ticket_id,
        "from": "ann@customer.example",
        "fromName": "Ann Lee",
        "subject": "Lamp",
        "status": "in_progress",
        "assignedTo": bob_id,
        "receivedAt": "",
    }


def test_claims_at_once_have_one_winner(
    client: TestClient, alice: dict[str, str], bob: dict[str, str], ticket_id: str
) -> None:
    def claim(headers: dict[str, str]) -> int:
        return int(client.post(f"/v1/emails/tickets/{ticket_id}/claim", headers=headers).status_code)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(claim, (alice, bob))) == [200, 409]


def test_status(client: TestClient, bob: dict[str, str], ticket_id: str) -> None:
    path = f"/api/emails/tickets/{ticket_id}/status"
    for status in ("in_progress", "waiting", "resolved", "closed", "spam", "open"):
        answer = client.post(path, json={"status": status}, headers=bob)
        assert answer.status_code == 200 and set(answer.json()) == {"id", "status", "resolvedAt"}
        assert (answer.json()["resolvedAt"] is not None) == (status in {"resolved", "closed"})
    for wrong in ("snoozed", "done", "", None, 3):
        answer = client.post(path, json={"status": wrong}, headers=bob)
        assert answer.status_code == 400 and answer.json()["error"]["code"] == "invalid_status"


def test_answer_threads_and_the_ticket_waits(client: TestClient, bob: dict[str, str], ticket_id: str) -> None:
    sent = client.post(f"/api/emails/tickets/{ticket_id}/reply", json={"text": "On its way."}, headers=bob)
    assert sent.status_code == 202 and sent.json()["status"] == "queued"
    ((recipient, content),) = queued()
    assert recipient == "ann@customer.example"
    assert b"\r\nIn-Reply-To: <" in content and b"Subject: Re: Lamp" in content and b"bob@people.test" not in content
    whole = client.get(f"/api/emails/tickets/{ticket_id}", headers=bob).json()
    assert whole["status"] == "waiting" and [each["direction"] for each in whole["messages"]] == ["in", "out"]
    assert whole["messages"][1]["messageId"] == sent.json()["messageId"]


def test_note_is_the_team_s_alone(client: TestClient, bob: dict[str, str], ticket_id: str) -> None:
    made = client.post(f"/api/emails/tickets/{ticket_id}/note", json={"text": "Ask @alice"}, headers=bob)
    assert made.status_code == 201 and made.json()["text"] == "Ask @alice" and made.json()["author"] == "Bob"
    whole = client.get(f"/api/emails/tickets/{ticket_id}", headers=bob).json()
    assert whole["notes"] == [made.json()] and len(whole["messages"]) == 1 and queued() == []


def test_assign_snooze_merge(client: TestClient, people: People, bob: dict[str, str], ticket_id: str) -> None:
    alice_id = ids.encode("user", people.alice.user_id or 0)
    path = f"/api/emails/tickets/{ticket_id}"
    assert client.post(f"{path}/assign", json={"userId": alice_id}, headers=bob).json()["assignedTo"] == alice_id
    assert client.post(f"{path}/assign", json={"userId": None}, headers=bob).json()["assignedTo"] is None
    asleep = client.post(f"{path}/snooze", json={"until": "2001-01-01T00:00:00Z"}, headers=bob)
    assert asleep.status_code == 400 and "until" in asleep.json()["error"]["message"]
    arrive("support@acme.example", subject="Another lamp", author="Ben <ben@customer.example>")
    other = client.get("/api/emails/tickets?from=ben@customer.example", headers=bob).json()["tickets"][0]["id"]
    merged = client.post(f"{path}/merge", json={"ticketIds": [other]}, headers=bob)
    assert merged.status_code == 200
    whole = client.get(path, headers=bob).json()
    assert len(whole["messages"]) == 2 and whole["mergedInto"] is None
    absorbed = client.get(f"/api/emails/tickets/{other}", headers=bob).json()
    assert absorbed["messages"] == [] and absorbed["mergedInto"] == ticket_id, "where its messages are now"
    assert client.get("/api/emails/tickets", headers=bob).json()["total"] == 1


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("reply", {"text": " "}, "text"),
        ("reply", {"text": 5}, "text"),
        ("reply", {"text": "x", "cc": ["nobody"]}, "cc"),
        ("reply", {"text": "x", "attachments": [{"filename": "a", "content": "%%%"}]}, "content"),
        ("note", {"text": ""}, "text"),
        ("note", {}, "text"),
        ("assign", {}, "userId"),
        ("merge", {"ticketIds": []}, "ticketIds"),
        ("snooze", {"until": "soon"}, "until"),
    ],
)
def test_bad_input_names_the_field(
    client: TestClient, bob: dict[str, str], ticket_id: str, verb: str, body: dict[str, object], field: str
) -> None:
    answer = client.post(f"/api/emails/tickets/{ticket_id}/{verb}", json=body, headers=bob)
    assert answer.status_code == 400 and field in answer.json()["error"]["message"], answer.text


def test_filters(client: TestClient, bob: dict[str, str], ticket_id: str) -> None:
    def total(query: str) -> int:
        return int(client.get(f"/api/emails/tickets?{query}", headers=bob).json()["total"])

    assert total("assignedTo=none") == total("status=open") == total("from=ANN@customer.example") == 1
    assert total("assignedTo=me") == total("status=closed") == total("until=2001-01-01T00:00:00Z") == 0
    client.post(f"/api/emails/tickets/{ticket_id}/status", json={"status": "spam"}, headers=bob)
    assert total("") == 0 and total("status=spam") == 1
    assert client.get("/api/emails/tickets?status=odd", headers=bob).status_code == 400


def test_nothing_is_done_on_a_ticket_that_became_part_of_another(
    client: TestClient, people: People, alice: dict[str, str]
) -> None:
    address = open_address(people)
    arrive(address, subject="One")
    arrive(address, subject="Two", author="Ben <ben@customer.example>")
    two, one = (each["id"] for each in client.get("/api/emails/tickets", headers=alice).json()["tickets"])
    number = client.get(f"/api/emails/tickets/{two}", headers=alice).json()["number"]
    client.post(f"/api/emails/tickets/{two}/merge", json={"ticketIds": [one]}, headers=alice)
    asked = {
        "claim": {},
        "status": {"status": "closed"},
        "assign": {"userId": None},
        "note": {"text": "Nobody would see this."},
        "reply": {"text": "Nor this."},
        "snooze": {"until": (clock.now() + timedelta(days=1)).isoformat()},
    }
    for verb, body in asked.items():
        answer = client.post(f"/api/emails/tickets/{one}/{verb}", json=body, headers=alice)
        error = {"code": "merged", "message": f"This conversation is now part of #{number}."}
        assert (answer.status_code, answer.json()) == (409, {"error": error}), verb
    assert queued() == []
