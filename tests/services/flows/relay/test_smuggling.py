"""B12 on the way out: stored bytes that look like the end of a message, delivered and counted by real servers."""

import json
import re
from itertools import product
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models import OutboundStatus, RawMessage
from services import database, forwarding, reception
from services.flows.delivery import carry
from services.flows.delivery.claiming import Flight, Mail
from services.flows.relay import Smarthost
from services.forwarding import Forward
from services.reception import Envelope
from services.settings import Settings
from tests.conftest import People
from tests.services.desk import add_alias
from tests.services.flows.delivery.conftest import deliver, rows
from tests.services.flows.relay.hostile import EXTENSIONS, Hostile, listening
from tests.services.flows.relay.servers import MAIL, Server, serving

CORPUS = Path(__file__).parents[5] / "shared" / "corpora" / "smtp" / "smuggling_sequences.json"
ENVELOPE = b"MAIL FROM:<evil@example.net>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\nEvil\r\n"
ENDS = (b"\r\n", b"\n", b"\r", b"\n\n", b"\r\r\n", b"\r\n\x00", b"\x0b", b"\x85", b"\xe2\x80\xa8")
ANY_END = re.compile(rb"(?<!\r)\n|\r(?!\n)|\r\n\.\r\n")  # what some server somewhere takes for an end


def sequences() -> list[bytes]:
    """Every line end before and behind a dot, and those of the corpus where that is."""
    made = [before + b"." + behind for before, behind in product(ENDS, ENDS)]
    known = json.loads(CORPUS.read_text()).values() if CORPUS.exists() else []
    return list(dict.fromkeys([*made, *map(bytes.fromhex, known)]))


def hidden(sequence: bytes) -> bytes:
    return MAIL + b"x" + sequence + ENVELOPE + sequence


def flight(content: bytes) -> Flight:
    mail = Mail(content, None)  # type: ignore[arg-type]
    return Flight(1, 1, None, mail, "a@acme.test", "b@example.org", "example.org", "", 1, False, False)


@pytest.mark.parametrize("pipelining", [False, True])
async def test_no_sequence_makes_a_second_message(settings: Settings, pipelining: bool) -> None:
    server = Server(greeting=["250-PIPELINING", "250 8BITMIME"] if pipelining else [])
    async with serving(server):
        relay = Smarthost.from_url(f"smtp://127.0.0.1:{server.port}", settings)
        for sequence in sequences():
            await carry(flight(hidden(sequence)), relay)
        await relay.close()
    assert len(server.mails) == len(sequences()) > 80
    assert {mail.mail_from for mail in server.mails} == {"a@acme.test"}
    for mail in server.mails:
        assert isinstance(mail.original_content, bytes)
        lines = mail.original_content.split(b"\r\n")
        assert not any(b"\r" in line or b"\n" in line for line in lines)


@pytest.mark.parametrize("pipelining", [False, True])
async def test_nor_does_one_in_stored_mail_that_is_forwarded(people: People, pipelining: bool) -> None:
    alias_id = add_alias(people.alice, people.mailbox_id)
    with database.transaction() as session:
        envelopes = [
            Envelope("ann@shop.example", ("support@acme.test",), hidden(each), "shop.example", "192.0.2.1", "ESMTP")
            for each in sequences()
        ]
        queue_ids = reception.store(session.connection(), envelopes)
        forwarding.forward(session, [_forward(session, people, alias_id, queue_id) for queue_id in queue_ids])
    server = Hostile(extensions=EXTENSIONS if pipelining else ())
    async with listening(server, "127.0.0.1", 0) as port:
        await deliver(Smarthost.from_url(f"smtp://127.0.0.1:{port}", Settings()))
    assert {row.status for row in rows()} == {OutboundStatus.DELIVERED}
    assert len(server.taken) == len(sequences())
    assert {each.recipients for each in server.taken} == {("sam@elsewhere.example",)}
    assert not any(ANY_END.search(each.wire) for each in server.taken)
    assert not any(line.startswith("MAIL FROM:<evil") for line in server.heard)


def _forward(session: Session, people: People, alias_id: int, queue_id: str) -> Forward:
    raw_id = session.exec(select(RawMessage.id).where(RawMessage.queue_id == queue_id)).one() or 0
    targets = ("sam@elsewhere.example",)
    return Forward(
        people.alice.organisation_id, alias_id, "support@acme.test", targets, raw_id, "ann@shop.example", "x"
    )
