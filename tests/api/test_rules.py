"""Dialect A's rules."""

import pytest
from starlette.testclient import TestClient

from models import Mailbox
from services import clock, database, ids
from services.flows import rules as flow
from tests.api.matrix import RULE
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, post, received

__all__ = ["post"]


def test_a_rule_as_documented(client: TestClient, alice: dict[str, str], people: People) -> None:
    bob = ids.encode("user", people.bob.user_id or 0)
    new = {
        "name": "Invoices",
        "priority": 3,
        "match": "any",
        "conditions": [
            {"field": "subject", "operator": "contains", "value": "invoice"},
            {"field": "header:X-Shop", "operator": "exists", "negate": True},
        ],
        "actions": [
            {"type": "assign", "userId": bob},
            {"type": "tag", "value": "billing"},
            {"type": "priority", "value": "high"},
        ],
        "active": True,
        "stop": True,
    }
    made = client.post("/api/rules", json=new, headers=alice)
    assert made.status_code == 201, made.text
    shown = made.json()
    assert shown["id"].startswith("rule_") and shown["actions"] == new["actions"]
    assert shown["conditions"] == [
        {"field": "subject", "operator": "contains", "value": "invoice"},
        {"field": "header", "name": "X-Shop", "operator": "exists", "negate": True},
    ]
    assert {name: shown[name] for name in ("name", "priority", "match", "active", "stop")} == {
        name: new[name] for name in ("name", "priority", "match", "active", "stop")
    }
    off = client.put(f"/api/rules/{shown['id']}", json={"active": False}, headers=alice)
    assert off.status_code == 200 and off.json() == shown | {"active": False, "updatedAt": off.json()["updatedAt"]}
    first = client.post("/api/rules", json=RULE | {"priority": 1}, headers=alice).json()
    listed = client.get("/api/rules", headers=alice).json()["rules"]
    assert [each["id"] for each in listed] == [first["id"], shown["id"]]
    gone = client.delete(f"/api/rules/{first['id']}", headers=alice)
    assert gone.json() == {"id": first["id"], "deleted": True}


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": " "}),
        ("match", {"match": "most"}),
        ("priority", {"priority": "first"}),
        ("conditions", {"conditions": None}),
        ("conditions.0", {"conditions": ["subject"]}),
        ("conditions.0.field", {"conditions": [{"operator": "is", "value": "x"}]}),
        ("conditions.0.field", {"conditions": [{"field": "moon", "operator": "is", "value": "x"}]}),
        ("conditions.0.operator", {"conditions": [{"field": "size", "operator": "contains", "value": "x"}]}),
        ("conditions.0.value", {"conditions": [{"field": "size", "operator": "greater", "value": "big"}]}),
        ("conditions.0.value", {"conditions": [{"field": "subject", "operator": "is", "value": {"a": 1}}]}),
        ("conditions.0.value", {"conditions": [{"field": "subject", "operator": "in", "value": 7}]}),
        ("conditions.0.negate", {"conditions": [{"field": "to", "operator": "is", "value": "x", "negate": "no"}]}),
        ("actions", {"actions": []}),
        ("actions.0.type", {"actions": [{"value": "x"}]}),
        ("actions.0.type", {"actions": [{"type": "explode"}]}),
        ("actions.0.userId", {"actions": [{"type": "assign"}]}),
        ("actions.0.value", {"actions": [{"type": "priority", "value": "soon"}]}),
        ("actions.0.colour", {"actions": [{"type": "spam", "colour": "red"}]}),
    ],
)
def test_bad_input_names_the_field(
    client: TestClient, alice: dict[str, str], field: str, change: dict[str, object]
) -> None:
    answer = client.post("/api/rules", json=RULE | change, headers=alice)
    assert answer.status_code == 400 and field in answer.json()["error"]["message"], answer.text


def test_what_is_somebody_elses_is_not_there(client: TestClient, alice: dict[str, str], people: People) -> None:
    theirs = ids.encode("user", people.charlie.user_id or 0)
    absent = ids.encode("user", 987_654)
    for user in (theirs, absent, "user_x", "int_0000000000000"):
        answer = client.post("/api/rules", json=RULE | {"actions": [{"type": "assign", "userId": user}]}, headers=alice)
        assert answer.status_code == 404 and "actions.0.userId" in answer.json()["error"]["message"], answer.text
    answer = client.put("/api/rules/order", json={"ids": [ids.encode("rule", 987_654)]}, headers=alice)
    assert answer.status_code == 404


def test_order_copy_and_files(client: TestClient, alice: dict[str, str], charlie: dict[str, str]) -> None:
    one = client.post("/api/rules", json=RULE, headers=alice).json()["id"]
    two = client.post(f"/api/rules/{one}/duplicate", headers=alice).json()
    assert two["name"] == "Invoices (copy)" and two["active"] is False
    turned = client.put("/api/rules/order", json={"ids": [two["id"], one]}, headers=alice)
    assert [each["priority"] for each in turned.json()["rules"]] == [1, 2]
    assert client.put("/api/rules/order", json={"ids": [one]}, headers=alice).status_code == 400
    file = client.get("/api/rules/export", headers=alice).json()
    added = client.post("/api/rules/import", json=file, headers=charlie)
    assert [each["name"] for each in added.json()["rules"]] == ["Invoices (copy)", "Invoices"]
    file["rules"][1]["actions"] = [{"type": "explode"}]
    refused = client.post("/api/rules/import", json=file, headers=charlie)
    assert refused.status_code == 400 and "rules.1.actions.0.type" in refused.text
    assert len(client.get("/api/rules", headers=charlie).json()["rules"]) == 2
    script = client.get("/api/rules/sieve", headers=alice)
    assert script.headers["content-type"].startswith("application/sieve") and 'addflag "billing"' in script.text


@pytest.mark.usefixtures("post")
def test_a_draft_is_tried_on_stored_mail(client: TestClient, alice: dict[str, str], people: People) -> None:
    for number in range(5):
        received(letter(f"Your invoice {number}" if number % 2 else "Hello", "about an order"))
    received(letter("Invoice of others"), "hello@other.test")
    with database.transaction() as session:
        box = Mailbox(organisation_id=people.alice.organisation_id, name="Billing", created_at=clock.now())
        session.add(box)
        session.flush()
        billing = ids.encode("mbx", box.id or 0)
    draft = {
        "name": "Try",
        "match": "all",
        "conditions": [
            {"field": "subject", "operator": "contains", "value": "INVOICE"},
            {"field": "size", "operator": "greater", "value": "10 MB", "negate": True},
        ],
        "actions": [{"type": "move", "mailboxId": billing}, {"type": "priority", "value": "normal"}],
    }
    begun = client.post("/api/rules/backtest", json={"rule": draft, "limit": 4}, headers=alice)
    assert begun.status_code == 202 and begun.json()["status"] == "running" and begun.json()["total"] == 4
    while flow.advance():
        pass
    done = client.get(f"/api/rules/backtest/{begun.json()['id']}?limit=1", headers=alice).json()
    assert (done["status"], done["tried"], done["matched"]) == ("finished", 4, 2)
    found = done["messages"][0]
    assert found["subject"] == "Your invoice 3" and found["changes"] == [
        "move to Billing",
        "set the priority to normal (it is so already)",
    ]
    assert found["conditions"][0] == {"text": "subject contains “INVOICE”", "holds": True, "found": "Your invoice 3"}
    assert found["conditions"][1]["text"] == "size is not greater than 10 MB"
    rest = client.get(f"/api/rules/backtest/{begun.json()['id']}?limit=1&cursor={done['cursor']}", headers=alice)
    assert rest.json()["messages"][0]["subject"] == "Your invoice 1"
    bad = client.post("/api/rules/backtest", json={"rule": draft, "limit": 0}, headers=alice)
    assert bad.status_code == 400 and "limit" in bad.text
    assert client.post("/api/rules/backtest", json={}, headers=alice).status_code == 400


@pytest.mark.usefixtures("post")
def test_any_of_its_conditions_is_enough_in_a_trial(client: TestClient, alice: dict[str, str]) -> None:
    received(letter("Your invoice"))
    any_of = [{"field": "subject", "operator": "contains", "value": each} for each in ("invoice", "lamp")]
    draft = RULE | {"match": "any", "conditions": any_of}
    begun = client.post("/api/rules/backtest", json={"rule": draft}, headers=alice).json()
    while flow.advance():
        pass
    done = client.get(f"/api/rules/backtest/{begun['id']}", headers=alice).json()
    assert [each["holds"] for each in done["messages"][0]["conditions"]] == [True, False]
