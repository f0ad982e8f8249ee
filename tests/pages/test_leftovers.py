"""What pages cost that were fetched and never opened."""

import gc
import weakref

import pytest
from nicegui import Client

from components import leftovers
from tests.conftest import People
from tests.pages.conftest import Web


async def test_who_only_fetches_pages_takes_no_more_than_a_few(
    web: Web, acme: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "MOST", 3)
    monkeypatch.setattr(leftovers, "PATIENCE", 600.0)
    async with web.browser(web.token(acme.alice)) as browser:
        for _ in range(6):
            assert (await browser.get("/domains")).status_code == 200
        assert len(Client.instances) == 6, "a browser has some time"
        monkeypatch.setattr(leftovers, "PATIENCE", 0.0)
        newest = list(Client.instances)[-3:]
        for _ in range(2):
            assert (await browser.get("/domains")).status_code == 200
        assert len(Client.instances) == 4 and newest[2] in Client.instances


async def test_an_open_page_is_no_surplus(web: Web, acme: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "MOST", 0)
    monkeypatch.setattr(leftovers, "PATIENCE", -1.0)
    screen = web.screen(acme.alice)
    await screen.open("/domains")
    async with web.browser(web.token(acme.alice)) as browser:
        for _ in range(3):
            await browser.get("/domains")
    assert screen.client is not None and screen.client.id in Client.instances
    await screen.should_see("No domain yet")


async def test_what_a_page_took_is_free_once_it_is_gone(web: Web, acme: People) -> None:
    async with web.browser(web.token(acme.alice)) as browser:
        await browser.get("/domains")
    client = next(reversed(Client.instances.values()))
    parts = [weakref.ref(part) for each in client.elements.values() for part in (each.classes, each.style, each.props)]
    gc.disable()
    try:
        client.delete()
        del client
        left = sum(part() is not None for part in parts)
    finally:
        gc.enable()
    assert len(parts) > 100 and left < len(parts) / 4
