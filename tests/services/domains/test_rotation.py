"""Rotation of DKIM keys: mail signed before, during and after it verifies, at a real DNS server, by dkimpy."""

from datetime import timedelta

import dkim as dkimpy
import pytest

from models import Domain
from services import clock, database, dns, domains, outbound
from services.domains import Stage
from services.errors import Conflict, NotFound, NotPermitted
from services.flows.delivery import Worker
from services.flows.relay import Parcel, Receipt
from services.flows.relay.receipt import replied
from tests.conftest import People
from tests.dns_server import Zone
from tests.services.domains.conftest import publish, reported

MAIL = (
    b"From: support@acme.example\r\nTo: bob@example.org\r\nSubject: Hello\r\nMessage-ID: <1@acme.example>\r\n"
    b"List-Unsubscribe: <https://acme.example/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n\r\nHello\r\n"
)


class Outside:
    """A relay that keeps what it was given."""

    per_destination: int | None = None

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def transmit(self, parcel: Parcel) -> Receipt:
        self.letters.append(parcel.content)
        return replied(250, "kept")

    async def close(self) -> None:
        pass


async def sent(people: People) -> bytes:
    """What leaves when the domain sends a letter now."""
    with database.transaction() as session:
        outbound.enqueue(
            session,
            raw=MAIL,
            reverse_path="support@acme.example",
            recipients=["bob@example.org"],
            organisation_id=people.alice.organisation_id,
        )
    relay = Outside()
    worker = Worker(relay, capacity=10)
    while await worker.process_one():
        pass
    await worker.settle()
    return relay.letters[0]


async def verified(letter: bytes) -> dict[str, bool]:
    """By selector, whether its signature verifies against what the DNS holds now."""
    fields = [dkimpy.util.parse_tag_value(value) for value in _signatures(letter)]
    names = [tags[b"s"].decode() + "._domainkey." + tags[b"d"].decode() for tags in fields]
    records = {f"{name}.".encode(): (await dns.txt(name, fresh=True)).values for name in names}

    def look(name: bytes, timeout: int = 5) -> str | None:
        return next(iter(records[name]), None)

    return {
        tags[b"s"].decode(): dkimpy.DKIM(letter).verify(index, dnsfunc=look) if records[f"{name}.".encode()] else False
        for index, (tags, name) in enumerate(zip(fields, names, strict=True))
    }


def _signatures(letter: bytes) -> list[bytes]:
    fields, _ = dkimpy.rfc822_parse(letter)
    return [value for name, value in fields if name.lower() == b"dkim-signature"]


def unpublish(zone: Zone, people: People, domain: Domain, selector: str) -> None:
    zone.set(f"{selector}._domainkey.{domain.name}", "TXT")


async def test_no_letter_breaks_on_the_way(zone: Zone, domain: Domain, people: People) -> None:
    number, alice = domain.id or 0, people.alice
    unpublished = await sent(people)
    assert await verified(unpublished) == {"mailroom": False}, "RSA from the start, Ed25519 once it was found"
    publish(zone, reported(people, domain))
    await domains.check(number, actor=alice)
    before = await sent(people)
    assert await verified(before) == {"mailroom": True, "mailroom-ed": True}
    assert all(value.count(b"list-unsubscribe-post") == 2 for value in _signatures(before)), "and oversigned"

    await domains.begin(number, actor=alice)
    assert reported(people, domain).rotation.stage is Stage.PUBLISH
    publish(zone, reported(people, domain))
    assert (await domains.check(number, actor=alice)).rotation.stage is Stage.SWITCH
    during = await sent(people)
    assert await verified(during) == {"mailroom": True, "mailroom-ed": True}, "the next keys sign nothing yet"

    with database.transaction() as session:
        domains.switch(session, number, actor=alice)
    after = await sent(people)
    assert await verified(after) == {"mailroom2": True, "mailroom2-ed": True}
    for letter in (before, during):
        assert await verified(letter) == {"mailroom": True, "mailroom-ed": True}, "still on its way"
    assert reported(people, domain).rotation.stage is Stage.KEEP

    with clock.ahead(timedelta(days=8)):
        assert reported(people, domain).rotation.stage is Stage.REMOVE
        assert (await domains.check(number, actor=alice)).rotation.stage is Stage.REMOVE
        for selector in ("mailroom", "mailroom-ed"):
            unpublish(zone, people, domain, selector)
        ended = await domains.check(number, actor=alice)
    assert ended.rotation.stage is Stage.NONE
    assert [record.selector for record in ended.records if record.selector] == ["mailroom2", "mailroom2-ed"]
    assert await verified(await sent(people)) == {"mailroom2": True, "mailroom2-ed": True}


async def test_old_records_that_go_too_early_are_told(zone: Zone, domain: Domain, people: People) -> None:
    number, alice = domain.id or 0, people.alice
    publish(zone, reported(people, domain))
    await domains.check(number, actor=alice)
    await domains.begin(number, actor=alice)
    publish(zone, reported(people, domain))
    await domains.check(number, actor=alice)
    with database.transaction() as session:
        domains.switch(session, number, actor=alice)
    unpublish(zone, people, domain, "mailroom")
    checked = await domains.check(number, actor=alice)
    assert [record.selector for record in checked.records if record.drifted] == ["mailroom"]
    assert checked.rotation.stage is Stage.KEEP


async def test_an_ed25519_record_that_goes_ends_its_signatures(zone: Zone, domain: Domain, people: People) -> None:
    publish(zone, reported(people, domain))
    await domains.check(domain.id or 0, actor=people.alice)
    for selector in ("mailroom", "mailroom-ed"):
        unpublish(zone, people, domain, selector)
    await domains.check(domain.id or 0, actor=people.alice)
    assert list(await verified(await sent(people))) == ["mailroom"]


async def test_keys_are_given_up_before_they_sign_only(zone: Zone, domain: Domain, people: People) -> None:
    number, alice = domain.id or 0, people.alice
    with database.transaction() as session, pytest.raises(Conflict):
        domains.cancel(session, number, actor=alice)
    await domains.begin(number, actor=alice)
    with pytest.raises(Conflict):
        await domains.begin(number, actor=alice)
    with database.transaction() as session, pytest.raises(Conflict):
        domains.switch(session, number, actor=alice)
    with database.transaction() as session:
        domains.cancel(session, number, actor=alice)
    assert reported(people, domain).rotation.stage is Stage.NONE


async def test_who_may_rotate(zone: Zone, domain: Domain, people: People) -> None:
    number = domain.id or 0
    for actor, error in ((people.bob, NotPermitted), (people.charlie, NotFound)):
        with pytest.raises(error):
            await domains.begin(number, actor=actor)
        for turn in (domains.switch, domains.cancel):
            with database.transaction() as session, pytest.raises(error):
                turn(session, number, actor=actor)
