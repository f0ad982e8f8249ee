"""Messages that are claimed together are signed together, and each is its own."""

import dkim as dkimpy
from sqlmodel import col, update

from models import DkimKey, Domain, DomainStatus, KeyState, OutboundStatus
from services import clock, database, outbound, secrets
from services.domains import keys
from services.domains.keys import KeyPairs
from services.flows.delivery import signing
from services.flows.relay import Receipt
from services.mail import dkim
from tests.conftest import People
from tests.services.flows.delivery.conftest import ED25519, KEY, MAIL, Recording, deliver, enqueue, rows

OK = Receipt(OutboundStatus.DELIVERED, 250, "2.0.0", "fine", "mx.example.org")


async def test_each_gets_its_own_signature(acme: People) -> None:
    mails = [MAIL.replace(b"<1@", b"<%d@" % number) for number in range(2 * signing.TOGETHER + 3)]
    for mail in mails:
        enqueue(acme, raw=mail)
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert sorted(parcel.content.partition(b"\r\nFrom: ")[2] for parcel in relay.parcels) == sorted(
        mail.partition(b"From: ")[2] for mail in mails
    )
    record = dkim.record(KEY.public)
    assert all(dkimpy.verify(parcel.content, dnsfunc=lambda name, timeout=5: record) for parcel in relay.parcels)


async def test_one_that_cannot_be_signed_waits_alone(acme: People) -> None:
    with database.transaction() as session:
        owner = acme.alice.organisation_id
        broken = Domain(
            organisation_id=owner,
            name="broken.test",
            status=DomainStatus.ACTIVE,
            verification_token="x",
            created_at=clock.now(),
        )
        session.add(broken)
        session.flush()
        keys.put(session, broken, KeyPairs(KEY, ED25519), KeyState.ACTIVE)
        spoiled = update(DkimKey).where(col(DkimKey.domain_id) == broken.id)
        session.exec(spoiled.values(private_key=secrets.seal("no key")))
        outbound.enqueue(
            session,
            raw=MAIL,
            reverse_path="a@broken.test",
            recipients=["bob@example.org"],
            organisation_id=owner,
        )
    enqueue(acme)
    enqueue(acme)
    await deliver(Recording(lambda parcel: OK))
    assert [row.status for row in rows()] == [
        OutboundStatus.DELAYED,
        OutboundStatus.DELIVERED,
        OutboundStatus.DELIVERED,
    ]
