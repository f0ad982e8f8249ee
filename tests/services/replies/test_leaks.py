"""What leaves carries the alias: no byte of it names the member who wrote it, whoever it goes to."""

import email
import re
from email.policy import default

import pytest

from models import Alias, DraftKind, Message
from services import database, replies
from services.flows.relay.receipt import replied
from tests.services.desk import Desk, desk
from tests.services.flows.delivery.conftest import Recording, deliver

__all__ = ["desk"]
OWN = re.compile(rb"alice@|people\.test|bob@", re.IGNORECASE)


def everything(content: bytes) -> bytes:
    """The bytes on the wire, and what its parts say once they are decoded."""
    parts = email.message_from_bytes(content, policy=default).walk()
    return b"\n".join([content, *(part.get_payload(decode=True) or b"" for part in parts if not part.is_multipart())])


async def leaving() -> list[bytes]:
    relay = Recording(lambda parcel: replied(250, "2.0.0 OK", host="mx"))
    await deliver(relay)
    assert relay.parcels
    return [f"{each.reverse_path}\n{each.recipient}\n".encode() + everything(each.content) for each in relay.parcels]


@pytest.mark.parametrize("kind", [DraftKind.REPLY, DraftKind.REPLY_ALL, DraftKind.FORWARD, DraftKind.NEW])
async def test_with_copies_and_blind_copies_from_a_draft(desk: Desk, kind: DraftKind) -> None:
    people = [{"name": "", "address": f"{name}@elsewhere.example"} for name in ("one", "two", "three")]
    to = {"to": people[:1]} if kind is not DraftKind.REPLY_ALL else {}
    draft = desk.draft(kind, cc=people[1:2] if to else [], bcc=people[2:], subject="Hello", **to)
    with database.transaction() as session:
        replies.send(session, draft, undo_seconds=0, actor=desk.people.alice)
    sent = await leaving()
    assert len(sent) >= 3 or kind is DraftKind.REPLY_ALL
    for wire in sent:
        assert b"support" in wire and not OWN.search(wire)
        head = wire.partition(b"\r\n\r\n")[0]
        assert b"three@" not in head.partition(b"\n")[2].partition(b"\n")[2], "blind copies stay blind"


async def test_from_a_program_and_as_an_answer_to_ones_own_answer(desk: Desk) -> None:
    for _ in range(2):
        with database.transaction() as session:
            replies.answer(session, desk.ticket_id, text="Yes.", bcc=["x@elsewhere.example"], actor=desk.people.bob)
    for wire in await leaving():
        assert not OWN.search(wire)


async def test_a_pattern_answers_as_the_address_written_to(desk: Desk) -> None:
    with database.transaction() as session:
        session.get_one(Alias, desk.alias_id).local_part = "supp*"
    with database.transaction() as session:
        message = replies.answer(session, desk.ticket_id, text="Yes.", actor=desk.people.alice)
        assert isinstance(message, Message) and message.author_address == "support@acme.test"
    for wire in await leaving():
        assert b"supp*" not in wire and b"support+t1." in wire
