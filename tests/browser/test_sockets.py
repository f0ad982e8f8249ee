"""Attacks on the real sockets of the real program: other people's pages, other sites, and clicks after signing out."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from models import Role
from tests.browser.conftest import Workspace

pytestmark = pytest.mark.process


@dataclass
class Tab:
    """A page as the attacker sees its source: the client's id, and the switch that turns an alias off."""

    url: str
    token: str
    client_id: str
    element_id: int
    listener_id: str

    @contextmanager
    def socket(self, token: str | None = None, origin: str | None = None) -> Iterator[ClientConnection]:
        query = f"client_id={self.client_id}&next_message_id=0&implicit_handshake=true&document_id={uuid4()}"
        query += f"&tab_id={uuid4()}&old_tab_id=&EIO=4&transport=websocket"
        address = self.url.replace("http", "ws", 1) + "/_nicegui_ws/socket.io/?" + query
        headers = {"Cookie": f"sid={self.token if token is None else token}"}
        with connect(address, additional_headers=headers, origin=origin, open_timeout=60) as socket:  # type: ignore[arg-type]
            socket.recv(timeout=60)
            socket.send("40")
            socket.recv(timeout=60)
            yield socket

    def flip(self, *, on: bool) -> str:
        event = {"id": self.element_id, "client_id": self.client_id, "listener_id": self.listener_id}
        return "42" + json.dumps(["event", {**event, "args": [json.dumps(on)]}])


@pytest.fixture(scope="module", autouse=True)
def alias(workspace: Workspace) -> None:
    """An alias of Acme, made by the API with the owner's cookie."""
    with httpx.Client(base_url=workspace.url, cookies={"sid": workspace.token}, timeout=60) as owner:
        made = owner.post("/api/domains", json={"domain": "sockets.test"})
        assert made.status_code < 300, made.text
        answer = owner.post("/api/aliases", json={"email": "help@sockets.test"})
        assert answer.status_code < 300, answer.text


def open_tab(workspace: Workspace, token: str) -> Tab:
    html = httpx.get(workspace.url + "/aliases", cookies={"sid": token}, timeout=60).text
    client_id = re.search(r"'client_id': '([0-9a-f-]+)'", html)
    source = re.search(r"String\.raw`(.*?)`", html, re.DOTALL)
    assert client_id and source
    plain = source[1]
    for code, letter in (("&lt;", "<"), ("&gt;", ">"), ("&#96;", "`"), ("&#36;", "$"), ("&amp;", "&")):
        plain = plain.replace(code, letter)
    elements = json.loads(plain)
    for number, element in elements.items():
        if str(element.get("props", {}).get("aria-label", "")).startswith("help@sockets.test receives"):
            listener = next(each["listener_id"] for each in element["events"] if "update" in each["type"])
            return Tab(workspace.url, token, client_id[1], int(number), listener)
    raise AssertionError("the switch is not on the page")


def is_on(workspace: Workspace) -> bool:
    answer = httpx.get(workspace.url + "/api/aliases", cookies={"sid": workspace.token}, timeout=60).json()
    rows = answer.get("aliases", answer)
    return bool(next(row for row in rows if "help@sockets.test" in json.dumps(row))["status"] == "active")


def eventually(workspace: Workspace, *, on: bool) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if is_on(workspace) is on:
            return True
        time.sleep(0.05)
    return False


def test_a_stolen_client_id_opens_no_socket(workspace: Workspace) -> None:
    tab = open_tab(workspace, workspace.token)
    bob = workspace.join(f"bob-{uuid4().hex[:6]}@acme.test", "Bob")
    for token in (bob, "", "forged"):
        with pytest.raises(InvalidStatus, match="403"), tab.socket(token):
            pass


def test_another_site_opens_no_socket(workspace: Workspace) -> None:
    tab = open_tab(workspace, workspace.token)
    with pytest.raises(InvalidStatus, match="403"), tab.socket(origin="https://evil.test"):
        pass


def test_a_socket_speaks_for_its_own_page_only(workspace: Workspace) -> None:
    """Bob's own socket is fine; a click in it that names Alice's page is nobody's."""
    alice = open_tab(workspace, workspace.token)
    token = workspace.join(f"bob-{uuid4().hex[:6]}@acme.test", "Bob", role=Role.MANAGER)
    bob = open_tab(workspace, token)
    with alice.socket(), bob.socket() as socket:
        socket.send(alice.flip(on=False))
        time.sleep(0.5)
        assert is_on(workspace)
        socket.send(bob.flip(on=False))
        assert eventually(workspace, on=False), "his own page obeys him"
    bob = open_tab(workspace, token)  # the list was drawn again
    with bob.socket() as socket:
        socket.send(bob.flip(on=True))
        assert eventually(workspace, on=True)


def test_a_click_replayed_after_signing_out_does_nothing(workspace: Workspace) -> None:
    token = workspace.join(f"eve-{uuid4().hex[:6]}@acme.test", "Eve", role=Role.MANAGER)
    tab = open_tab(workspace, token)
    with tab.socket() as socket:
        httpx.get(workspace.url + "/logout", cookies={"sid": token}, timeout=60)
        time.sleep(0.3)
        socket.send(tab.flip(on=False))
        time.sleep(0.5)
        assert is_on(workspace)
