"""Strangers get no further than the door, sockets belong to one session, other sites change nothing."""

from typing import Any

import pytest
from nicegui import Client

from pages import guard
from services import database, sessions, team
from tests.conftest import People
from tests.pages.conftest import Web, until

EVERY_PAGE = (
    "/start",
    "/domains",
    "/domains/acme.test",
    "/aliases",
    "/mailboxes",
    "/team",
    "/keys",
    "/integrations",
    "/queue",
    "/capture",
    "/capture/1/body",
    "/organisation",
    "/settings",
    "/nothing/of/the/kind",
)


async def test_the_first_visitor_is_led_to_set_up(web: Web) -> None:
    answer = await web.browser().get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/setup")


@pytest.mark.parametrize("path", EVERY_PAGE)
async def test_a_stranger_is_led_to_the_log_in_page_and_back(web: Web, acme: People, path: str) -> None:
    answer = await web.browser().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")
    assert not Client.instances, "strangers cost no page"


async def test_a_forged_cookie_opens_nothing(web: Web, acme: People) -> None:
    answer = await web.browser("forged").get("/domains")
    assert answer.status_code == 303


async def test_a_member_gets_in(web: Web, acme: People) -> None:
    answer = await web.browser(web.token(acme.bob)).get("/domains")
    assert answer.status_code == 200
    assert "Domains" in answer.text


async def test_an_unknown_page_is_said_to_be_none_and_costs_nothing(web: Web, acme: People) -> None:
    answer = await web.browser(web.token(acme.bob)).get("/nothing/of/the/kind")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert not Client.instances


async def test_a_page_s_socket_is_its_session_s_alone(web: Web, acme: People) -> None:
    alice, bob = web.browser(web.token(acme.alice)), web.browser(web.token(acme.bob))
    await alice.get("/domains")
    [client_id] = Client.instances
    socket = f"/_nicegui_ws/socket.io/?EIO=4&transport=polling&client_id={client_id}"
    upload = f"/_nicegui/client/{client_id}/upload/1"
    for visitor, allowed in ((web.browser(), False), (bob, False), (alice, True)):
        assert ((await visitor.get(socket)).status_code != 403) is allowed
        assert ((await visitor.post(upload)).status_code != 403) is allowed


async def test_the_same_member_s_other_session_has_no_part_in_it(web: Web, acme: People) -> None:
    await web.browser(web.token(acme.alice)).get("/domains")
    [client_id] = Client.instances
    other = web.browser(web.token(acme.alice))
    answer = await other.get(f"/_nicegui_ws/socket.io/?EIO=4&transport=polling&client_id={client_id}")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_another_site_cannot_post_for_a_member(web: Web, acme: People, headers: dict[str, str]) -> None:
    token = web.token(acme.alice)
    answer = await web.browser(token).post("/logout", headers=headers)
    assert answer.status_code == 403
    with database.reading() as session:
        assert sessions.find(session, token), "still signed in"


async def test_another_site_cannot_open_a_socket(web: Web, acme: People) -> None:
    headers = {b"host": b"mailroom.test", b"cookie": f"sid={web.token(acme.alice)}".encode()}
    own, foreign = b"http://mailroom.test", b"https://evil.test"
    assert await _close_code(web, headers | {b"origin": foreign}) == 4403
    assert await _close_code(web, headers | {b"origin": own}) != 4403


async def _close_code(web: Web, headers: dict[bytes, bytes]) -> int | None:
    """What a WebSocket handshake is closed with before it is accepted; None when it was accepted."""
    answers: list[dict[str, Any]] = []
    scope = {
        "type": "websocket",
        "path": "/_nicegui_ws/socket.io/",
        "raw_path": b"/_nicegui_ws/socket.io/",
        "query_string": b"EIO=3&transport=nonsense",
        "headers": list(headers.items()),
        "subprotocols": [],
        "state": {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    await web.app(scope, receive, send)  # type: ignore[arg-type]
    return next((answer.get("code") for answer in answers if answer["type"] == "websocket.close"), None)


async def test_signing_out_ends_the_open_tabs(web: Web, acme: People) -> None:
    screen = web.screen(acme.bob)
    await screen.open("/domains")
    await screen.http_client.get("/logout")
    await until(lambda: not Client.instances)
    assert (await screen.http_client.get("/domains")).status_code == 303


async def test_a_changed_role_and_a_removal_end_the_tabs_drawn_before(web: Web, acme: People) -> None:
    screen = web.screen(acme.bob)
    await screen.open("/keys")
    assert acme.bob.user_id is not None
    await database.call(team.change_role, acme.bob.user_id, "manager", actor=acme.alice)
    await until(lambda: not Client.instances)
    await screen.open("/keys")
    await database.call(team.remove, acme.bob.user_id, actor=acme.alice)
    await until(lambda: not Client.instances)
    assert (await screen.http_client.get("/keys")).status_code == 303


async def test_every_page_carries_a_policy_with_its_own_nonce(web: Web, acme: People) -> None:
    browser = web.browser(web.token(acme.alice))
    policies = [(await browser.get("/domains")).headers["content-security-policy"] for _ in range(2)]
    assert policies[0] != policies[1]
    assert "frame-ancestors 'none'" in policies[0] and "script-src 'self' 'unsafe-eval' 'nonce-" in policies[0]
    assert "'unsafe-inline'" not in policies[0].split("script-src")[1].split(";")[0]
    answer = await browser.get("/login")
    assert answer.status_code == 303
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_assets_are_kept_for_a_year_and_nothing_else_is_served(web: Web) -> None:
    page = (await web.browser().get("/setup")).text
    address = next(part for part in page.split('"') if part.endswith("app.css"))
    answer = await web.browser().get(address)
    assert "immutable" in answer.headers["cache-control"]
    folder = address.removesuffix("app.css")
    for name in ("demo/letters.py", "../main.py", "%2e%2e/main.py", "fonts/../../main.py", "fonts/none.woff2"):
        assert (await web.browser().get(folder + name)).status_code in (303, 404)


@pytest.mark.parametrize(
    ("cookie", "token"), [("sid=abc", "abc"), ("a=b; sid=x", "x"), ("", ""), ("sid", ""), ("\x00;=,=;sid=y", "y")]
)
def test_cookies_of_any_shape_are_read(cookie: str, token: str) -> None:
    assert guard.token_in({"cookie": cookie}) in (token, "")
