"""Dialect A's mail: listed, read, sent."""

import base64

import pytest
from starlette.testclient import TestClient

from services import ids
from tests.api.mail import arrive, open_address, queued
from tests.conftest import People

LINE = {
    "id",
    "threadId",
    "ticketId",
    "folder",
    "direction",
    "from",
    "fromName",
    "to",
    "subject",
    "snippet",
    "receivedAt",
    "unread",
    "starred",
    "hasAttachments",
    "labels",
}


@pytest.fixture
def address(people: People) -> str:
    return open_address(people)


def test_list_and_one(client: TestClient, alice: dict[str, str], address: str) -> None:
    message_id = arrive(address)
    listed = client.get("/api/emails", headers=alice).json()
    assert (listed["page"], listed["limit"], listed["total"]) == (1, 20, 1)
    line = listed["emails"][0]
    assert set(line) == LINE
    assert (line["folder"], line["direction"], line["from"], line["unread"]) == (
        "inbox",
        "in",
        "ann@customer.example",
        True,
    )
    assert line["to"] == [address] and line["threadId"].startswith("thr_")
    whole = client.get(f"/api/emails/{line['id']}", headers=alice).json()
    assert {name: whole[name] for name in LINE} == line
    assert "flickers" in whole["text"] and "flickers" in whole["html"] and whole["trace"]
    assert {"name": "Message-ID", "value": message_id} in whole["headers"]
    assert set(whole["authentication"]) == {"spf", "dkim", "dmarc"} and whole["attachments"] == []


def test_filters(client: TestClient, alice: dict[str, str], address: str) -> None:
    arrive(address)
    arrive(address, subject="Chair", text="It wobbles.", author="Ben <ben@customer.example>")

    def subjects(query: str) -> list[str]:
        answer = client.get(f"/api/emails?{query}", headers=alice)
        assert answer.status_code == 200, answer.text
        return [each["subject"] for each in answer.json()["emails"]]

    assert subjects("") == ["Chair", "Lamp"]
    assert subjects("q=wobbles") == subjects("from=BEN@") == ["Chair"]
    assert subjects("folder=inbox&status=open&to=support@") == ["Chair", "Lamp"]
    for nothing in ("folder=sent", "folder=spam", "status=closed", "q=sofa", "until=2001-01-01T00:00:00Z", "to=sales@"):
        assert subjects(nothing) == []
    assert subjects("limit=1&page=2") == ["Lamp"]
    for bad in ("folder=attic", "status=odd", "since=then", "limit=0"):
        assert client.get(f"/api/emails?{bad}", headers=alice).status_code == 400


def test_send(client: TestClient, people: People, bob: dict[str, str], address: str) -> None:
    file = {"filename": "lamp.txt", "content": base64.b64encode(b"hello").decode(), "contentType": "text/plain"}
    new = {
        "from": address,
        "to": ["Ann <ann@customer.example>"],
        "bcc": ["ben@customer.example"],
        "subject": "Your lamp",
        "text": "On its way.",
        "attachments": [file],
    }
    sent = client.post("/api/emails/send", json=new, headers=bob)
    assert sent.status_code == 202 and set(sent.json()) == {"id", "messageId", "status"}
    assert sorted(recipient for recipient, _ in queued()) == ["ann@customer.example", "ben@customer.example"]
    content = queued()[0][1]
    assert sent.json()["messageId"].encode() in content and b"ben@customer" not in content
    kept = client.get(f"/api/emails/{sent.json()['id']}", headers=bob).json()
    assert kept["folder"] == "sent" and [each["filename"] for each in kept["attachments"]] == ["lamp.txt"]


def test_answer_by_id_or_message_id(client: TestClient, bob: dict[str, str], address: str) -> None:
    message_id = arrive(address)
    email_id = client.get("/api/emails", headers=bob).json()["emails"][0]["id"]
    for parent in (email_id, message_id):
        new = {"from": address, "to": ["ann@customer.example"], "subject": "Re: Lamp", "text": "x", "inReplyTo": parent}
        assert client.post("/api/emails/send", json=new, headers=bob).status_code == 202
    assert all(f"In-Reply-To: {message_id}".encode() in content for _, content in queued())
    assert client.get("/api/emails/tickets", headers=bob).json()["total"] == 1


def test_scheduled(client: TestClient, bob: dict[str, str], address: str) -> None:
    new = {"from": address, "to": ["ann@customer.example"], "subject": "x", "text": "x"}
    later = client.post("/api/emails/send", json=new | {"scheduledAt": "2999-01-01T00:00:00Z"}, headers=bob)
    assert later.status_code == 202 and later.json()["status"] == "scheduled"


def test_a_null_leaves_out_what_may_be_left_out(client: TestClient, bob: dict[str, str], address: str) -> None:
    optional = ("cc", "bcc", "html", "attachments", "inReplyTo", "scheduledAt", "templateId", "accountId", "aliasId")
    new = {"from": address, "to": ["ann@customer.example"], "subject": "x", "text": "x"}
    answer = client.post("/api/emails/send", json=new | dict.fromkeys(optional), headers=bob)
    assert (answer.status_code, answer.json().get("status")) == (202, "queued"), answer.text


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("from", {"from": "ceo@elsewhere.example"}),
        ("from", {"from": "hello@other.example"}),
        ("from", {"from": ""}),
        ("to", {"to": []}),
        ("to", {"to": ["nobody"]}),
        ("to", {"to": "ann@customer.example"}),
        ("cc", {"cc": ["a@b@c"]}),
        ("subject", {"subject": None}),
        ("text", {"text": ""}),
        ("content", {"attachments": [{"filename": "a", "content": "no base64!"}]}),
        ("filename", {"attachments": [{"filename": "", "content": ""}]}),
        ("contentType", {"attachments": [{"filename": "a", "content": "", "contentType": "x\r\nBcc: e@x.example"}]}),
        ("scheduledAt", {"scheduledAt": "soon"}),
        ("scheduledAt", {"scheduledAt": "9999-12-31T23:59:59-12:00"}),
        ("subject", {"subject": "x" * 999}),
        ("subject", {"subject": "a\x00b"}),
        ("text", {"text": "a\x00b"}),
        ("to", {"to": ["\x00 <a@customer.example>"]}),
        ("filename", {"attachments": [{"filename": "a\x00", "content": ""}]}),
        ("templateId", {"templateId": "tpl_1"}),
        ("variables", {"variables": {"name": "Ann"}}),
        ("accountId", {"accountId": "acc_1"}),
    ],
)
def test_bad_input_names_the_field(
    client: TestClient, bob: dict[str, str], address: str, field: str, change: dict[str, object]
) -> None:
    new = {"from": address, "to": ["ann@customer.example"], "subject": "x", "text": "x"} | change
    answer = client.post("/api/emails/send", json=new, headers=bob)
    assert answer.status_code == 400 and field in answer.json()["error"]["message"], answer.text
    assert queued() == []


def test_no_field_smuggles_a_header(client: TestClient, bob: dict[str, str], address: str) -> None:
    for change in ({"subject": "x\r\nBcc: eve@x.example"}, {"inReplyTo": "<a@b>\r\nBcc: eve@x.example"}):
        new = {"from": address, "to": ["ann@customer.example"], "subject": "x", "text": "x"} | change
        client.post("/api/emails/send", json=new, headers=bob)
    assert all(b"\nBcc:" not in content for _, content in queued())
    assert {recipient for recipient, _ in queued()} <= {"ann@customer.example"}


def test_foreign_mail_is_absent(client: TestClient, bob: dict[str, str], charlie: dict[str, str], address: str) -> None:
    arrive(address)
    email_id = client.get("/api/emails", headers=bob).json()["emails"][0]["id"]
    foreign = client.get(f"/api/emails/{email_id}", headers=charlie)
    absent = client.get(f"/api/emails/{ids.encode('email', 999)}", headers=charlie)
    assert foreign.status_code == absent.status_code == 404 and foreign.json() == absent.json()
    assert client.get("/api/emails", headers=charlie).json()["total"] == 0


def test_what_is_sent_is_one_line_and_to_each_once(client: TestClient, alice: dict[str, str], address: str) -> None:
    body = {
        "from": address,
        "to": ["ann@customer.example", "Ann <Ann@customer.example>"],
        "subject": "Lamp\r\nBcc: eve@elsewhere.example",
        "text": "Here.",
        "attachments": [{"filename": "../../etc/lamp\n.txt", "content": "aGk="}],
    }
    sent = client.post("/api/emails/send", json=body, headers=alice)
    assert sent.status_code == 202, sent.text
    whole = client.get(f"/api/emails/{sent.json()['id']}", headers=alice).json()
    assert (whole["to"], whole["subject"]) == (["ann@customer.example"], "Lamp Bcc: eve@elsewhere.example")
    assert [each["filename"] for each in whole["attachments"]] == [".._.._etc_lamp_.txt"]
    assert [recipient for recipient, _ in queued()] == ["ann@customer.example"]
    injected = client.post("/api/emails/send", json=body | {"to": ["a@b.example\r\nBcc: c@d.example"]}, headers=alice)
    assert (injected.status_code, injected.json()["error"]["code"]) == (400, "invalid_address")


def test_two_different_senders_are_refused(client: TestClient, alice: dict[str, str], address: str) -> None:
    aliases = client.get("/api/aliases", headers=alice).json()["aliases"]
    own = next(each["id"] for each in aliases if each["email"] == address)
    other = client.post("/api/aliases", json={"email": "other@" + address.split("@")[1]}, headers=alice).json()["id"]
    body = {"from": address, "to": ["ann@customer.example"], "subject": "Lamp", "text": "Here."}
    answers = [client.post("/api/emails/send", json=body | {"aliasId": each}, headers=alice) for each in (own, other)]
    assert [answer.status_code for answer in answers] == [202, 400]
    assert answers[1].json()["error"]["code"] == "ambiguous_sender"
