"""Transactions: the truth at RCPT, what is stored, sizes, parameters, order."""

import pytest

from services import database, mailboxes
from services.errors import StorageFull, Unavailable
from services.settings import Settings
from smtp.listener import Listener, serve
from tests.smtp.conftest import CONTENT, Client, add_alias, stored, until


@pytest.mark.parametrize(
    ("recipient", "reply"),
    [
        ("support@acme.test", "250 2.1.5"),
        ("Support+t17.abc@ACME.test", "250 2.1.5"),
        ("nobody@acme.test", "550 5.1.1"),
        ("closed@acme.test", "550 5.2.1"),
        ("closed+detail@acme.test", "550 5.2.1"),
        ("silent@acme.test", "250 2.1.5"),
        ("expired@acme.test", "550 5.2.1"),
        ("anything@catch.test", "250 2.1.5"),
        ("closed@catch.test", "550 5.2.1"),
        ("support@pending.test", "250 2.1.5"),
        ("support@frozen.test", "550 5.2.1"),
        ("someone@elsewhere.test", "550 5.7.1"),
        ("postmaster@acme.test", "250 2.1.5"),
        ("PostMaster@other.test", "250 2.1.5"),
        ("postmaster", "250 2.1.5"),
        ("@acme.test,@b.test:support@acme.test", "250 2.1.5"),
        ("@acme.test:someone@elsewhere.test", "550 5.7.1"),
        ("", "501 5.1.3"),
        ("support", "501 5.1.3"),
    ],
)
async def test_the_truth_at_rcpt(client: Client, recipient: str, reply: str) -> None:
    await client.say("MAIL FROM:<ann@customer.test>")
    assert (await client.say(f"RCPT TO:<{recipient}>")).startswith(reply)


async def test_what_is_taken_is_stored_as_it_came(client: Client) -> None:
    content = b"Subject: \xe9\r\n\r\n..two dots\r\n.\r\n" + bytes(range(14, 256)) + b"\r\n"
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    reply = await client.send("support@acme.test", "postmaster@acme.test", content=stuffed, sender="")
    assert reply.startswith("250 2.6.0 Taken as ")
    (one,) = stored()
    assert one.recipients == ["support@acme.test", "postmaster@acme.test"]
    assert (one.raw.reverse_path, one.raw.helo, one.raw.peer) == ("", "client.test", "127.0.0.1")
    assert one.raw.queue_id == reply.split()[-1]
    trace = one.raw.content.removesuffix(content).decode()
    assert trace.startswith("Received: from client.test ([127.0.0.1])\r\n\tby mailroom.test (Mailroom) with ESMTP id ")
    assert one.raw.queue_id in trace and "for <" not in trace
    assert one.raw.size == len(one.raw.content)


async def test_a_single_recipient_is_named_in_the_trace(client: Client) -> None:
    await client.send("support@acme.test")
    assert b"for <support@acme.test>;" in stored()[0].raw.content


async def test_everything_may_come_in_one_piece(client: Client) -> None:
    client.writer.write(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<support@acme.test>\r\nRCPT TO:<no@acme.test>\r\nDATA\r\n")
    assert [(await client.reply())[:3] for _ in range(4)] == ["250", "250", "550", "354"]
    client.writer.write(CONTENT + b".\r\nRSET\r\nQUIT\r\n")
    client.writer.write_eof()
    assert [(await client.reply())[:3] for _ in range(3)] == ["250", "250", "221"]
    assert await client.is_closed()


async def test_content_before_it_is_asked_for_ends_the_session(client: Client) -> None:
    client.writer.write(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<support@acme.test>\r\nDATA\r\n" + CONTENT + b".\r\n")
    assert [(await client.reply())[:9] for _ in range(3)] == ["250 2.1.0", "250 2.1.5", "554 5.5.0"]
    assert stored() == []


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("MAIL FROM:<a@b.test> SIZE=100 BODY=8BITMIME SMTPUTF8", "250 2.1.0"),
        ("mail from:<> size=1", "250 2.1.0"),
        ("MAIL FROM: <a@b.test>", "250 2.1.0"),
        ("MAIL FROM:a@b.test", "250 2.1.0"),
        ('MAIL FROM:<"a b"@[192.0.2.1]>', "250 2.1.0"),
        ("MAIL FROM:<jörg@b.test> SMTPUTF8", "250 2.1.0"),
        ("MAIL FROM:<jörg@b.test>", "553 5.6.7"),
        (b"MAIL FROM:<\xff\xfe@b.test> SMTPUTF8", "501 5.5.2"),
        ("MAIL FROM:<a@b.test> SIZE=26214401", "552 5.3.4"),
        ("MAIL FROM:<a@b.test> SIZE=-1", "501 5.5.4"),
        ("MAIL FROM:<a@b.test> BODY=9BIT", "501 5.5.4"),
        ("MAIL FROM:<a@b.test> RET=FULL", "555 5.5.4"),
        ("MAIL FROM:<a@b.test", "501 5.1.7"),
        ("MAIL FROM:<a@b\rRCPT TO:<x@y>", "500 5.5.2"),
        ("MAIL FROM:", "501 5.5.4"),
        ("MAIL", "501 5.5.4"),
        ("RCPT TO:<support@acme.test>", "503 5.5.1"),
        ("DATA", "503 5.5.1"),
        ("EHLO", "501 5.5.4"),
        ("RSET x", "501 5.5.4"),
        ("VRFY ann", "252 2.5.0"),
        ("EXPN staff", "502 5.5.1"),
        ("HELP", "214 2.0.0"),
        ("AUTH PLAIN AGEAYg==", "500 5.5.2"),
        ("STARTTLS", "502 5.5.1"),
        ("NOOP " + "x" * 3000, "500 5.5.2"),
    ],
)
async def test_commands(client: Client, line: str | bytes, reply: str) -> None:
    assert (await client.say(line)).startswith(reply)
    assert (await client.say("NOOP")) == "250 2.0.0 OK"


async def test_a_second_transaction_may_follow_and_hello_starts_anew(client: Client) -> None:
    assert (await client.send("support@acme.test")).startswith("250")
    assert (await client.say("MAIL FROM:<a@b.test>")).startswith("250")
    assert (await client.say("MAIL FROM:<a@b.test>")).startswith("503 5.5.1")
    assert (await client.say("HELO client.test")).startswith("250")
    assert (await client.say("MAIL FROM:<a@b.test> SIZE=1")).startswith("501")
    assert (await client.send("support@acme.test")).startswith("250")
    assert [each.raw.protocol for each in stored()] == ["ESMTP", "SMTP"]


async def test_the_size_limit_holds_while_receiving(settings: Settings, addresses: object) -> None:
    small = await serve(settings.model_copy(update={"max_message_bytes": 10_000}))
    client = await Client.to(small.ports["smtp"])
    assert "250 SIZE 10000" in client.lines
    exact = b"Subject: x\r\n\r\n" + b"y" * (10_000 - 16) + b"\r\n"
    assert (await client.send("support@acme.test", content=exact)).startswith("250")
    assert (await client.send("support@acme.test", content=b"z" + exact)).startswith("552 5.3.4")
    assert (await client.send("support@acme.test", content=CONTENT)).startswith("250")
    assert len(stored()) == 2
    await small.close()


async def test_recipients_are_limited(settings: Settings, addresses: object) -> None:
    small = await serve(settings.model_copy(update={"max_recipients": 2}))
    client = await Client.to(small.ports["smtp"])
    await client.say("MAIL FROM:<a@b.test>")
    replies = [(await client.say(f"RCPT TO:<r{number}@catch.test>"))[:9] for number in range(3)]
    assert replies == ["250 2.1.5", "250 2.1.5", "452 4.5.3"]
    await small.close()


async def test_an_alias_made_now_receives_soon(listener: Listener, client: Client) -> None:
    """Also when another process made it, of which only the version in the database tells."""
    await client.say("MAIL FROM:<a@b.test>")
    assert (await client.say("RCPT TO:<fresh@acme.test>")).startswith("550 5.1.1")
    with database.transaction() as session:
        target = mailboxes.resolve(session, "support@acme.test")
        assert target is not None
        add_alias(session, target.domain_id, "fresh", target.mailbox_id)
    await until(lambda: listener.directory.owns(target.organisation_id, "fresh@acme.test"))
    assert (await client.say("RCPT TO:<fresh@acme.test>")).startswith("250")


@pytest.mark.parametrize(
    ("error", "reply"),
    [(StorageFull("The disk is full."), "452 4.3.1"), (Unavailable("busy"), "451 4.3.0"), (KeyError("x"), "451 4.3.0")],
)
async def test_what_cannot_be_stored_is_not_taken(
    listener: Listener, client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, reply: str
) -> None:
    def fail(*_: object) -> list[str]:
        raise error

    monkeypatch.setattr(listener._desk.writer, "_write", fail)
    assert (await client.send("support@acme.test")).startswith(reply)
    monkeypatch.undo()
    assert (await client.send("support@acme.test")).startswith("250")
    assert len(stored()) == 1
