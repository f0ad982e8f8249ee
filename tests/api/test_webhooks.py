"""Webhooks as a resource of their own."""

import pytest
from starlette.testclient import TestClient

URL = "https://hooks.example.com/topsecret"


def test_a_webhook_from_birth_to_end(client: TestClient, alice: dict[str, str]) -> None:
    new = {"name": "CRM", "url": URL, "eventTypes": ["ticket.created"]}
    made = client.post("/api/webhooks", json=new, headers=alice)
    assert made.status_code == 201 and made.json()["signingSecret"].startswith("whsec_")
    webhook = made.json()["id"]
    one = client.get(f"/api/webhooks/{webhook}", headers=alice)
    assert one.json()["eventTypes"] == ["ticket.created"] and one.json()["active"] is True
    assert "topsecret" not in made.text + one.text and "whsec_" not in one.text
    listed = client.get("/api/webhooks", headers=alice).json()
    assert [each["id"] for each in listed["webhooks"]] == [webhook] and listed["total"] == 1
    off = client.patch(f"/api/webhooks/{webhook}", json={"active": False}, headers=alice).json()
    assert off["active"] is False and off["disabledAt"]
    renewed = client.post(f"/api/webhooks/{webhook}/secret", headers=alice).json()
    assert renewed["signingSecret"] != made.json()["signingSecret"]
    assert client.delete(f"/api/webhooks/{webhook}", headers=alice).json() == {"id": webhook, "deleted": True}
    assert client.get(f"/api/webhooks/{webhook}", headers=alice).status_code == 404


def test_deliveries(client: TestClient, alice: dict[str, str]) -> None:
    webhook = client.post("/api/webhooks", json={"url": URL}, headers=alice).json()["id"]
    sent = client.post(f"/api/webhooks/{webhook}/test", headers=alice)
    assert sent.status_code == 202 and sent.json()["eventType"] == "test"
    again = client.post(f"/api/webhooks/deliveries/{sent.json()['id']}/redeliver", headers=alice).json()
    assert again["eventId"] == sent.json()["eventId"]
    log = client.get(f"/api/webhooks/{webhook}/deliveries", headers=alice).json()["deliveries"]
    assert [each["id"] for each in log] == [again["id"], sent.json()["id"]]
    one = client.get(f"/api/webhooks/deliveries/{again['id']}", headers=alice).json()
    assert one["status"] == "pending" and '"type": "test"' in one["body"]


def test_chat_channels_are_no_webhooks(client: TestClient, alice: dict[str, str]) -> None:
    chat = {"type": "slack", "name": "#x", "webhookUrl": URL}
    number = client.post("/api/integrations", json=chat, headers=alice).json()["id"]
    assert client.get("/api/webhooks", headers=alice).json()["webhooks"] == []
    assert client.get(f"/api/webhooks/{number}", headers=alice).status_code == 404
    assert client.patch(f"/api/webhooks/{number}", json={"active": False}, headers=alice).status_code == 404
    assert client.delete(f"/api/webhooks/{number}", headers=alice).status_code == 404


def test_event_types_are_those_one_may_choose(client: TestClient, alice: dict[str, str]) -> None:
    known = [each["name"] for each in client.get("/api/webhooks/event-types", headers=alice).json()["eventTypes"]]
    assert "message.failed" in known and "domain.drift" in known
    made = client.post("/api/webhooks", json={"url": URL, "eventTypes": known}, headers=alice).json()
    assert made["eventTypes"] == known


@pytest.mark.parametrize("url", ["", "http://hooks.example.com/", "https://127.0.0.1/", "https://[::ffff:10.0.0.1]/"])
def test_bad_target_names_the_field(client: TestClient, alice: dict[str, str], url: str) -> None:
    answer = client.post("/api/webhooks", json={"url": url}, headers=alice)
    assert answer.status_code == 400 and "url" in answer.json()["error"]["message"].lower()
