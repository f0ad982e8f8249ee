"""Posting to URLs users typed: nothing private is ever connected to (RELIABILITY B26)."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services import settings as configuration
from services import targets
from services.dns import resolving as asking
from services.errors import Error, Invalid, Unavailable
from services.settings import Settings
from services.targets import posting, resolving
from tests import dns_server, http_target

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "urls" / "ssrf" / "payloads.json"


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are counted here: whoever is late is not asked again."""
    monkeypatch.setattr(asking, "TRY_SECONDS", asking.TOTAL_SECONDS)


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """A port on every loopback address, and who connected to it."""
    visits: list[object] = []
    with socket.create_server(("0.0.0.0", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, peer = server.accept()
                except OSError:
                    return
                visits.append(peer)
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], visits


@pytest.mark.skipif(not CORPUS.parents[2].exists(), reason="the corpora are not here; SSRF payloads left out")
async def test_every_known_payload_is_refused_before_it_connects(settings: Settings) -> None:
    payloads = [each["url"] for each in json.loads(CORPUS.read_text())]
    assert len(payloads) == 75
    with dns_server.serving() as zone:
        configuration.use(settings.model_copy(update={"dns_nameservers": zone.nameservers}))
        zone.set("169.254.169.254.nip.io", "A", "169.254.169.254")
        for url in payloads:
            for spelling in (url, url.replace("http://", "https://", 1)):
                with pytest.raises(Invalid):
                    await posting.post(spelling, b"{}", {})


async def test_no_spelling_of_loopback_is_connected_to(settings: Settings) -> None:
    hosts = [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ]
    with listening() as (port, visits):
        for host in hosts:
            with pytest.raises(Invalid):
                await posting.post(f"https://{host}:{port}/", b"{}", {})
        for host in hosts:  # the guard alone, without the check of the URL's text
            with pytest.raises(Invalid):
                await targets.checked_addresses(host.strip("[]"))
        assert visits == []


async def test_name_that_points_inside_is_refused(settings: Settings) -> None:
    with dns_server.serving() as zone, listening() as (port, visits):
        configuration.use(settings.model_copy(update={"dns_nameservers": zone.nameservers}))
        zone.set("inside.example.com", "A", "127.0.0.1")
        zone.set("mixed.example.com", "A", "93.184.216.34", "10.0.0.1")
        zone.set("mapped.example.com", "AAAA", "::ffff:127.0.0.1")
        for name in ("inside", "mixed", "mapped"):
            with pytest.raises(Invalid) as caught:
                await posting.post(f"https://{name}.example.com:{port}/", b"{}", {})
            assert caught.value.message == resolving.REFUSED
        assert visits == []


async def test_answer_that_changes_after_the_check_changes_nothing(settings: Settings) -> None:
    with dns_server.serving() as zone:
        configuration.use(settings.model_copy(update={"dns_nameservers": zone.nameservers}))
        zone.set("rebinding.example.com", "A", "93.184.216.34")
        assert await targets.checked_addresses("rebinding.example.com") == ["93.184.216.34"]
        zone.set("rebinding.example.com", "A", "127.0.0.1")
        with pytest.raises(Invalid):
            await targets.checked_addresses("rebinding.example.com")
        assert len([each for each in zone.asked if each[1] == "A"]) == 2


async def test_name_is_looked_up_when_typed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "CHECK_SECONDS", 60)  # who is late passes: whoever posts asks again
    with dns_server.serving() as zone:
        configuration.use(settings.model_copy(update={"dns_nameservers": zone.nameservers}))
        zone.set("inside.example.com", "A", "10.0.0.1")
        zone.set("outside.example.com", "A", "93.184.216.34")
        with pytest.raises(Invalid) as caught:
            await targets.check("https://inside.example.com/x", field="webhookUrl")
        assert caught.value.field == "webhookUrl"
        await targets.check("https://outside.example.com/x")
        await targets.check("https://nobody-knows.example.com/x")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("203.0.113.5", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("0.0.0.0", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),
        ("::ffff:93.184.216.34", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("100::1", False),
        ("2001:0:4136:e378::1", False),
        ("2001:db8::1", False),
        ("2002:7f00:1::", False),
        ("3fff::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff0e::1", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert targets.is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.slack.com/x",
        "http://hooks.slack.com/x",
        "ftp://hooks.slack.com/x",
        "https://",
        "https:///x",
        "https://user:pass@hooks.slack.com/",
        "https://hooks.slack.com:99999/",
        "https://hooks.slack.com:0/",
        "https://hooks.slack.com/ x",
        "https://hooks.slack.com\\@127.0.0.1/",
        "https://hooks.slack.com/\r\nHost: x",
        "https://[::1",
        "https://printer.local/",
        "https://intranet/",
        "https://x.example.com/" + "a" * 2000,
    ],
)
def test_what_is_no_target_is_told_when_typed(settings: Settings, url: str) -> None:
    with pytest.raises(Invalid) as caught:
        targets.checked_url(url)
    assert caught.value.field == "url"


async def test_allowed_private_target_is_posted_to(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration.use(settings.model_copy(update={"allow_private_targets": True}))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with http_target.serving() as target:
        target.answer(201, b"x" * 100_000)
        answer = await posting.post(target.url, b'{"a": 1}', {"content-type": "application/json"})
        assert answer.is_success and answer.status == 201 and len(answer.text) == targets.ANSWER_BYTES
        assert target.requests[0].body == b'{"a": 1}'
        target.answer(302, location=target.url + "/elsewhere")
        assert (await posting.post(target.url, b"", {})).status == 302
        assert len(target.requests) == 2
        url = target.url
    with pytest.raises(Unavailable):
        await posting.post(url, b"", {})


async def test_connection_goes_to_the_address_that_was_checked(settings: Settings) -> None:
    """The name is looked up once: only our resolver knows it, and by the second question it leads elsewhere."""
    with dns_server.serving() as zone, http_target.serving() as target:
        changes = {"dns_nameservers": zone.nameservers, "allow_private_targets": True}
        configuration.use(settings.model_copy(update=changes))
        zone.set("receiver.example.com", "A", "127.0.0.1")
        answer = await posting.post(f"http://receiver.example.com:{target.port}/hook", b"{}", {})
        assert answer.is_success and target.requests[0].headers["host"] == f"receiver.example.com:{target.port}"
        assert [each[1] for each in zone.asked].count("A") == 1


@pytest.mark.parametrize(("said", "rest"), [("7", 7), ("1.337", 2), ("soon", 0), ("-5", 0), ("9999999", 86_400)])
async def test_rest_that_a_target_asks_for(settings: Settings, said: str, rest: int) -> None:
    configuration.use(settings.model_copy(update={"allow_private_targets": True}))
    with http_target.serving() as target:
        target.answer(429, retry_after=said)
        assert (await posting.post(target.url, b"{}", {})).retry_after == rest


async def test_one_error_for_whatever_is_behind_a_private_address(settings: Settings) -> None:
    """Open and closed ports cannot be told apart."""
    answers = set()
    with dns_server.serving() as zone, listening() as (port, _):
        configuration.use(settings.model_copy(update={"dns_nameservers": zone.nameservers}))
        zone.set("inside.example.com", "A", "127.0.0.1")
        for number in (port, 1):
            with pytest.raises(Error) as caught:
                await posting.post(f"https://inside.example.com:{number}/", b"", {})
            answers.add((type(caught.value), caught.value.message))
    assert len(answers) == 1
