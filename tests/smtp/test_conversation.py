"""Reading commands: one line each, ended by CR LF, and nothing hidden in them."""

import pytest

from tests.smtp.conftest import Client, stored


@pytest.mark.parametrize(
    ("raw", "reply"),
    [
        (b"NOOP\n", "500 5.5.2 bare <LF> received"),
        (b"NO\rOP\r\n", "500 5.5.2 bare <CR> received"),
        (b"NOOP\r\r\n", "500 5.5.2 bare <CR> received"),
        (b"NOOP \x00\r\n", "500 5.5.2 The command contains a control character"),
        (b"\r\n", "500 5.5.2 No such command"),
        (b"\xff\xfe\r\n", "500 5.5.2 No such command"),
        (b"noop anything\r\n", "250 2.0.0 OK"),
    ],
)
async def test_lines(client: Client, raw: bytes, reply: str) -> None:
    client.writer.write(raw)
    assert await client.reply() == reply


async def test_many_commands_in_one_packet_are_answered_in_order(client: Client) -> None:
    client.writer.write(b"NOOP\r\nFOO\r\nRSET\r\nVRFY x\r\n")
    assert [(await client.reply())[:3] for _ in range(4)] == ["250", "500", "250", "252"]


async def test_hanging_up_in_the_middle_takes_nothing(client: Client) -> None:
    for line in ("MAIL FROM:<a@b.test>", "RCPT TO:<support@acme.test>", "DATA"):
        await client.say(line)
    client.writer.write(b"Subject: half\r\n\r\nhalf a")
    client.writer.close()
    await client.writer.wait_closed()
    assert stored() == []
