"""Dialect B's domains, at each place they are mounted."""

import pytest
from starlette.testclient import TestClient

from services import settings as configuration
from services.settings import Settings
from tests import dns_server


@pytest.mark.parametrize("base", ["/api", "/v1", "/v1/api"])
def test_new_domain_comes_with_what_to_set(client: TestClient, alice: dict[str, str], base: str) -> None:
    made = client.post(f"{base}/domains", json={"domain": "Müller-Post.example"}, headers=alice)
    assert made.status_code == 201
    body = made.json()
    assert (body["domain"], body["status"]) == ("xn--mller-post-9db.example", "pending_verification")
    assert body["mxRecords"] == [{"priority": 10, "value": "mailroom.test"}]
    assert body["verification"]["name"] == f"_mailroom.{body['domain']}"
    keys = {record["key"] for record in body["records"]}
    assert keys == {"ownership", "mx", "spf", "dkim", "dmarc", "mta_sts", "tls_rpt"}
    assert [record["selector"] for record in body["records"] if record["selector"]] == ["mailroom", "mailroom-ed"]
    assert body["id"].startswith("dom_") and "PRIVATE" not in made.text

    listed = client.get(f"{base}/domains", headers=alice).json()
    assert set(listed["domains"][0]) == {"id", "domain", "status", "verified", "createdAt"}
    assert (listed["page"], listed["limit"], listed["total"]) == (1, 20, 1)
    one = client.get(f"{base}/domains/{body['id']}", headers=alice).json()
    assert one == listed["domains"][0] | {"aliasCount": 0} and one["createdAt"].endswith("Z")


@pytest.mark.parametrize("name", ["", "localhost", "co.uk", "a b.example", "x@example.com", 7, None])
def test_bad_name_is_invalid_domain(client: TestClient, alice: dict[str, str], name: object) -> None:
    answer = client.post("/api/domains", json={"domain": name}, headers=alice)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_domain" and "domain" in answer.json()["error"]["message"]


def test_twice_is_a_conflict(client: TestClient, alice: dict[str, str], charlie: dict[str, str]) -> None:
    client.post("/api/domains", json={"domain": "acme.example"}, headers=alice)
    for caller in (alice, charlie):
        assert client.post("/api/domains", json={"domain": "ACME.example"}, headers=caller).status_code == 409


def test_verify_looks_at_the_dns(client: TestClient, alice: dict[str, str], settings: Settings) -> None:
    with dns_server.serving() as zone:
        configuration.use(settings.model_copy(update={"dns_nameservers": zone.nameservers}))
        made = client.post("/api/domains", json={"domain": "acme.example"}, headers=alice).json()
        first = client.post(f"/api/domains/{made['id']}/verify", headers=alice)
        assert first.status_code == 200 and first.json()["verified"] is False
        zone.set_text(made["verification"]["name"], made["verification"]["value"])
        second = client.post(f"/api/domains/{made['id']}/verify", headers=alice).json()
    assert second["verified"] is True and second["status"] == "active"
    proof = next(record for record in second["records"] if record["key"] == "ownership")
    assert proof["status"] == "ok" and proof["found"] == [made["verification"]["value"]]
    kept = client.get(f"/api/domains/{made['id']}/records", headers=alice).json()
    assert kept["records"] == second["records"] and kept["checkedAt"] == second["checkedAt"]


def test_keys_are_rotated_by_two_selectors(client: TestClient, alice: dict[str, str], settings: Settings) -> None:
    with dns_server.serving() as zone:
        configuration.use(settings.model_copy(update={"dns_nameservers": zone.nameservers}))
        place = (
            f"/api/domains/{client.post('/api/domains', json={'domain': 'acme.example'}, headers=alice).json()['id']}"
        )
        begun = client.post(f"{place}/rotation", headers=alice)
        assert begun.status_code == 201 and begun.json()["rotation"]["stage"] == "publish"
        assert client.post(f"{place}/rotation", headers=alice).status_code == 409
        early = client.post(f"{place}/rotation/switch", headers=alice)
        assert early.status_code == 409 and early.json()["error"]["code"] == "key_not_published"
        coming = [record for record in begun.json()["records"] if record["keyState"] == "pending"]
        assert [record["selector"] for record in coming] == ["mailroom2", "mailroom2-ed"]
        for record in coming:
            zone.set_text(record["name"], record["value"])
        assert client.post(f"{place}/verify", headers=alice).json()["rotation"]["stage"] == "switch"
    switched = client.post(f"{place}/rotation/switch", headers=alice).json()
    assert switched["rotation"]["stage"] == "keep" and switched["rotation"]["selectors"] == ["mailroom"]
    states = {record["selector"]: record["keyState"] for record in switched["records"] if record["selector"]}
    assert states == {"mailroom": "retired", "mailroom2": "active", "mailroom2-ed": "active"}
    assert client.get(f"{place}/records", headers=alice).json() == switched
    assert client.delete(f"{place}/rotation", headers=alice).status_code == 409


def test_suspend_and_remove(client: TestClient, alice: dict[str, str]) -> None:
    domain_id = client.post("/api/domains", json={"domain": "acme.example"}, headers=alice).json()["id"]
    client.post("/api/aliases", json={"domainId": domain_id, "localPart": "a"}, headers=alice)
    off = client.patch(f"/api/domains/{domain_id}", json={"suspended": True}, headers=alice)
    assert off.json()["status"] == "suspended"
    assert client.delete(f"/api/domains/{domain_id}", headers=alice).status_code == 409
    gone = client.delete(f"/api/domains/{domain_id}?force=true", headers=alice)
    assert gone.json() == {"id": domain_id, "deleted": True}
    assert client.get(f"/api/domains/{domain_id}", headers=alice).status_code == 404


def test_pages(client: TestClient, alice: dict[str, str]) -> None:
    for letter in "abc":
        client.post("/api/domains", json={"domain": f"{letter}.example"}, headers=alice)
    page = client.get("/api/domains?page=2&limit=2", headers=alice).json()
    assert [each["domain"] for each in page["domains"]] == ["c.example"] and page["total"] == 3
    for bad in ("page=0", "limit=101", "limit=x"):
        assert client.get(f"/api/domains?{bad}", headers=alice).status_code == 400
