"""A mailbox as an mbox: in pieces, of one's own organisation only."""

import pytest

from models import Message, RawMessage, Ticket
from services import clock, database, exports
from services.errors import NotFound, NotPermitted
from tests.conftest import People


def put(people: People, *contents: bytes) -> None:
    now, owner = clock.now(), people.alice.organisation_id
    with database.transaction() as session:
        ticket = Ticket(organisation_id=owner, number=1, mailbox_id=people.mailbox_id, active_at=now, created_at=now)
        session.add(ticket)
        session.flush()
        for content in contents:
            raw = RawMessage(queue_id="q", received_at=now, size=len(content), content=content)
            session.add(raw)
            session.flush()
            places = {"organisation_id": owner, "ticket_id": ticket.id, "raw_id": raw.id, "size": raw.size}
            session.add(Message(direction="in", received_at=now, **places))
        session.add(Message(organisation_id=owner, ticket_id=ticket.id, direction="note", received_at=now))


def test_in_pieces_that_fit(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    put(people, b"Subject: 1\r\n\r\nFrom x\r\n", b"Subject: 2\r\n\r\n", b"Subject: 3\r\n\r\n")
    monkeypatch.setattr(exports, "MOST_MESSAGES", 2)
    whole, after = b"", 0
    while True:
        with database.reading() as session:
            piece = exports.piece(session, people.mailbox_id, after, actor=people.alice)
        whole += piece.content
        if piece.after is None:
            break
        after = piece.after
    assert whole.count(b"From MAILER-DAEMON ") == 3 and b"\n>From x\r\n" in whole


def test_only_by_those_who_may(people: People) -> None:
    with database.reading() as session:
        with pytest.raises(NotFound):
            exports.piece(session, people.mailbox_id, actor=people.charlie)
        with pytest.raises(NotPermitted):
            exports.piece(session, people.mailbox_id, actor=people.bob)
