"""What one client may take: connections, time, guesses, errors, and the last of the disk."""

import shutil
from collections import namedtuple
from types import SimpleNamespace

import pytest

from services.settings import Settings
from smtp import limits
from smtp.limits import Space
from smtp.listener import Listener, serve
from tests.conftest import People
from tests.smtp.conftest import Client

Usage = namedtuple("Usage", "total used free")


async def test_connections_from_one_address(settings: Settings, addresses: People) -> None:
    listener = await serve(settings.model_copy(update={"max_connections_per_address": 2}))
    port = listener.ports["smtp"]
    first, second = [await Client.to(port) for _ in range(2)]
    third = await Client.to(port, greet=False)
    assert (await third.reply()).startswith("421 4.7.0")
    assert await third.is_closed()
    assert await (await Client.to(port, address="127.0.0.2")).say("NOOP") == "250 2.0.0 OK"
    assert (await first.say("QUIT")).startswith("221")
    assert await first.is_closed()
    assert await (await Client.to(port)).say("NOOP") == "250 2.0.0 OK"
    assert await second.say("NOOP") == "250 2.0.0 OK"
    await listener.close()


async def test_silence_is_cut_off(settings: Settings, addresses: People) -> None:
    listener = await serve(settings.model_copy(update={"smtp_timeout": 1}))
    client = await Client.to(listener.ports["smtp"], greet=False)
    assert (await client.reply()).startswith("220")
    assert (await client.reply()).startswith("421 4.4.2")
    assert await client.is_closed()
    await listener.close()


async def test_guessing_addresses(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNKNOWN_PER_MINUTE", 3)
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 90.0))  # no minute ends meanwhile
    await client.say("MAIL FROM:<a@b.test>")
    replies = [(await client.say(f"RCPT TO:<guess{number}@acme.test>"))[:9] for number in range(5)]
    assert replies == ["550 5.1.1"] * 3 + ["451 4.7.1"] * 2
    assert (await client.say("RCPT TO:<support@acme.test>")).startswith("250")


async def test_too_many_errors_and_too_much_talk(listener: Listener) -> None:
    for line, most in (("FOO", 25), ("NOOP", 110)):
        client = await Client.to(listener.ports["smtp"])
        replies = []
        while not replies or replies[-1] not in ("", "421"):
            client.writer.write(line.encode() + b"\r\n")
            replies.append((await client.reply())[:3])
        assert len(replies) < most and replies[-1] == "421"


@pytest.mark.parametrize(
    "greeting", [b"GET / HTTP/1.1", b"POST / HTTP/1.1", b"connect x:25 HTTP/1.0", b"\x16\x03\x01\x02"]
)
async def test_other_protocols_are_shown_out(listener: Listener, greeting: bytes) -> None:
    client = await Client.to(listener.ports["smtp"], greet=False)
    await client.reply()
    assert (await client.say(greeting)).startswith("521 5.5.1")
    assert await client.is_closed()


async def test_a_line_without_end(listener: Listener) -> None:
    client = await Client.to(listener.ports["smtp"])
    client.writer.write(b"x" * 700_000)
    assert (await client.reply()).startswith("500 5.5.2")
    assert await client.is_closed()


async def test_mail_is_refused_before_the_disk_is_full(
    settings: Settings, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gigabyte = 1 << 30
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * gigabyte, 0, 30 << 20))
    assert Space(settings.model_copy(update={"database_url": f"sqlite:///{settings.data_dir}/x.db"})).is_short()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * gigabyte, 0, 40 << 20))
    assert not Space(settings).is_short()
    monkeypatch.setattr(Space, "is_short", lambda _: True)
    assert (await client.say("MAIL FROM:<a@b.test>")).startswith("452 4.3.1")
