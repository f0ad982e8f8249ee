"""Dialect C as a mail server's administrator meets it: exact messages, limits that name themselves, bare arrays."""

from typing import Any

import pytest
from sqlmodel import delete, select
from starlette.testclient import TestClient

from api.mail_server.shapes import COUNTED
from models import Alias, AliasMember, AliasStatus, Mailbox
from services import database

DOMAIN = {
    "domain": "acme.example",
    "active": 1,
    "aliases": 3,
    "mailboxes": 2,
    "maxquota": 100,
    "quota": 150,
    "defquota": 50,
    "description": "The shop",
}
MAILBOX = {
    "domain": "acme.example",
    "local_part": "ida",
    "name": "Ida",
    "password": "correct horse battery",
    "quota": "100",
    "active": "1",
}


@pytest.fixture
def post(client: TestClient, alice: dict[str, str]) -> Any:
    def send(path: str, **body: object) -> tuple[int, dict[str, Any]]:
        answer = client.post(f"/api/v1/{path}", json=body, headers=alice)
        return answer.status_code, answer.json()

    return send


@pytest.fixture
def acme(post: Any) -> None:
    assert post("domains", **DOMAIN) == (200, {"type": "success", "msg": "Domain has been added to system"})


def test_a_domain_by_its_name(client: TestClient, alice: dict[str, str], acme: None) -> None:
    (shown,) = client.get("/api/v1/domains", headers=alice).json()
    assert {name: shown[name] for name in DOMAIN} == DOMAIN
    assert (shown["backupmx"], shown["aliases_used"], shown["mailboxes_used"], shown["quota_used"]) == (False, 0, 0, 0)
    assert isinstance(shown["id"], int) and shown["created"].endswith("Z") and shown["modified"] is None
    changed = client.put("/api/v1/domains/ACME.example", json={"quota": 200, "active": False}, headers=alice)
    assert (changed.status_code, changed.json()["type"]) == (200, "success")
    shown = client.get("/api/v1/domains/acme.example", headers=alice).json()
    assert (shown["quota"], shown["active"], shown["maxquota"]) == (200, False, 100) and shown["modified"]
    assert client.delete("/api/v1/domains/acme.example", headers=alice).json()["type"] == "success"
    assert client.get("/api/v1/domains", headers=alice).json() == []


def test_a_mailbox_that_goes_may_name_its_heir(
    client: TestClient, alice: dict[str, str], post: Any, acme: None
) -> None:
    for name in ("ida", "bo"):
        post("mailboxes", **MAILBOX | {"local_part": name, "name": name, "quota": 50})
    alias = {"address": "help@acme.example", "goto": "ida@acme.example", "active": 1}
    assert post("aliases", **alias)[0] == 200
    gone = "/api/v1/mailboxes/ida@acme.example?heir="
    assert client.delete(gone + "nobody@acme.example", headers=alice).status_code == 404
    assert client.delete(gone + "ida@acme.example", headers=alice).status_code == 404
    assert client.delete(gone + "bo@acme.example", headers=alice).status_code == 200
    (left,) = client.get("/api/v1/aliases", headers=alice).json()
    assert left["goto"] == "bo@acme.example"


def test_a_mailbox_by_its_address(client: TestClient, alice: dict[str, str], post: Any, acme: None) -> None:
    assert post("mailboxes", **MAILBOX) == (200, {"type": "success", "msg": "Mailbox has been added"})
    (shown,) = client.get("/api/v1/mailboxes", headers=alice).json()
    assert shown == client.get("/api/v1/mailboxes/ida@acme.example", headers=alice).json()
    assert (shown["username"], shown["quota"], shown["active"]) == ("ida@acme.example", 100, True)
    assert (shown["messages"], shown["quota_used"], shown["force_pw_update"]) == (0, 0, False)
    assert "password" not in str(shown) and "argon2" not in str(shown)
    flags = {"tls_enforce_in": 1, "tls_enforce_out": 1, "force_pw_update": 1, "active": 0, "name": "Ida E."}
    assert client.put("/api/v1/mailboxes/ida@acme.example", json=flags, headers=alice).status_code == 200
    shown = client.get("/api/v1/mailboxes/ida@acme.example", headers=alice).json()
    assert {name: shown[name] for name in flags} == flags
    assert client.put("/api/v1/mailboxes/ida@acme.example", json={"password": "another one"}, headers=alice).json() == {
        "type": "error",
        "msg": "password: This is given on creation only.",
    }
    assert client.delete("/api/v1/mailboxes/ida@acme.example", headers=alice).status_code == 200
    assert client.get("/api/v1/mailboxes/ida@acme.example", headers=alice).status_code == 404


def test_twice_is_a_conflict(post: Any, acme: None) -> None:
    post("mailboxes", **MAILBOX)
    for path, body in (
        ("domains", DOMAIN),
        ("mailboxes", MAILBOX),
        ("aliases", {"address": "ida@acme.example", "goto": "x@example.net", "active": 1}),
    ):
        status, answer = post(path, **body)
        assert status == 409 and answer["type"] == "error"
        assert answer["msg"].startswith("Resource already exists: "), answer


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("domains", {"domain": "b.example", "maxquota": 200}, 400, "maxquota"),
        ("domains", {"domain": "b.example", "defquota": 120}, 400, "defquota"),
        ("domains", {"domain": "b.example", "aliases": -1}, 400, "aliases"),
        ("domains", {"domain": "no domain"}, 400, "domain"),
        ("mailboxes", {"quota": 101}, 400, "maxquota"),
        ("mailboxes", {"quota": 0}, 400, "maxquota"),
        ("mailboxes", {"quota": "much"}, 400, "quota"),
        ("mailboxes", {"password": "short"}, 400, "password"),
        ("mailboxes", {"local_part": "no spaces"}, 400, "local_part"),
        ("mailboxes", {"domain": "elsewhere.example"}, 404, "domain"),
    ],
)
def test_each_refusal_names_what_is_wrong(
    post: Any, acme: None, path: str, body: dict[str, Any], status: int, named: str
) -> None:
    answered, answer = post(path, **({"domains": DOMAIN, "mailboxes": MAILBOX}[path] | body))
    assert (answered, answer["type"]) == (status, "error") and named in answer["msg"]


def test_what_is_given_on_creation_only(client: TestClient, alice: dict[str, str], post: Any, acme: None) -> None:
    post("mailboxes", **MAILBOX)
    for path, fixed in (
        ("domains/acme.example", {"domain": "acme.example"}),
        ("mailboxes/ida@acme.example", {"domain": "acme.example", "local_part": "ida"}),
    ):
        for name, value in fixed.items():
            same = client.put(f"/api/v1/{path}", json={name: value.upper()}, headers=alice)
            other = client.put(f"/api/v1/{path}", json={name: "x." + value}, headers=alice)
            assert (same.status_code, other.status_code) == (200, 400), (path, name)
            assert other.json()["msg"].startswith(f"{name}: ")


@pytest.mark.parametrize("address", ["nonsense", "a b@acme.example", "x@nowhere", "a+b@acme.example"])
def test_an_alias_that_cannot_be_is_named_as_its_address(post: Any, acme: None, address: str) -> None:
    status, answer = post("aliases", address=address, goto="x@example.net", active=1)
    assert (status, answer["type"]) == (400, "error") and answer["msg"].startswith("address: "), answer


@pytest.mark.parametrize("name", ["user1", "password1", "host1", "port1", "enc1", "mins_interval", "maxage", "exclude"])
def test_a_sync_job_that_cannot_be_names_the_field(post: Any, acme: None, name: str) -> None:
    post("mailboxes", **MAILBOX)
    job = {"username": "ida@acme.example", "host1": "imap.example.net", "port1": 993, "user1": "ida", "password1": "x"}
    wrong: Any = {"port1": 70_000, "mins_interval": -1, "maxage": -1, "exclude": "("}.get(name, "")
    status, answer = post("syncjobs", **job | {"enc1": "SSL", name: wrong})
    assert (status, answer["type"]) == (400, "error") and answer["msg"].startswith(f"{name}: "), answer


@pytest.mark.parametrize(("path", "name"), [("domains", "quota"), ("mailboxes", "password"), ("mailboxes", "active")])
def test_what_is_required_is_named(post: Any, acme: None, path: str, name: str) -> None:
    body = {"domains": DOMAIN, "mailboxes": MAILBOX}[path]
    status, answer = post(path, **{key: value for key, value in body.items() if key != name})
    assert (status, answer["type"]) == (400, "error") and answer["msg"].startswith(f"{name}:")


def test_maxima_and_the_sum_of_quotas(post: Any, acme: None) -> None:
    post("mailboxes", **MAILBOX)
    status, answer = post("mailboxes", **MAILBOX | {"local_part": "bo", "quota": 51})
    assert status == 400 and "150 MB together (quota)" in answer["msg"]
    assert post("mailboxes", **MAILBOX | {"local_part": "bo", "quota": 50})[0] == 200
    status, answer = post("mailboxes", **MAILBOX | {"local_part": "cy", "quota": 1})
    assert status == 409 and "mailboxes" in answer["msg"]
    for number in range(3):
        assert post("aliases", address=f"a{number}@acme.example", goto="ida@acme.example", active=1)[0] == 200
    status, answer = post("aliases", address="a3@acme.example", goto="ida@acme.example", active=1)
    assert status == 409 and "aliases" in answer["msg"]


def test_no_limit_goes_below_what_is_there(client: TestClient, alice: dict[str, str], post: Any, acme: None) -> None:
    post("mailboxes", **MAILBOX)
    for name in ("mailboxes", "maxquota", "quota"):
        low = {"defquota": 1, "maxquota": 100, name: 0 if name == "mailboxes" else 99}
        low = low if name != "quota" else {"defquota": 1, "maxquota": 99, "quota": 99}
        answer = client.put("/api/v1/domains/acme.example", json=low, headers=alice)
        assert answer.status_code == 409 and answer.json()["msg"].startswith(("mailboxes", "maxquota"))


def test_a_domain_that_holds_anything_goes_by_force(
    client: TestClient, alice: dict[str, str], post: Any, acme: None
) -> None:
    post("mailboxes", **MAILBOX)
    post("aliases", address="@acme.example", goto="ida@acme.example", active=1)
    refused = client.delete("/api/v1/domains/acme.example", headers=alice)
    assert refused.status_code == 409 and "1 alias and 1 mailbox" in refused.json()["msg"]
    assert client.delete("/api/v1/domains/acme.example?force=1", headers=alice).status_code == 200
    for path in ("domains", "mailboxes", "aliases"):
        assert client.get(f"/api/v1/{path}", headers=alice).json() == []


def test_an_alias_leads_to_ours_and_outside(client: TestClient, alice: dict[str, str], post: Any, acme: None) -> None:
    post("mailboxes", **MAILBOX)
    goto = "ida@acme.example,bob@people.test,partner@example.net"
    status, answer = post("aliases", address="sales@acme.example", goto=goto, active=1, public_comment="The shop")
    assert status == 200 and answer["msg"] == "Alias has been added"
    (shown,) = client.get("/api/v1/aliases", headers=alice).json()
    assert (shown["id"], shown["address"], shown["goto"]) == (answer["id"], "sales@acme.example", goto)
    assert (shown["active"], shown["public_comment"], shown["private_comment"]) == (True, "The shop", "")
    path = f"/api/v1/aliases/{answer['id']}"
    assert client.put(path, json={"goto": "bob@people.test", "active": 0}, headers=alice).status_code == 200
    shown = client.get(path, headers=alice).json()
    assert (shown["goto"], shown["active"]) == ("bob@people.test", False)
    assert client.put(path, json={"goto": " , "}, headers=alice).json()["msg"].startswith("goto:")
    assert client.delete(path, headers=alice).json()["type"] == "success"
    assert post("aliases", address="@acme.example", goto="x@example.net", active=1)[0] == 200
    (shown,) = client.get("/api/v1/aliases", headers=alice).json()
    assert (shown["address"], shown["goto"], shown["is_catch_all"]) == ("@acme.example", "x@example.net", True)


@pytest.mark.parametrize("goto", ["", "bob@people.test"])
def test_an_alias_sent_back_as_it_was_shown_keeps_its_queue(
    client: TestClient, alice: dict[str, str], post: Any, acme: None, goto: str
) -> None:
    """A shared inbox has no address, so `goto` cannot name it."""
    status, made = post("aliases", address="help@acme.example", goto="bob@people.test", active=1)
    assert status == 200
    with database.transaction() as session:
        alias, queue = session.get_one(Alias, made["id"]), session.exec(select(Mailbox.id)).first()
        assert queue is not None
        alias.mailbox_id = queue
        if not goto:
            session.exec(delete(AliasMember))
    path = f"/api/v1/aliases/{made['id']}"
    shown = client.get(path, headers=alice).json()
    assert shown["goto"] == goto
    assert client.put(path, json=shown | {"active": False}, headers=alice).status_code == 200
    with database.reading() as session:
        alias = session.get_one(Alias, made["id"])
        assert (alias.mailbox_id, alias.status) == (queue, AliasStatus.DISABLED)


def test_pages_of_a_bare_array(client: TestClient, alice: dict[str, str], post: Any) -> None:
    for number in range(3):
        post("domains", **DOMAIN | {"domain": f"d{number}.example"})
    answer = client.get("/api/v1/domains?page=2&limit=2", headers=alice)
    assert [each["domain"] for each in answer.json()] == ["d2.example"] and answer.headers[COUNTED] == "3"
    assert len(client.get("/api/v1/domains", headers=alice).json()) == 3


def test_every_error_has_this_dialects_shape(client: TestClient, alice: dict[str, str]) -> None:
    for method, path, options, status in [
        ("get", "/api/v1/domains", {}, 401),
        ("get", "/api/v1/nothing", {"headers": alice}, 404),
        ("patch", "/api/v1/domains", {"headers": alice}, 405),
        ("post", "/api/v1/domains", {"headers": alice, "content": b"{"}, 415),
        ("post", "/api/v1/domains", {"headers": alice | {"Content-Type": "application/json"}, "content": b"{"}, 400),
        ("get", "/api/v1/aliases/seven", {"headers": alice}, 400),
        ("get", "/api/v1/domains/nonsense", {"headers": alice}, 404),
        ("get", f"/api/v1/aliases/{10**30}", {"headers": alice}, 404),
        ("delete", f"/api/v1/syncjobs/{1 << 63}", {"headers": alice}, 404),
        ("get", "/api/v1/mailboxes/a%0Ab", {"headers": alice}, 404),
        ("get", "/api/v1/mailboxes/nobody@nowhere.example", {"headers": alice}, 404),
    ]:
        answer = client.request(method, path, **options)  # type: ignore[arg-type]
        assert answer.status_code == status, answer.text
        assert set(answer.json()) == {"type", "msg"} and answer.json()["type"] == "error" and answer.json()["msg"]


def test_another_organisations_domain_is_nobodys(
    client: TestClient, charlie: dict[str, str], post: Any, acme: None
) -> None:
    post("mailboxes", **MAILBOX)
    for path in ("domains/acme.example", "mailboxes/ida@acme.example"):
        assert client.get(f"/api/v1/{path}", headers=charlie).status_code == 404
        assert client.delete(f"/api/v1/{path}", headers=charlie).status_code == 404
    answer = client.post("/api/v1/mailboxes", json=MAILBOX | {"local_part": "x"}, headers=charlie)
    assert answer.status_code == 404


def test_a_sync_job_never_gives_its_password_back(
    client: TestClient, alice: dict[str, str], post: Any, acme: None
) -> None:
    post("mailboxes", **MAILBOX)
    job = {"username": "ida@acme.example", "host1": "imap.example.net", "port1": "993", "user1": "ida.r", "enc1": "SSL"}
    status, answer = post("syncjobs", **job, password1="a very secret word", exclude="(?i)spam")
    assert (status, answer["type"]) == (200, "success")
    shown = client.get("/api/v1/syncjobs", headers=alice)
    assert "secret" not in shown.text and "password" not in shown.text
    (row,) = shown.json()
    assert {name: row[name] for name in job} == job | {"port1": 993}
    assert (row["mins_interval"], row["maxage"], row["exclude"], row["active"]) == (20, 0, "(?i)spam", True)
    path = f"/api/v1/syncjobs/{answer['id']}"
    assert client.put(path, json={"mins_interval": 60, "active": 0}, headers=alice).status_code == 200
    (row,) = client.get("/api/v1/syncjobs", headers=alice).json()
    assert (row["mins_interval"], row["active"], row["user1"]) == (60, False, "ida.r")
    refused = client.put(path, json={"host1": "127.0.0.1"}, headers=alice)
    assert refused.status_code == 400 and refused.json()["msg"].startswith("host1:")
    for elsewhere in ({"host1": "imap.example.org"}, {"port1": 1993}, {"enc1": "PLAIN"}):
        refused = client.put(path, json=elsewhere, headers=alice)
        assert refused.status_code == 400 and refused.json()["msg"].startswith("password1: It would ")
        assert client.get("/api/v1/syncjobs", headers=alice).json() == [row]
        back = {name: job[name] for name in elsewhere}
        for place in (elsewhere, back):
            assert client.put(path, json=place | {"password1": "secret"}, headers=alice).status_code == 200
        (row,) = client.get("/api/v1/syncjobs", headers=alice).json()
    twin = post("syncjobs", **job, password1="another")
    assert twin[0] == 409 and twin[1]["msg"].startswith("user1:")
    post("mailboxes", **MAILBOX | {"local_part": "bo", "quota": "50"})
    moved = {"username": "bo@acme.example", "subfolder2": "/Old/", "maxage": 30}
    assert client.put(path, json=moved, headers=alice).status_code == 200
    (row,) = client.get("/api/v1/syncjobs", headers=alice).json()
    assert {name: row[name] for name in moved} == moved | {"subfolder2": "Old"}
    assert (row["user1"], row["running"], row["done"], row["total"]) == ("ida.r", False, 0, None)
    for wrong in ("nobody@acme.example", "", "no address"):
        assert client.put(path, json={"username": wrong}, headers=alice).status_code == 404
    for field, value in {"subfolder2": "x" * 65, "maxage": -1, "mins_interval": 0, "user1": "", "enc1": "NONE"}.items():
        refused = client.put(path, json={field: value}, headers=alice)
        assert refused.status_code == 400 and refused.json()["msg"].startswith(f"{field}:"), refused.text
    assert client.delete(path, headers=alice).json()["type"] == "success"
    assert client.get("/api/v1/syncjobs", headers=alice).json() == []
