"""A person's mail handed out whole, and forgotten everywhere while everybody else's stays."""

import pytest
from sqlmodel import func, select

from models import Contact, ContactAddress, Message, MessageBody, RawMessage, Reception, Ticket
from services import contacts, database, tickets
from services.errors import NotFound, NotPermitted
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, post, received, ticket_of

__all__ = ["post"]


def contact_id(people: People, address: str = "carl@customer.test") -> int:
    with database.reading() as session:
        person = contacts.of_address(session, address, actor=people.alice).person
        assert person is not None
        return person.contact.id or 0


def erase_all(people: People, number: int) -> None:
    more = True
    while more:
        with database.transaction() as session:
            more = contacts.erase(session, number, actor=people.alice)


def test_nothing_of_them_is_left_and_nothing_else_is_touched(people: People, post: None) -> None:
    for number in range(25):
        received(letter(f"From Carl {number}"))
    other = ticket_of(
        received(letter("From Dora", author="Dora <dora@customer.test>"), reverse_path="dora@customer.test")
    )
    erase_all(people, contact_id(people))
    with database.reading() as session:
        for kind in (Ticket, Message, MessageBody, RawMessage, Reception, Contact, ContactAddress):
            assert session.exec(select(func.count()).select_from(kind)).one() == 1, kind
        assert tickets.get(session, other.id or 0, actor=people.alice).ticket.correspondent == "dora@customer.test"


def test_a_copy_has_their_mail_with_its_words(people: People, post: None) -> None:
    received(letter("First", "The first words."))
    received(letter("Second", "Other words."))
    received(letter("Elsewhere", "Not ours."), "hello@other.test")
    with database.reading() as session:
        (newest,) = contacts.copies(session, contact_id(people), limit=1, actor=people.alice)
        (oldest,) = contacts.copies(session, contact_id(people), before=newest.cursor, actor=people.alice)
    assert (newest.subject, oldest.subject, oldest.text.strip()) == ("Second", "First", "The first words.")


def test_only_administrators_and_only_ones_own(people: People, post: None) -> None:
    received(letter("First"))
    number = contact_id(people)
    with database.transaction() as session:
        for act in (contacts.erase, contacts.copies):
            with pytest.raises(NotPermitted):
                act(session, number, actor=people.bob)
            with pytest.raises(NotFound):
                act(session, number, actor=people.charlie)
