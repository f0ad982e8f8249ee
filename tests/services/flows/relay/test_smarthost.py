"""Through one server: connections kept, its words kept, and its moods survived."""

import asyncio
import socket
from pathlib import Path

import pytest

from models import OutboundStatus
from services.flows.relay import Receipt, Smarthost
from services.settings import Settings
from tests.services.flows.relay.servers import MAIL, Server, certificate, parcel, serving

PIPELINING = ["250-PIPELINING", "250-SIZE 33554432", "250 SMTPUTF8"]


def relay_to(server: Server, query: str = "", user: str = "") -> Smarthost:
    return Smarthost.from_url(f"smtp://{user}127.0.0.1:{server.port}{query}", Settings())


async def test_hands_over_and_keeps_the_words() -> None:
    async with serving(Server()) as server:
        relay = relay_to(server)
        receipt = await relay.transmit(parcel())
        await relay.close()
    assert (receipt.status, receipt.code, receipt.enhanced) == (OutboundStatus.DELIVERED, 250, "2.0.0")
    assert receipt.words == "queued as 1" and receipt.host == "127.0.0.1"
    [mail] = server.mails
    assert (mail.mail_from, mail.rcpt_tos, mail.content) == ("a@acme.test", ["b@example.org"], MAIL)


async def test_pipelined() -> None:
    """RFC 2920: envelope and DATA in one round trip, replies in order, the next message behind."""
    async with serving(Server(greeting=PIPELINING)) as server:
        relay = relay_to(server)
        receipts = await asyncio.gather(*(relay.transmit(parcel(f"r{n}@example.org")) for n in range(60)))
        await relay.close()
    assert {receipt.status for receipt in receipts} == {OutboundStatus.DELIVERED}
    assert sorted(mail.rcpt_tos[0] for mail in server.mails) == sorted(f"r{n}@example.org" for n in range(60))
    assert {mail.content for mail in server.mails} == {MAIL}


@pytest.mark.parametrize("address", ["a b@example.org", "a@example.org>\r\nRCPT TO:<v@x.y", "nobody", "a@b.c\x00"])
async def test_no_address_becomes_a_command(address: str) -> None:
    async with serving(Server()) as server:
        relay = relay_to(server)
        receipt = await relay.transmit(parcel(address))
        assert (receipt.status, receipt.enhanced) == (OutboundStatus.FAILED, "5.1.3")
        assert (await relay.transmit(parcel('"a b"@example.org'))).status is OutboundStatus.DELIVERED
        await relay.close()


async def test_the_null_reverse_path() -> None:
    async with serving(Server()) as server:
        relay = relay_to(server)
        await relay.transmit(parcel(reverse_path=""))
        await relay.close()
    assert server.mails[0].mail_from in ("", "<>")  # aiosmtpd's word for it


async def test_connections_are_kept_and_limited() -> None:
    async with serving(Server()) as server:
        relay = relay_to(server)
        await asyncio.gather(*(relay.transmit(parcel(f"r{n}@example.org")) for n in range(100)))
        await relay.close()
    assert len(server.mails) == 100
    assert server.connections <= 20


@pytest.mark.parametrize(
    ("command", "reply", "status", "enhanced"),
    [
        ("RCPT", "450 4.7.1 greylisted", OutboundStatus.DELAYED, "4.7.1"),
        ("RCPT", "550 5.1.1 unknown", OutboundStatus.FAILED, "5.1.1"),
        ("MAIL", "550 5.7.1 go away", OutboundStatus.FAILED, "5.7.1"),
        ("DATA", "554 looks like spam", OutboundStatus.FAILED, ""),
        ("DATA", "452 4.3.1 full", OutboundStatus.DELAYED, "4.3.1"),
    ],
)
@pytest.mark.parametrize("greeting", [[], PIPELINING], ids=["step by step", "pipelined"])
async def test_refusals(command: str, reply: str, status: OutboundStatus, enhanced: str, greeting: list[str]) -> None:
    moods = [reply, None]
    server = Server(lambda given, session: moods.pop(0) if given == command and moods else None, greeting)
    async with serving(server) as server:
        relay = relay_to(server)
        receipt = await relay.transmit(parcel())
        again = await relay.transmit(parcel())
        await relay.close()
    assert (receipt.status, receipt.code, receipt.enhanced) == (status, int(reply[:3]), enhanced)
    assert again.status is OutboundStatus.DELIVERED
    assert server.connections == 1  # a refusal does not cost the connection


async def test_a_connection_that_breaks_after_data_is_tried_later_not_at_once() -> None:
    """Whether it was taken is unknown: sending again at once would make two of it."""
    moods: list[str | None] = ["drop"]
    server = Server(lambda command, session: moods.pop() if command == "DATA" and moods else None)
    async with serving(server) as server:
        relay = relay_to(server)
        receipt = await relay.transmit(parcel())
        assert (receipt.status, receipt.enhanced) == (OutboundStatus.DELAYED, "4.4.2")
        assert (await relay.transmit(parcel())).status is OutboundStatus.DELIVERED
        await relay.close()
    assert len(server.mails) == 1


async def test_a_connection_closed_while_idle_is_opened_again() -> None:
    async with serving(Server()) as server:
        relay = relay_to(server)
        await relay.transmit(parcel())
        server.transports[0].transport.close()
        receipt = await relay.transmit(parcel())
        await relay.close()
    assert receipt.status is OutboundStatus.DELIVERED and server.connections == 2


async def test_nobody_there() -> None:
    with socket.socket() as deaf:  # which keeps its port from others
        deaf.bind(("127.0.0.1", 0))
        receipt = await relay_to(Server(port=deaf.getsockname()[1])).transmit(parcel())
    assert (receipt.status, receipt.enhanced) == (OutboundStatus.DELAYED, "4.4.1")


async def test_too_large_is_not_even_tried() -> None:
    async with serving(Server(), data_size_limit=1000) as server:
        relay = relay_to(server)
        receipt = await relay.transmit(parcel(content=MAIL + b"x" * 2000))
        await relay.close()
    assert (receipt.status, receipt.enhanced) == (OutboundStatus.FAILED, "5.3.4")


async def test_eight_bits_are_announced() -> None:
    async with serving(Server()) as server:
        relay = relay_to(server)
        await relay.transmit(parcel(content=MAIL + "grüße\r\n".encode()))
        await relay.close()
    assert "BODY=8BITMIME" in server.mails[0].mail_options


async def test_international_addresses_need_a_server_that_takes_them() -> None:
    async def one(server: Server) -> Receipt:
        relay = relay_to(server)
        receipt = await relay.transmit(parcel("grüße@example.org"))
        await relay.close()
        return receipt

    async with serving(Server()) as server:
        assert (await one(server)).status is OutboundStatus.DELIVERED
        assert "SMTPUTF8" in server.mails[0].mail_options
    async with serving(Server(greeting=["250 HELP"])) as server:
        receipt = await one(server)
    assert (receipt.status, receipt.enhanced) == (OutboundStatus.FAILED, "5.6.7")


@pytest.mark.parametrize("end", [b"\n", b"\r"])
async def test_no_message_hides_in_another(end: bytes) -> None:
    """Even bytes that came past every check end up as one message."""
    hidden = end + b"." + end + b"MAIL FROM:<evil@x.y>" + end + b"RCPT TO:<v@x.y>" + end + b"DATA" + end + b"Evil" + end
    async with serving(Server()) as server:
        relay = relay_to(server)
        await relay.transmit(parcel(content=MAIL + hidden + b"\r\n." + end))
        await relay.close()
    assert len(server.mails) == 1


class TestTls:
    async def test_taken_where_offered(self, tmp_path: Path) -> None:
        async with serving(Server(), tls_context=certificate(tmp_path)) as server:
            relay = relay_to(server)
            receipt = await relay.transmit(parcel())
            await relay.close()
        assert server.tls == [True] and receipt.tls.startswith("TLSv1")

    async def test_plain_where_the_handshake_fails(self) -> None:
        async with serving(Server(greeting=["250-STARTTLS", "250 HELP"])) as server:
            relay = relay_to(server)
            receipt = await relay.transmit(parcel())
            await relay.close()
        assert (receipt.status, receipt.tls) == (OutboundStatus.DELIVERED, "")

    async def test_required_means_checked(self, tmp_path: Path) -> None:
        async with serving(Server(), tls_context=certificate(tmp_path)) as server:
            relay = relay_to(server, "?tls=starttls")
            receipt = await relay.transmit(parcel())
        assert receipt.status is OutboundStatus.DELAYED and "certificate" in receipt.words.lower()
        assert server.mails == []

    async def test_required_is_not_given_up(self) -> None:
        async with serving(Server()) as server:
            relay = relay_to(server, "?tls=starttls")
            assert (await relay.transmit(parcel())).status is OutboundStatus.DELAYED
        assert server.mails == []

    async def test_none_means_none(self, tmp_path: Path) -> None:
        async with serving(Server(), tls_context=certificate(tmp_path)) as server:
            relay = relay_to(server, "?tls=none")
            await relay.transmit(parcel())
            await relay.close()
        assert server.tls == [False]


async def test_signs_in() -> None:
    server = Server()
    async with serving(server, authenticator=server.authenticate, auth_require_tls=False):
        relay = relay_to(server, user="me:secret@")
        assert (await relay.transmit(parcel())).status is OutboundStatus.DELIVERED
        await relay.close()
        wrong = relay_to(server, user="me:wrong@")
        receipt = await wrong.transmit(parcel())
    assert server.logins[0] == b"secret"
    assert (receipt.code, receipt.status) == (535, OutboundStatus.DELAYED)  # mail waits until the password is mended
