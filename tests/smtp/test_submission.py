"""The submission port: who may sign in and how, and as whom one may write."""

import asyncio
import base64

import pytest
from sqlmodel import col, select

from models import Outbound, RawMessage
from services import api_keys, database
from smtp.listener import Listener
from smtp.submission import Submission
from tests.conftest import PASSWORD, People
from tests.smtp.conftest import Client, stored

CONTENT = b"From: Support <support@acme.test>\r\nSubject: Offer\r\n\r\nDear Ann\r\n"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def plain(name: str, password: str) -> str:
    return "AUTH PLAIN " + encoded(f"\0{name}\0{password}")


@pytest.fixture
async def member(listener: Listener) -> Client:
    client = await Client.to(listener.ports["submission"])
    assert await client.say(plain("Bob@people.test", PASSWORD)) == "235 2.7.0 Welcome"
    return client


async def test_a_member_hands_in_mail(member: Client, addresses: People) -> None:
    reply = await member.send("ann@customer.test", "ben@customer.test", content=CONTENT, sender="support@acme.test")
    assert reply.startswith("250 2.6.0 Taken as ")
    with database.reading() as session:
        rows = session.exec(select(Outbound).order_by(col(Outbound.id))).all()
        raw = session.get_one(RawMessage, rows[0].raw_id)
    assert [row.recipient for row in rows] == ["ann@customer.test", "ben@customer.test"]
    assert {(row.reverse_path, row.queue_id) for row in rows} == {("support@acme.test", reply.split()[-1])}
    assert raw.content.endswith(CONTENT) and b"with ESMTPA id" in raw.content
    assert (raw.user_id, stored()[0].recipients) == (addresses.bob.user_id, [])


async def test_nothing_of_the_member_goes_with_it(member: Client, addresses: People) -> None:
    told = b"Received: from laptop.home\r\nSender: bob@people.test\r\nReply-To: bob@people.test\r\n"
    content = told + b"Message-ID: <1@laptop.home>\r\n" + CONTENT
    await member.send("ann@customer.test", content=content, sender="support@acme.test")
    with database.reading() as session:
        raw = session.exec(select(RawMessage)).one()
    assert raw.content.endswith(CONTENT) and b"@acme.test>" in raw.content and raw.peer == "127.0.0.1"
    for secret in (b"127.0.0.1", b"laptop.home", b"bob@people.test", b"client"):
        assert secret not in raw.content


@pytest.mark.parametrize("sender", ["ann@customer.test", "info@other.test", "nobody@acme.test", ""])
async def test_only_as_an_address_of_the_organisation(member: Client, sender: str) -> None:
    assert (await member.say(f"MAIL FROM:<{sender}>")).startswith("550 5.7.1")


async def test_the_author_too_is_one_of_ours(member: Client) -> None:
    content = CONTENT.replace(b"support@acme.test", b"info@other.test")
    assert (await member.send("ann@customer.test", content=content, sender="support@acme.test")).startswith("550 5.7.1")


async def test_login_in_two_steps_and_an_api_key_as_password(listener: Listener, addresses: People) -> None:
    with database.transaction() as session:
        key = api_keys.create(session, "mail program", actor=addresses.bob).plain
    client = await Client.to(listener.ports["submission"])
    assert "250 AUTH PLAIN LOGIN" in client.lines
    assert await client.say("AUTH LOGIN") == "334 " + encoded("Username:")
    assert await client.say(encoded("bob@people.test")) == "334 " + encoded("Password:")
    assert await client.say(encoded(key)) == "235 2.7.0 Welcome"
    assert (await client.say(plain("bob@people.test", key))).startswith("503 5.5.1")


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (plain("bob@people.test", "wrong"), "535 5.7.8"),
        (plain("nobody@people.test", PASSWORD), "535 5.7.8"),
        (plain("olga@people.test", PASSWORD), "550 5.7.1"),
        ("AUTH XFOO", "504 5.5.4"),
        ("AUTH PLAIN =", "501 5.5.2"),
        ("AUTH PLAIN AAAAAA==", "501 5.5.2"),
        ("AUTH PLAIN !!", "501 5.5.2"),
        ("MAIL FROM:<support@acme.test>", "530 5.7.0"),
    ],
)
async def test_who_may_not(listener: Listener, line: str, reply: str) -> None:
    client = await Client.to(listener.ports["submission"])
    assert (await client.say(line)).startswith(reply)


async def test_an_exchange_can_be_cancelled(listener: Listener) -> None:
    client = await Client.to(listener.ports["submission"])
    assert await client.say("AUTH PLAIN") == "334 "
    assert (await client.say("*")).startswith("501 5.7.0")


async def test_guessing_ends_the_session(listener: Listener) -> None:
    client = await Client.to(listener.ports["submission"])
    for _ in range(3):
        assert (await client.say(plain("bob@people.test", "wrong"))).startswith("535")
    assert (await client.reply()).startswith("421 4.7.0")
    assert await client.is_closed()


async def test_in_the_clear_nobody_signs_in_from_afar(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smtp.submission.is_loopback", lambda _: False)
    client = await Client.to(listener.ports["submission"])
    assert not any("AUTH" in line for line in client.lines)
    assert (await client.say(plain("bob@people.test", PASSWORD))).startswith("538 5.7.11")


async def test_the_other_port_does_not_offer_it(client: Client) -> None:
    assert b"AUTH" in Submission.commands
    assert not any("AUTH" in line for line in client.lines)
    await asyncio.sleep(0)
    assert (await client.say(plain("bob@people.test", PASSWORD))).startswith("500 5.5.2")
