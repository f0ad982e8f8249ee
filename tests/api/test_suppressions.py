"""Suppressed addresses by the API."""

from starlette.testclient import TestClient


def test_addresses_are_put_on_the_list_found_and_taken_off(
    client: TestClient, alice: dict[str, str], charlie: dict[str, str]
) -> None:
    sent = {"addresses": ["Ann@There.Example", "bob@there.example"], "detail": "by phone"}
    made = client.post("/api/suppressions", json=sent, headers=alice)
    assert made.status_code == 201, made.text
    first, second = made.json()["suppressions"]
    assert (first["address"], first["reason"], first["expiresAt"]) == ("ann@there.example", "manual", None)
    path = f"/api/suppressions/{first['id']}"
    assert client.get(path, headers=alice).json() == first
    assert client.get(path, headers=charlie).status_code == 404
    page = client.get("/api/suppressions", params={"limit": 1}, headers=alice).json()
    assert [each["id"] for each in page["suppressions"]] == [second["id"]]
    rest = client.get("/api/suppressions", params={"limit": 1, "cursor": page["cursor"]}, headers=alice).json()
    assert [each["id"] for each in rest["suppressions"]] == [first["id"]] and rest["cursor"] is None
    found = client.get("/api/suppressions", params={"q": "ann", "reason": "manual"}, headers=alice).json()
    assert [each["id"] for each in found["suppressions"]] == [first["id"]]
    assert client.delete(path, headers=alice).json() == {"id": first["id"], "deleted": True}
    assert client.get(path, headers=alice).status_code == 404


def test_the_list_goes_out_and_comes_in_as_a_table(client: TestClient, alice: dict[str, str]) -> None:
    file = "email,reason\r\nann@there.example,unsubscribed\r\n=cmd@there.example,spam\r\nnobody,x\r\n"
    done = client.post("/api/suppressions/import", json={"csv": file}, headers=alice)
    assert done.json() == {"added": 2, "known": 0, "wrong": 1}
    saved = client.get("/api/suppressions/export", headers=alice)
    assert saved.headers["content-type"].startswith("text/csv")
    assert saved.text.splitlines()[0] == "address,reason,detail,added,expires"
    assert "'=cmd@there.example,complaint" in saved.text and "ann@there.example,unsubscribe" in saved.text
    again = client.post("/api/suppressions/import", json={"csv": saved.text}, headers=alice)
    assert again.json() == {"added": 0, "known": 2, "wrong": 0}


def test_what_is_wrong_is_said(client: TestClient, alice: dict[str, str]) -> None:
    for path, field, body in (
        ("", "addresses", {"addresses": []}),
        ("", "addresses", {"addresses": ["nobody"]}),
        ("", "reason", {"addresses": ["a@b.example"], "reason": "x"}),
        ("", "expiresAt", {"addresses": ["a@b.example"], "expiresAt": "2020-01-01T00:00:00Z"}),
        ("/import", "csv", {"csv": ""}),
        ("/import", "csv", {"csv": "nobody"}),
        ("/import", "csv", {"csv": "a@b.example\n" * 2_000_000}),
    ):
        answer = client.post(f"/api/suppressions{path}", json=body, headers=alice)
        assert answer.status_code == 400 and answer.json()["error"]["message"].startswith(field), answer.text
