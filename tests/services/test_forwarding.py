"""Forwarded mail: untouched, with a reverse-path of ours, kept when it fails, and sent again."""

import dkim as dkimpy
import pytest
from sqlmodel import Session, col, select

from models import OutboundStatus, RawMessage, Reception
from services import access, database, forwarding, mailboxes, notices, reception
from services.errors import NotFound, NotPermitted
from services.flows.relay.receipt import replied
from services.forwarding import Forward
from services.mail import dkim, message
from services.reception import Envelope
from tests.conftest import People
from tests.services.desk import add_alias
from tests.services.flows.delivery.conftest import Recording, deliver, rows

KEY = dkim.rsa_key_pair()
OK = replied(250, "2.0.0 taken", host="mx.elsewhere.example")
NEVER = replied(550, "5.1.1 <sam.private@elsewhere.example> is no user of mx.elsewhere.example", host="mx")
LETTER = (
    b"Received: from laptop by mx.shop.example; Mon, 1 Jan 2024 00:00:00 +0000\r\n"
    b"From: Ann <ann@shop.example>\r\nTo: support@acme.test\r\nBcc: kept@shop.example\r\nSubject:  Odd   spaces \r\n"
    b"Message-ID: <1@shop.example>\r\nDate: Mon, 01 Jan 2024 00:00:00 +0000\r\n\r\n\xfcml\xe4ut\r\n\r\ntabs \t \r\n"
)


@pytest.fixture
def alias_id(people: People) -> int:
    return add_alias(people.alice, people.mailbox_id)


def forward(people: People, alias_id: int, content: bytes = LETTER, reverse_path: str = "ann@shop.example") -> None:
    """As filing does, for a message that came to support@acme.test."""
    with database.transaction() as session:
        envelope = Envelope(reverse_path, ("support@acme.test",), content, "shop.example", "192.0.2.1", "ESMTP")
        raw_id = _raw_id(session, reception.store(session.connection(), [envelope])[0])
        forwarding.forward(
            session,
            [
                Forward(
                    people.alice.organisation_id,
                    alias_id,
                    "support@acme.test",
                    ("sam.private@elsewhere.example", "ben@other.example"),
                    raw_id,
                    reverse_path,
                    "Odd spaces",
                )
            ],
        )


def _raw_id(session: Session, queue_id: str) -> int:
    return session.exec(select(RawMessage.id).where(RawMessage.queue_id == queue_id)).one() or 0


def reports() -> list[bytes]:
    """The failure reports under way to those who wrote, by their rewritten reverse-paths."""
    with database.reading() as session:
        mine = col(Reception.recipient).like("SRS0=%")
        return list(session.exec(select(RawMessage.content).join(Reception).where(mine)))


async def test_the_content_leaves_as_it_came_and_its_signature_holds(people: People, alias_id: int) -> None:
    signature = dkim.sign(LETTER, domain="shop.example", signers=[dkim.Signer("s", KEY.private)], at=1_700_000_000)
    forward(people, alias_id, signature + LETTER)
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert {parcel.recipient for parcel in relay.parcels} == {"sam.private@elsewhere.example", "ben@other.example"}
    for parcel in relay.parcels:
        assert parcel.content.startswith(b"Delivered-To: support@acme.test\r\nReceived: from shop.example")
        assert parcel.content.endswith(b"\r\n" + signature + LETTER)
        assert parcel.content.count(b"DKIM-Signature") == 1, "what others wrote is not signed by us"
        assert dkimpy.verify(parcel.content, dnsfunc=lambda name, timeout=5: dkim.record(KEY.public))


async def test_the_reverse_path_is_ours_and_leads_back(people: People, alias_id: int) -> None:
    forward(people, alias_id)
    forward(people, alias_id, reverse_path="")
    forward(people, alias_id, reverse_path="x" * 60 + "@shop.example")
    paths = [row.reverse_path for row in rows()[::2]]
    assert paths[0].startswith("SRS0=") and paths[0].endswith("=shop.example=ann@acme.test")
    assert paths[1] == ""
    with database.reading() as session:
        targets = [mailboxes.resolve(session, path) for path in (paths[0], paths[2])]
        found = [forwarding.returned_to(session, each.returns) for each in targets if each and each.returns]
    assert found == ["ann@shop.example", "x" * 60 + "@shop.example"]


def test_what_came_back_or_came_too_far_goes_no_further() -> None:
    again = message.parse(b"Delivered-To: Support@ACME.test\r\n" + LETTER)
    far = message.parse(b"Received: from a by b; now\r\n" * 25 + LETTER)
    assert "came back" in forwarding.refusal(again, "support@acme.test")
    assert forwarding.refusal(again, "sales@acme.test") == ""
    assert "26 servers" in forwarding.refusal(far, "support@acme.test")


async def test_a_failure_is_kept_told_and_says_nothing_of_who_is_behind(people: People, alias_id: int) -> None:
    forward(people, alias_id)
    await deliver(Recording(lambda parcel: NEVER if "sam" in parcel.recipient else OK))
    with database.reading() as session:
        [lost] = forwarding.failed(session, alias_id, actor=people.bob)
        assert (lost.recipient, lost.enhanced_code) == ("sam.private@elsewhere.example", "5.1.1")
        assert forwarding.failure_counts(session, actor=people.olga) == {alias_id: 1}
        [notice] = notices.current(session, actor=people.alice)
    assert "support@acme.test" in notice.title
    [report] = reports()
    assert b"support@acme.test" in report and b"5.1.1" in report
    assert b"sam.private" not in report and b"elsewhere" not in report


async def test_what_failed_is_sent_again(people: People, alias_id: int) -> None:
    forward(people, alias_id)
    await deliver(Recording(lambda parcel: NEVER))
    with database.transaction() as session:
        first, second = (row.id or 0 for row in forwarding.failed(session, alias_id, actor=people.alice))
        assert len(forwarding.send_again(session, alias_id, outbound_ids=[first], actor=people.alice)) == 1
        assert notices.current(session, actor=people.alice), "one is still waiting"
        with pytest.raises(NotFound):
            forwarding.send_again(session, alias_id, outbound_ids=[first], actor=people.alice)
        assert [row.id for row in forwarding.send_again(session, alias_id, actor=people.alice)] == [second]
        assert notices.current(session, actor=people.alice) == []
    relay = Recording(lambda parcel: OK)
    await deliver(relay)
    assert len(relay.parcels) == 2
    assert all(row.status is OutboundStatus.DELIVERED for row in rows() if row.alias_id == alias_id)


def test_only_ones_own_and_only_leads(people: People, alias_id: int) -> None:
    with database.transaction() as session:
        for work in (forwarding.failed, forwarding.send_again):
            with pytest.raises(NotFound):
                work(session, alias_id, actor=people.charlie)
        with pytest.raises(NotPermitted):
            forwarding.send_again(session, alias_id, actor=people.bob)
        assert forwarding.failure_counts(session, actor=access.system(people.charlie.organisation_id)) == {}
