"""The trash is emptied after thirty days: nothing of a conversation is left, and nothing else is touched."""

from datetime import timedelta

import pytest
from sqlmodel import Session, func, select

from models import (
    Attachment,
    Draft,
    DraftKind,
    Message,
    MessageBody,
    Outbound,
    OutboundStatus,
    RawMessage,
    Reception,
    Ticket,
    TicketEvent,
)
from services import clock, database, drafts, replies, search, tickets, trash
from services.flows import sweeping
from tests.conftest import People
from tests.services.flows.inbound.conftest import file_all as file_mail
from tests.services.flows.inbound.conftest import letter, post, received, send, ticket_of
from tests.services.tickets.made import ticket

__all__ = ["post"]
pytestmark = pytest.mark.usefixtures("post")
KINDS = (Ticket, TicketEvent, Message, MessageBody, Attachment, Draft, Outbound, Reception, RawMessage)
LATER = timedelta(days=31)


def counts() -> dict[str, int]:
    with database.reading() as session:
        return {kind.__name__: session.exec(select(func.count()).select_from(kind)).one() for kind in KINDS}


def throw_away(people: People, *ticket_ids: int) -> None:
    with database.transaction() as session:
        for ticket_id in ticket_ids:
            tickets.delete(session, ticket_id, actor=people.bob)


def sweep_later() -> None:
    with clock.ahead(LATER):
        sweeping.sweep()


def answered(session: Session, ticket_id: int, people: People) -> None:
    """The conversation gets an answer with a file, which was delivered, a note, and a draft with a file."""
    file = {"filename": "a.txt", "content_type": "text/plain", "content": b"x"}
    for is_sent in (True, False):
        draft = drafts.start(session, DraftKind.REPLY, ticket_id=ticket_id, actor=people.bob)
        writing = drafts.Writing(text="Hi", to=[{"name": "", "address": "carl@customer.test"}])
        drafts.save(session, draft.id or 0, writing, version=draft.version, actor=people.bob)
        drafts.attach(session, draft.id or 0, actor=people.bob, **file)
        if is_sent:
            replies.send(session, draft.id or 0, actor=people.bob)
    for row in session.exec(select(Outbound)):
        row.status = OutboundStatus.DELIVERED
    tickets.note(session, ticket_id, "Rude.", actor=people.bob)


def test_a_conversation_goes_with_all_that_is_its_own(people: People) -> None:
    kept = ticket("Keep me")
    before = counts()
    gone = ticket("Zanzibar")
    with database.transaction() as session:
        answered(session, gone, people)
    assert all(count > before[name] for name, count in counts().items())
    throw_away(people, gone)
    sweeping.sweep()
    assert counts()["Ticket"] == 2
    sweep_later()
    assert counts() == before
    with database.reading() as session:
        assert tickets.get(session, kept, actor=people.bob).entries
        assert not search.find(session, "zanzibar in:anywhere", actor=people.bob)


def test_what_another_organisation_also_received_stays_theirs(people: People) -> None:
    send(letter("Shared"), "support@acme.test", "hello@other.test")
    file_mail()
    with database.reading() as session:
        ours, theirs = session.exec(select(Ticket).order_by(Ticket.organisation_id)).all()  # type: ignore[arg-type]
    throw_away(people, ours.id or 0)
    sweep_later()
    assert (counts()["Ticket"], counts()["RawMessage"], counts()["Reception"]) == (1, 1, 1)
    with database.reading() as session:
        assert tickets.get(session, theirs.id or 0, actor=people.charlie).entries


def test_restored_in_time(people: People) -> None:
    number = ticket()
    throw_away(people, number)
    with database.transaction() as session:
        tickets.restore(session, number, actor=people.bob)
    sweep_later()
    assert counts()["Ticket"] == 1


def test_merged_tickets_lead_to_theirs_until_that_one_goes(people: People) -> None:
    target, source = ticket("One"), ticket("Two")
    with database.transaction() as session:
        tickets.merge(session, target, [source], actor=people.bob)
    sweep_later()
    assert counts()["Ticket"] == 2
    throw_away(people, target)
    sweep_later()
    assert counts() == dict.fromkeys(counts(), 0)


def test_who_follows_a_ticket_that_goes_follows_none(people: People) -> None:
    first, second = ticket("One"), ticket("Two")
    with database.transaction() as session:
        session.get_one(Ticket, second).follows_id = first
    throw_away(people, first)
    sweep_later()
    with database.reading() as session:
        assert session.get_one(Ticket, second).follows_id is None


def test_many_go_in_small_transactions(people: People) -> None:
    throw_away(people, *(ticket() for _ in range(trash.BATCH + 2)))
    with clock.ahead(LATER):
        with database.transaction() as session:
            assert trash.empty(session)
        assert counts()["Ticket"] == 2
        sweeping.sweep()
    assert counts()["Ticket"] == 0


def test_mail_that_comes_again_begins_anew(people: People) -> None:
    raw = letter("Again", message_id="<same@customer.test>")
    first = ticket_of(received(raw))
    throw_away(people, first.id or 0)
    sweep_later()
    ticket_of(received(raw))
    assert counts()["Message"] == 1
