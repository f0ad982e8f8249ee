"""The person behind an address: their mail by pages, what else is open, and who may be the same."""

import pytest

from services import contacts, database, tickets
from services.errors import NotPermitted
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, post, received, ticket_of

__all__ = ["post"]


def mail_of(people: People, *, limit: int, addresses: tuple[str, ...] = ("carl@customer.test",)) -> list[list[str]]:
    """Subjects, page by page."""
    pages, before = [], None
    with database.reading() as session:
        while found := contacts.timeline(session, addresses, before=before, limit=limit, actor=people.olga):
            pages.append([each.subject for each in found])
            before = found[-1].cursor
    return pages


def test_their_mail_newest_first_by_pages(people: People, post: None) -> None:
    for number in range(5):
        received(letter(f"Question {number}"))
    received(letter("Somebody else's", author="Dora <dora@customer.test>"), reverse_path="dora@customer.test")
    assert mail_of(people, limit=2) == [["Question 4", "Question 3"], ["Question 2", "Question 1"], ["Question 0"]]


def test_notes_trash_and_other_organisations_are_left_out(people: People, post: None) -> None:
    kept = ticket_of(received(letter("Kept")))
    gone = ticket_of(received(letter("Gone")))
    received(letter("Elsewhere"), "hello@other.test")
    with database.transaction() as session:
        tickets.note(session, kept.id or 0, "Between us", actor=people.bob)
        tickets.delete(session, gone.id or 0, actor=people.bob)
    assert mail_of(people, limit=9) == [["Kept"]]


def test_other_open_tickets_of_all_their_addresses(people: People, post: None) -> None:
    this = ticket_of(received(letter("This one")))
    other = ticket_of(received(letter("The other", author="Carl <c@private.test>"), reverse_path="c@private.test"))
    done = ticket_of(received(letter("Done")))
    with database.transaction() as session:
        tickets.set_status(session, done.id or 0, "closed", actor=people.bob)
        pair = [
            contacts.of_address(session, address, actor=people.bob).person
            for address in ("carl@customer.test", "c@private.test")
        ]
        assert pair[0] is not None and pair[1] is not None
        contacts.merge(session, pair[0].contact.id or 0, pair[1].contact.id or 0, actor=people.bob)
        story = contacts.of_address(session, "carl@customer.test", besides=this.id or 0, actor=people.bob)
        assert [ticket.id for ticket in story.open] == [other.id]
        assert story.person is not None and set(story.person.emails) == {"carl@customer.test", "c@private.test"}
    assert len(mail_of(people, limit=9, addresses=story.person.emails)[0]) == 3


def test_who_may_be_the_same_is_offered(people: People, post: None) -> None:
    received(letter("One", author="Carl Customer <carl@customer.test>"))
    received(letter("Two", author="carl customer <carl@private.test>"), reverse_path="carl@private.test")
    with database.reading() as session:
        (twin,) = contacts.of_address(session, "carl@customer.test", actor=people.olga).duplicates
        assert twin.emails == ("carl@private.test",)


def test_somebody_nobody_knows_yet(people: People) -> None:
    with database.reading() as session:
        story = contacts.of_address(session, "new@customer.test", actor=people.olga)
        assert (story.person, story.open, story.duplicates) == (None, (), ())
        with pytest.raises(NotPermitted):
            nobody = type(people.olga)(1, 1, people.olga.role, scopes=frozenset())
            contacts.of_address(session, "new@customer.test", actor=nobody)
