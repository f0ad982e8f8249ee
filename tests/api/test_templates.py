"""Dialect A's templates: kept, listed, changed, and mail written by them."""

import pytest
from starlette.testclient import TestClient

from services import ids
from tests.api.mail import arrive, open_address, queued
from tests.conftest import People

TEXT = {
    "name": "Delay",
    "subject": "Order {{ order.id }}",
    "html": "<p>Sorry, {{ first_name | default: 'friend' }}.</p>",
}


@pytest.fixture
def made(client: TestClient, bob: dict[str, str]) -> dict[str, object]:
    answer = client.post("/api/templates", json=TEXT | {"visibility": "private", "shortcut": "/delay"}, headers=bob)
    assert answer.status_code == 201, answer.text
    shown: dict[str, object] = answer.json()
    return shown


def test_a_template_s_life(
    client: TestClient, alice: dict[str, str], bob: dict[str, str], made: dict[str, object]
) -> None:
    path = f"/api/templates/{made['id']}"
    assert str(made["id"]).startswith("tmpl_") and made["visibility"] == "private" and made["shortcut"] == "delay"
    assert [each["name"] for each in made["variables"]] == ["order.id", "first_name"]  # type: ignore[attr-defined]
    assert client.get(path, headers=bob).json() == made
    absent = client.get(f"/api/templates/{ids.encode('tmpl', 999)}", headers=alice)
    assert (
        client.get(path, headers=alice).status_code == 404 and client.get(path, headers=alice).json() == absent.json()
    )
    assert client.get("/api/templates", headers=alice).json()["templates"] == []
    changed = client.put(path, json={"visibility": "shared", "text": "Sorry."}, headers=bob).json()
    assert (changed["visibility"], changed["text"], changed["html"], changed["version"]) == (
        "shared",
        "Sorry.",
        TEXT["html"],
        2,
    )
    listed = client.get("/api/templates", headers=alice).json()
    assert [each["id"] for each in listed["templates"]] == [made["id"]] and listed["total"] == 1
    versions = client.get(f"{path}/versions", headers=alice).json()["versions"]
    assert [each["number"] for each in versions] == [2, 1]
    assert client.post(f"{path}/restore", json={"version": 1}, headers=alice).json()["text"] == ""
    copy = client.post(f"{path}/duplicate", headers=alice)
    assert copy.status_code == 201 and copy.json()["name"] == "Copy of Delay"
    assert client.delete(path, headers=alice).json() == {"id": made["id"], "deleted": True}
    assert client.get(path, headers=bob).status_code == 404


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": ""}),
        ("name", {"name": None}),
        ("subject", {"subject": None}),
        ("subject", {"subject": "x" * 999}),
        ("html", {"html": "<p>{{ first_name</p>"}),
        ("html", {"html": "a\x00b"}),
        ("text", {"text": "{% include 'secrets' %}"}),
        ("visibility", {"visibility": "public"}),
        ("shortcut", {"shortcut": "a b"}),
    ],
)
def test_bad_input_names_the_field(
    client: TestClient, bob: dict[str, str], field: str, change: dict[str, object]
) -> None:
    answer = client.post("/api/templates", json=TEXT | change, headers=bob)
    assert answer.status_code == 400 and field in answer.json()["error"]["message"], answer.text


def test_a_preview_marks_what_is_missing(client: TestClient, bob: dict[str, str], made: dict[str, object]) -> None:
    path = f"/api/templates/{made['id']}/preview"
    shown = client.post(path, json={}, headers=bob).json()
    assert shown["subject"] == "Order ⟦order.id⟧" and shown["missing"] == ["order.id"]
    filled = client.post(path, json={"variables": {"order": {"id": 7}, "first_name": "<b>"}}, headers=bob).json()
    assert filled["subject"] == "Order 7" and "&lt;b&gt;" in filled["html"] and filled["missing"] == []


def test_mail_is_written_by_a_template(
    client: TestClient, people: People, bob: dict[str, str], made: dict[str, object]
) -> None:
    new = {"from": open_address(people), "to": ["Ann Lee <ann@customer.example>"], "templateId": made["id"]}
    missing = client.post("/api/emails/send", json=new, headers=bob)
    assert missing.status_code == 400 and missing.json()["error"]["code"] == "missing_field"
    assert "order.id" in missing.json()["error"]["message"] and queued() == []
    sent = client.post("/api/emails/send", json=new | {"variables": {"order": {"id": "7<"}}}, headers=bob)
    assert sent.status_code == 202, sent.text
    ((recipient, content),) = queued()
    assert recipient == "ann@customer.example"
    assert b"Subject: Order 7<" in content and b"<p>Sorry, Ann.</p>" in content and b"text/plain" in content
    assert client.get(f"/api/templates/{made['id']}", headers=bob).json()["usedCount"] == 1
    own = new | {"variables": {"order": {"id": 7}}, "subject": "Mine"}
    assert client.post("/api/emails/send", json=own, headers=bob).status_code == 202
    assert any(b"Subject: Mine" in content for _, content in queued())


def test_a_template_for_an_answer_knows_the_ticket(client: TestClient, people: People, bob: dict[str, str]) -> None:
    address = open_address(people)
    message_id = arrive(address)
    text = {"name": "T", "subject": "", "text": "About #{{ ticket.number }} {{ ticket.subject }}"}
    made = client.post("/api/templates", json=text, headers=bob).json()
    new = {"from": address, "to": ["ann@customer.example"], "templateId": made["id"], "inReplyTo": message_id}
    assert client.post("/api/emails/send", json=new, headers=bob).status_code == 202
    assert b"About #1 Lamp" in queued()[0][1]


def test_what_does_not_go_together_is_refused(
    client: TestClient, people: People, alice: dict[str, str], bob: dict[str, str], made: dict[str, object]
) -> None:
    new = {"from": open_address(people), "to": ["ann@customer.example"], "templateId": made["id"], "subject": "x"}
    for change in ({"text": "x"}, {"html": "x"}):
        answer = client.post("/api/emails/send", json=new | change, headers=bob)
        assert answer.status_code == 400 and "templateId" in answer.json()["error"]["message"]
    assert client.post("/api/emails/send", json=new, headers=alice).status_code == 404, "bob's private one"
    assert client.post("/api/emails/send", json=new | {"templateId": "tmpl_x"}, headers=bob).status_code == 404
