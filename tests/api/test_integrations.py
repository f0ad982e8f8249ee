"""Dialect B's integrations."""

import pytest
from starlette.testclient import TestClient

from services import settings as configuration
from services.settings import Settings

URL = "https://hooks.slack.com/services/T0/B0/topsecret"


def test_url_is_never_given_back(client: TestClient, alice: dict[str, str]) -> None:
    made = client.post("/api/integrations", json={"type": "slack", "name": "#x", "webhookUrl": URL}, headers=alice)
    assert made.status_code == 201
    assert set(made.json()) == {"id", "type", "name", "createdAt"} and made.json()["id"].startswith("int_")
    answers = [
        client.get("/api/integrations", headers=alice),
        client.get(f"/v1/integrations/{made.json()['id']}", headers=alice),
        client.patch(f"/api/integrations/{made.json()['id']}", json={"name": "#y"}, headers=alice),
    ]
    assert set(answers[0].json()["integrations"][0]) == {"id", "type", "name", "createdAt"}
    assert answers[2].json()["name"] == "#y"
    for answer in (made, *answers):
        assert answer.is_success and "topsecret" not in answer.text


def test_signing_secret_is_shown_once(client: TestClient, alice: dict[str, str]) -> None:
    new = {"type": "webhook", "name": "CRM", "webhookUrl": URL, "eventTypes": ["ticket.created"]}
    made = client.post("/api/integrations", json=new, headers=alice).json()
    assert made["signingSecret"].startswith("whsec_")
    assert "whsec_" not in client.get(f"/api/integrations/{made['id']}", headers=alice).text
    renewed = client.post(f"/api/integrations/{made['id']}/secret", headers=alice).json()
    assert renewed["signingSecret"] != made["signingSecret"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("type", {"type": "pager"}),
        ("name", {"name": " "}),
        ("name", {"name": None}),
        ("webhookUrl", {"webhookUrl": 7}),
        ("webhookUrl", {"webhookUrl": "http://hooks.slack.com/x"}),
        ("webhookUrl", {"webhookUrl": "https://10.0.0.1/x"}),
        ("webhookUrl", {"webhookUrl": "https://localhost/x"}),
        ("eventTypes", {"eventTypes": ["all"]}),
    ],
)
def test_bad_input_names_the_field(
    client: TestClient, alice: dict[str, str], field: str, change: dict[str, object]
) -> None:
    new = {"type": "slack", "name": "#x", "webhookUrl": URL} | change
    answer = client.post("/api/integrations", json=new, headers=alice)
    assert answer.status_code == 400 and answer.json()["error"]["message"].startswith(field), answer.text


def test_plain_http_where_private_targets_are_allowed(
    client: TestClient, alice: dict[str, str], settings: Settings
) -> None:
    configuration.use(settings.model_copy(update={"allow_private_targets": True}))
    new = {"type": "webhook", "name": "lab", "webhookUrl": "http://127.0.0.1:8000/hook"}
    assert client.post("/api/integrations", json=new, headers=alice).status_code == 201


def test_test_event_is_logged_and_sent_again(client: TestClient, alice: dict[str, str]) -> None:
    new = {"type": "webhook", "name": "CRM", "webhookUrl": URL}
    made = client.post("/api/integrations", json=new, headers=alice).json()
    queued = client.post(f"/api/integrations/{made['id']}/verify", headers=alice)
    assert queued.status_code == 202 and queued.json()["status"] == "pending"
    again = client.post(f"/api/integrations/deliveries/{queued.json()['id']}/redeliver", headers=alice)
    assert again.status_code == 202 and again.json()["eventId"] == queued.json()["eventId"]
    first = client.get(f"/api/integrations/{made['id']}/deliveries?limit=1", headers=alice).json()
    assert [each["id"] for each in first["deliveries"]] == [again.json()["id"]]
    rest = client.get(f"/api/integrations/{made['id']}/deliveries?cursor={first['cursor']}", headers=alice).json()
    assert [each["id"] for each in rest["deliveries"]] == [queued.json()["id"]] and rest["cursor"] is None


def test_removed_integration_leaves_its_alias(client: TestClient, alice: dict[str, str]) -> None:
    new = {"type": "slack", "name": "#x", "webhookUrl": URL}
    integration_id = client.post("/api/integrations", json=new, headers=alice).json()["id"]
    domain_id = client.post("/api/domains", json={"domain": "acme.example"}, headers=alice).json()["id"]
    alias = client.post(
        "/api/aliases", json={"domainId": domain_id, "localPart": "a", "integrationId": integration_id}, headers=alice
    ).json()
    assert alias["integrationId"] == integration_id
    gone = client.delete(f"/api/integrations/{integration_id}", headers=alice)
    assert gone.json() == {"id": integration_id, "deleted": True}
    assert client.get(f"/api/aliases/{alias['id']}", headers=alice).json()["integrationId"] is None
