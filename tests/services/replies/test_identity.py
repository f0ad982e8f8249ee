"""A conversation that came to a mailbox's own address is answered as that mailbox."""

from dataclasses import replace

import pytest
from sqlmodel import delete, select

from models import Alias, Domain, Draft, DraftKind, Mailbox, Outbound, Ticket
from services import clock, database, drafts, errors, mailboxes
from services.drafts import Writing
from services.replies import identity
from tests.services.desk import Desk, mail_of
from tests.services.replies.test_sending import send


@pytest.fixture
def ida(desk: Desk) -> int:
    """support@acme.test is a mailbox's own address, and there is no alias."""
    with database.transaction() as session:
        session.get_one(Ticket, desk.ticket_id).alias_id = None
        session.flush()
        session.exec(delete(Alias))
        box = session.get_one(Mailbox, desk.people.mailbox_id)
        box.domain_id, box.local_part = session.exec(select(Domain.id)).one(), "support"
        box.tls_out, box.updated_at = True, clock.now()
        return box.id or 0


def test_the_answer_leaves_as_the_mailbox(desk: Desk, ida: int) -> None:
    message = send(desk, desk.draft())
    mail = mail_of(message.raw_id)
    assert str(mail["from"]) == "Support <support@acme.test>" and message.alias_id is None
    assert str(mail["reply-to"]).startswith("Support <support+")
    with database.reading() as session:
        assert [row.needs_tls for row in session.exec(select(Outbound)).all()] == [True]


def test_nor_is_its_own_address_written_to_when_all_are_answered(desk: Desk, ida: int) -> None:
    mail = mail_of(send(desk, desk.draft(DraftKind.REPLY_ALL)).raw_id)
    assert "support@acme.test" not in f"{mail['to']} {mail['cc']}"
    assert "colleague@customer.example" in f"{mail['to']} {mail['cc']}"


def test_a_new_conversation_begins_as_the_mailbox_where_there_is_no_alias(desk: Desk, ida: int) -> None:
    to = [{"name": "", "address": "new@customer.example"}]
    message = send(desk, desk.draft(DraftKind.NEW, to=to, subject="Hello"))
    with database.reading() as session:
        assert session.get_one(Ticket, message.ticket_id).mailbox_id == ida
    assert str(mail_of(message.raw_id)["from"]) == "Support <support@acme.test>"


def test_by_its_address_and_not_once_it_is_off(desk: Desk, ida: int) -> None:
    alice = desk.people.alice
    with database.transaction() as session:
        who = identity.of_address(session, "Ida <Support@acme.test>", actor=alice)
        assert (who.author.name, who.mailbox_id, who.alias_id) == ("Ida", ida, None)
        with pytest.raises(errors.Invalid):
            identity.of_address(session, "postmaster@acme.test", actor=alice)
        session.get_one(Mailbox, ida).active = False
    with pytest.raises(errors.Invalid, match="switched off"):
        send(desk, desk.draft())


def test_a_mailbox_may_be_chosen_where_there_are_aliases_too(desk: Desk) -> None:
    people = desk.people
    with database.transaction() as session:
        mailboxes.move_to(session, people.mailbox_id, "desk@acme.test", actor=people.alice)
    draft_id = desk.draft()
    with database.transaction() as session:
        draft = session.get_one(Draft, draft_id)
        said = Writing(to=[{"name": "", "address": "ann@customer.example"}], subject="Hi", text="Hi")
        theirs = replace(said, mailbox_id=people.other_mailbox_id)
        with pytest.raises(errors.Invalid):
            drafts.save(session, draft_id, theirs, version=draft.version, actor=people.bob)
        ours = replace(said, mailbox_id=people.mailbox_id)
        drafts.save(session, draft_id, ours, version=draft.version, actor=people.bob)
    message = send(desk, draft_id)
    assert (message.author_address, message.alias_id) == ("desk@acme.test", None)
