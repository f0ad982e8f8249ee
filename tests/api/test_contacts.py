"""Contacts by the API."""

from starlette.testclient import TestClient


def test_contacts_are_kept_found_and_merged(client: TestClient, bob: dict[str, str], charlie: dict[str, str]) -> None:
    sent = {"name": "Cy", "emails": ["cy@example.net"], "fields": {"customer number": "4711"}}
    made = client.post("/api/contacts", json=sent, headers=bob)
    assert made.status_code == 201 and made.json() | sent == made.json()
    path = f"/api/contacts/{made.json()['id']}"
    assert made.json()["id"].startswith("contact_") and client.get(path, headers=bob).json() == made.json()
    assert client.get(path, headers=charlie).status_code == 404
    changed = client.put(path, json={"phone": "+49 30 1"}, headers=bob).json()
    assert (changed["phone"], changed["name"], changed["emails"]) == ("+49 30 1", "Cy", ["cy@example.net"])
    other = client.post("/api/contacts", json={"emails": ["cy@work.example"]}, headers=bob).json()
    taken = client.post("/api/contacts", json={"emails": ["cy@work.example"]}, headers=bob)
    assert taken.status_code == 409
    merged = client.post(f"{path}/merge", json={"contactId": other["id"]}, headers=bob).json()
    assert merged["emails"] == ["cy@example.net", "cy@work.example"]
    listed = client.get("/api/contacts", params={"q": "work"}, headers=bob).json()
    assert [each["id"] for each in listed["contacts"]] == [merged["id"]] and listed["total"] == 1
    assert client.delete(path, headers=bob).json() == {"id": merged["id"], "deleted": True}
    assert client.get("/api/contacts", headers=bob).json()["contacts"] == []
