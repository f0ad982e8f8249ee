"""Straight to the recipient's servers, as their DNS says."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models import OutboundStatus
from services import settings as configuration
from services.flows.relay import DirectToMx, Receipt
from services.flows.relay.direct import Policy, exchangers
from services.flows.relay.hop import Patience
from services.settings import Settings
from tests import dns_server
from tests.dns_server import Zone
from tests.services.flows.relay.hostile import deaf
from tests.services.flows.relay.servers import Server, certificate, parcel, serving

EQUALS = ("10 a.example.org.", "10 b.example.org.", "20 c.example.org.")


@pytest.fixture
def zone(settings: Settings) -> Iterator[Zone]:
    with dns_server.serving() as zone:
        configuration.use(
            settings.model_copy(update={"dns_nameservers": zone.nameservers, "allow_private_targets": True})
        )
        yield zone


async def send(port: int, recipient: str = "b@example.org", options: str = "", **flags: bool) -> Receipt:
    relay = DirectToMx.from_url(f"mx:?port={port}{options}", configuration.current())
    try:
        return await relay.transmit(replace(parcel(recipient), **flags))  # type: ignore[arg-type]
    finally:
        await relay.close()


async def test_by_mx(zone: Zone) -> None:
    zone.set("example.org", "MX", "10 mx.example.org.")
    zone.set("mx.example.org", "A", "127.0.0.1")
    async with serving(Server()) as server:
        receipt = await send(server.port)
    assert (receipt.status, receipt.host) == (OutboundStatus.DELIVERED, "mx.example.org")


async def test_by_address_where_there_is_no_mx(zone: Zone) -> None:
    zone.set("example.org", "A", "127.0.0.1")
    async with serving(Server()) as server:
        assert (await send(server.port)).host == "example.org"


async def test_over_ipv6(zone: Zone) -> None:
    zone.set("example.org", "AAAA", "::1")
    async with serving(Server(), host="::1") as server:
        assert (await send(server.port)).status is OutboundStatus.DELIVERED


async def test_preference_and_chance(zone: Zone) -> None:
    zone.set("example.org", "MX", *EQUALS)
    orders = Counter([tuple(await exchangers("example.org")) for _ in range(60)])
    assert {order[2] for order in orders} == {"c.example.org"}
    assert len(orders) == 2


async def test_the_next_one_where_the_first_is_down(zone: Zone) -> None:
    zone.set("example.org", "MX", "10 down.example.org.", "20 up.example.org.")
    zone.set("down.example.org", "A", "127.0.0.2")
    zone.set("up.example.org", "A", "127.0.0.1")
    async with serving(Server()) as server:
        assert (await send(server.port)).host == "up.example.org"


async def test_the_next_one_where_the_first_says_later(zone: Zone) -> None:
    """A 4xx greeting passes to the next server; a 4xx for the recipient does not, and a 5xx ends it."""
    zone.set("example.org", "MX", "10 one.example.org.", "20 two.example.org.")
    zone.set("one.example.org", "A", "127.0.0.2")
    zone.set("two.example.org", "A", "127.0.0.1")
    async with serving(Server()) as two:
        async with serving(Server(greeting=["421 4.3.2 busy"]), host="127.0.0.2", port=two.port):
            assert (await send(two.port)).host == "two.example.org"
        async with serving(Server(lambda command, session: "550 5.1.1 no"), host="127.0.0.2", port=two.port):
            receipt = await send(two.port)
    assert (receipt.status, receipt.host) == (OutboundStatus.FAILED, "one.example.org")
    assert len(two.mails) == 1


@pytest.mark.parametrize(
    ("records", "status", "enhanced"),
    [
        ({"MX": ("0 .",)}, OutboundStatus.FAILED, "5.1.10"),
        ({}, OutboundStatus.FAILED, "5.1.2"),
        ({"TXT": ('"no mail here"',)}, OutboundStatus.FAILED, "5.4.4"),
        ({"MX": ("10 nowhere.example.org.",)}, OutboundStatus.DELAYED, "4.4.4"),
    ],
)
async def test_domains_that_take_no_mail(
    zone: Zone, records: dict[str, tuple[str, ...]], status: OutboundStatus, enhanced: str
) -> None:
    for kind, values in records.items():
        zone.set("example.org", kind, *values)
    receipt = await send(1)
    assert (receipt.status, receipt.enhanced) == (status, enhanced)


async def test_a_dns_that_fails_is_asked_again_later(zone: Zone) -> None:
    zone.broken = True
    receipt = await send(1)
    assert (receipt.status, receipt.enhanced) == (OutboundStatus.DELAYED, "4.4.3")


async def test_our_own_network_is_no_destination(zone: Zone) -> None:
    configuration.use(configuration.current().model_copy(update={"allow_private_targets": False}))
    zone.set("example.org", "A", "127.0.0.1")
    async with serving(Server()) as server:
        receipt = await send(server.port)
    assert receipt.status is OutboundStatus.DELAYED and server.connections == 0


async def test_tls_can_be_required(zone: Zone) -> None:
    zone.set("example.org", "A", "127.0.0.1")
    async with serving(Server()) as server:
        receipt = await send(server.port, options="&tls=starttls")
    assert receipt.status is OutboundStatus.DELAYED and server.mails == []


async def test_address_literals_are_refused(zone: Zone) -> None:
    assert (await send(1, "b@[127.0.0.1]")).status is OutboundStatus.FAILED


async def test_mail_that_needs_tls_passes_over_servers_without(zone: Zone, tmp_path: Path) -> None:
    zone.set("example.org", "MX", "10 plain.example.org.", "20 safe.example.org.")
    zone.set("plain.example.org", "A", "127.0.0.2")
    zone.set("safe.example.org", "A", "127.0.0.1")
    async with serving(Server(), tls_context=certificate(tmp_path)) as safe:
        async with serving(Server(), host="127.0.0.2", port=safe.port) as plain:
            receipt = await send(safe.port, needs_tls=True)
    assert (receipt.status, receipt.host) == (OutboundStatus.DELIVERED, "safe.example.org")
    assert receipt.tls and safe.tls == [True] and plain.mails == []


async def test_mail_that_needs_tls_comes_back_where_there_is_none(zone: Zone) -> None:
    zone.set("example.org", "A", "127.0.0.1")
    async with serving(Server()) as server:
        receipt = await send(server.port, needs_tls=True)
        assert (await send(server.port)).status is OutboundStatus.DELIVERED
    assert (receipt.status, receipt.enhanced) == (OutboundStatus.FAILED, "5.7.10") and "TLS" in receipt.words
    assert len(server.mails) == 1


async def test_a_backup_hands_on_to_better_servers_only(zone: Zone) -> None:
    us = configuration.current().mail_host
    zone.set("example.org", "MX", "10 best.example.org.", f"20 {us}.", "30 worst.example.org.")
    assert await exchangers("example.org", behind=us) == ["best.example.org"]
    assert len(await exchangers("example.org")) == 3
    zone.set("example.net", "MX", f"10 {us}.", "20 worst.example.net.")
    receipt = await send(1, "b@example.net", is_backup=True)
    assert (receipt.status, receipt.enhanced) == (OutboundStatus.FAILED, "5.4.6")


async def test_an_address_that_did_not_answer_is_tried_after_others_for_a_while(zone: Zone) -> None:
    zone.set("example.org", "MX", "10 mx.example.org.")
    zone.set("mx.example.org", "A", "127.0.0.2", "127.0.0.1")
    async with serving(Server()) as good:
        relay = DirectToMx(Policy("mailroom.test", good.port, may_be_private=True, patience=Patience(connect=3)))
        with deaf("127.0.0.2", good.port):
            assert (await relay.transmit(parcel())).status is OutboundStatus.DELIVERED
        async with serving(Server(), host="127.0.0.2", port=good.port) as woken:
            assert (await relay.transmit(parcel())).status is OutboundStatus.DELIVERED
        await relay.close()
    assert (len(good.mails), len(woken.mails)) == (2, 0)


async def test_what_is_dead_is_still_better_than_nothing(zone: Zone) -> None:
    zone.set("example.org", "A", "127.0.0.2")
    async with serving(Server()) as elsewhere:
        relay = DirectToMx(Policy("mailroom.test", elsewhere.port, may_be_private=True))
        assert (await relay.transmit(parcel())).enhanced == "4.4.1"
        async with serving(Server(), host="127.0.0.2", port=elsewhere.port):
            assert (await relay.transmit(parcel())).status is OutboundStatus.DELIVERED
        await relay.close()


async def test_neither_kind_of_address_keeps_us_from_the_other(zone: Zone) -> None:
    zone.set("example.org", "AAAA", *(f"::ffff:127.8.8.{number}" for number in range(1, 9)))
    zone.set("example.org", "A", "127.0.0.1")
    async with serving(Server()) as server:
        assert (await send(server.port)).status is OutboundStatus.DELIVERED


async def test_a_domain_kept_here_may_name_this_very_server(zone: Zone) -> None:
    """One that is not proved yet: its mail comes in by the front door. Of a stranger's domain that is a loop."""
    us = configuration.current().mail_host
    zone.set("example.org", "MX", f"10 {us}.")
    zone.set(us, "A", "127.0.0.1")
    async with serving(Server()) as server:
        assert (await send(server.port, is_ours=True)).status is OutboundStatus.DELIVERED
        assert (await send(server.port)).enhanced == "5.4.6"
