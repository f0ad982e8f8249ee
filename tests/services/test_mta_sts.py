"""Other domains' policies (RFC 8461): found, fetched, kept and obeyed; and our own, served."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from models import Domain, DomainStatus, OutboundStatus
from services import clock, database, mta_sts
from services import settings as configuration
from services.errors import NotFound
from services.flows.relay.direct import DirectToMx
from services.flows.relay.direct import Policy as Rules
from services.flows.relay.receipt import Receipt
from services.mail.mta_sts import Mode, parse
from services.mta_sts import Policies
from services.settings import Settings
from tests import dns_server
from tests.conftest import People
from tests.dns_server import Zone
from tests.services.flows.relay.hostile import Do, Hostile
from tests.services.flows.relay.servers import issue, parcel

NAME = "example.org"
FILE = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.org\r\nmax_age: 86400\r\n"


@dataclass
class Site:
    """A web server with one file."""

    text: str = FILE
    status: str = "200 OK"
    kind: str = "text/plain; charset=utf-8"
    port: int = 0
    asked: list[str] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.decode().partition("\r\n")[0])
        await self.may_answer.wait()
        body = self.text.encode()
        lines = f"HTTP/1.1 {self.status}\r\nContent-Type: {self.kind}\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{lines}Location: https://elsewhere.example/\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()


@pytest.fixture
def zone(db: None, settings: Settings) -> Iterator[Zone]:
    with dns_server.serving() as zone:
        chosen = {"dns_nameservers": zone.nameservers, "allow_private_targets": True, "tls_cert": "x", "tls_key": "x"}
        configuration.use(settings.model_copy(update=chosen))
        zone.set(NAME, "MX", f"10 mx.{NAME}.")
        zone.set(f"mx.{NAME}", "A", "127.0.0.1")
        zone.set(f"mta-sts.{NAME}", "A", "127.0.0.1")
        zone.set_text(f"_mta-sts.{NAME}", "v=STSv1; id=1;")
        yield zone


@asynccontextmanager
async def serving(site: Site, context: ssl.SSLContext) -> AsyncIterator[Site]:
    async with await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=context) as server:
        site.port = server.sockets[0].getsockname()[1]
        yield site


@asynccontextmanager
async def site(folder: Path, text: str = FILE) -> AsyncIterator[Site]:
    context = await asyncio.to_thread(issue, folder, f"mta-sts.{NAME}")
    async with serving(Site(text), context) as made:
        made.may_answer.set()
        yield made


def policies(made: Site, folder: Path) -> Policies:
    return Policies(port=made.port, trust=str(folder / f"mta-sts.{NAME}.pem"))


async def test_fetched_once_and_kept(zone: Zone, tmp_path: Path) -> None:
    async with site(tmp_path) as made:
        one = policies(made, tmp_path)
        found = await asyncio.gather(*(one.of(NAME) for _ in range(5)))
        assert [each and each.mode for each in found] == [Mode.ENFORCE] * 5
        assert made.asked == ["GET /.well-known/mta-sts.txt HTTP/1.1"]
        made.status = "500 Oops"
        assert await policies(made, tmp_path).of(NAME) == found[0]  # another process, from the database
        assert len(made.asked) == 1


async def test_fetched_again_where_the_id_is_another(zone: Zone, tmp_path: Path) -> None:
    async with site(tmp_path) as made:
        await policies(made, tmp_path).of(NAME)
        made.text = FILE.replace("enforce", "testing")
        zone.set_text(f"_mta-sts.{NAME}", "v=STSv1; id=2;")
        await _forget_answers(zone)
        found = await policies(made, tmp_path).of(NAME)
    assert found is not None and found.mode is Mode.TESTING


@pytest.mark.parametrize("loss", ["record", "file", "server", "garbage", "page"])
async def test_kept_when_it_cannot_be_had_again(zone: Zone, tmp_path: Path, loss: str) -> None:
    async with site(tmp_path) as made:
        await policies(made, tmp_path).of(NAME)
        zone.set_text(f"_mta-sts.{NAME}", "v=STSv1; id=2;")
        if loss == "record":
            zone.set(f"_mta-sts.{NAME}", "TXT")
        made.status = "404 Not Found" if loss == "file" else "302 Found" if loss == "server" else "200 OK"
        made.text = "no policy" if loss == "garbage" else FILE
        made.kind = "text/html" if loss == "page" else "text/plain"
        await _forget_answers(zone)
        held = await policies(made, tmp_path).of(NAME)
        assert held is not None and held.mode is Mode.ENFORCE
        with clock.ahead(timedelta(days=2)):
            assert await policies(made, tmp_path).of(NAME) is None


async def test_nothing_where_nothing_is_announced_or_believed(zone: Zone, tmp_path: Path) -> None:
    async with site(tmp_path) as made:
        assert await Policies(port=made.port).of(NAME) is None  # nobody vouches for its certificate
        zone.set(f"_mta-sts.{NAME}", "TXT")
        await _forget_answers(zone)
        assert await policies(made, tmp_path).of(NAME) is None
    assert made.asked == []


async def test_too_large_a_file_is_none(zone: Zone, tmp_path: Path) -> None:
    async with site(tmp_path, text=FILE + "x: y\r\n" * 20_000) as made:
        assert await policies(made, tmp_path).of(NAME) is None


async def test_private_sites_are_not_asked(zone: Zone, tmp_path: Path) -> None:
    configuration.use(configuration.current().model_copy(update={"allow_private_targets": False}))
    async with site(tmp_path) as made:
        assert await policies(made, tmp_path).of(NAME) is None
    assert made.asked == []


async def test_a_site_that_hangs_holds_up_no_other_domain(zone: Zone, tmp_path: Path) -> None:
    async with site(tmp_path) as made:
        made.may_answer.clear()
        one = policies(made, tmp_path)
        slow = asyncio.create_task(one.of(NAME))
        assert await one.of("other.example") is None
        assert not slow.done()
        made.may_answer.set()
        assert await slow is not None


async def send(made: Site, folder: Path, server: Hostile, name: str) -> Receipt:
    """One message to a server whose certificate is for `name`; none where that is empty."""
    server.tls = await asyncio.to_thread(issue, folder, name) if name else None
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        trust = str(folder / f"mx.{NAME}.pem") if name == f"mx.{NAME}" else ""
        relay = DirectToMx(Rules("mailroom.test", port, may_be_private=True, trust=trust), policies(made, folder))
        try:
            return await relay.transmit(parcel(f"bob@{NAME}"))
        finally:
            await relay.close()


class TestObeyed:
    async def test_over_verified_tls(self, zone: Zone, tmp_path: Path) -> None:
        async with site(tmp_path) as made:
            server = Hostile()
            receipt = await send(made, tmp_path, server, f"mx.{NAME}")
        assert receipt.status is OutboundStatus.DELIVERED and receipt.tls
        assert [each.encrypted for each in server.taken] == [True]

    @pytest.mark.parametrize("name", ["", f"strange.{NAME}"], ids=["no TLS", "not verified"])
    async def test_never_in_the_clear_nor_to_strangers(self, zone: Zone, tmp_path: Path, name: str) -> None:
        async with site(tmp_path) as made:
            server = Hostile()
            receipt = await send(made, tmp_path, server, name)
        assert receipt.status is OutboundStatus.DELAYED and "MTA-STS" in receipt.words
        assert server.whole == []

    async def test_refused_starttls_is_no_way_out(self, zone: Zone, tmp_path: Path) -> None:
        async with site(tmp_path) as made:
            server = Hostile({"STARTTLS": [("454 4.7.0 not now", Do.CLOSE)]})
            receipt = await send(made, tmp_path, server, f"mx.{NAME}")
        assert receipt.status is OutboundStatus.DELAYED and server.whole == []

    async def test_no_server_that_the_policy_does_not_name(self, zone: Zone, tmp_path: Path) -> None:
        zone.set(NAME, "MX", f"10 evil.{NAME}.")
        zone.set(f"evil.{NAME}", "A", "127.0.0.1")
        async with site(tmp_path) as made:
            server = Hostile()
            receipt = await send(made, tmp_path, server, "")
        assert (receipt.status, receipt.enhanced) == (OutboundStatus.DELAYED, "4.7.0")
        assert f"evil.{NAME}" in receipt.words and server.connections == 0

    @pytest.mark.parametrize("mode", ["testing", "none"])
    async def test_other_modes_change_nothing(self, zone: Zone, tmp_path: Path, mode: str) -> None:
        zone.set(NAME, "MX", f"10 other.{NAME}.")
        zone.set(f"other.{NAME}", "A", "127.0.0.1")
        async with site(tmp_path, text=FILE.replace("enforce", mode)) as made:
            server = Hostile()
            assert (await send(made, tmp_path, server, "")).status is OutboundStatus.DELIVERED


def test_our_own_policy(zone: Zone, people: People) -> None:
    with database.transaction() as session:
        for name, status in (("acme.example", DomainStatus.ACTIVE), ("new.example", DomainStatus.PENDING)):
            session.add(
                Domain(
                    organisation_id=people.alice.organisation_id,
                    name=name,
                    status=status,
                    verification_token="-",
                    created_at=clock.now(),
                )
            )
        session.flush()
        policy = parse(mta_sts.own(session, "MTA-STS.acme.example"))
        assert policy.mode is Mode.ENFORCE and policy.covers("mailroom.test")
        for host in ("mta-sts.new.example", "mta-sts.nobody.example", "acme.example", "mta-sts", ""):
            with pytest.raises(NotFound):
                mta_sts.own(session, host)
        configuration.use(configuration.current().model_copy(update={"tls_cert": "", "tls_key": ""}))
        assert parse(mta_sts.own(session, "mta-sts.acme.example")).mode is Mode.NONE


async def _forget_answers(zone: Zone) -> None:
    """Ask a server at another place: nothing remembers its answers yet."""
    resolver = configuration.current()
    configuration.use(resolver.model_copy(update={"dns_nameservers": f"{zone.nameservers},{zone.nameservers}"}))
