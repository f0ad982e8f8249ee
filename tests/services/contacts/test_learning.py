"""Whom mail makes known: one person a correspondent, named by their mail until somebody types a name."""

from sqlmodel import select

from models import Contact, ContactAddress
from services import contacts, database
from tests.conftest import People
from tests.services.flows.inbound.conftest import file_all, in_threads, letter, post, received, send

__all__ = ["post"]


def known() -> dict[str, str]:
    """Names by address."""
    with database.reading() as session:
        query = select(ContactAddress.address, Contact.name).join(Contact, Contact.id == ContactAddress.contact_id)
        return dict(session.exec(query).all())


def test_who_writes_is_remembered_once_with_the_evidence(people: People, post: None) -> None:
    first = received(letter("One"))
    received(letter("Two", author="Carl C. Customer <Carl@customer.test>"))
    received(letter("Three", author="=?utf-8?q?J=C3=BCrgen?= <j@customer.test>"), reverse_path="j@customer.test")
    assert known() == {"carl@customer.test": "Carl", "j@customer.test": "Jürgen"}
    assert first is not None
    with database.reading() as session:
        story = contacts.of_address(session, "carl@customer.test", actor=people.olga)
        assert story.person is not None and story.person.contact.name == "Carl"
        assert {name: each.ticket_id for name, each in story.learnt.items()} == dict.fromkeys(
            ("name", "carl@customer.test"), first.ticket_id
        )


def test_what_somebody_typed_stays(people: People, post: None) -> None:
    with database.transaction() as session:
        contacts.create(session, name="", emails=["carl@customer.test"], actor=people.bob)
    received(letter("One"))
    assert known() == {"carl@customer.test": "Carl"}, "nobody had typed a name"
    with database.transaction() as session:
        person = contacts.of_address(session, "carl@customer.test", actor=people.bob).person
        assert person is not None
        contacts.update(session, person.contact.id or 0, name="Charles", actor=people.bob)
    received(letter("Two"))
    assert known() == {"carl@customer.test": "Charles"}
    with database.reading() as session:
        assert "name" not in contacts.of_address(session, "carl@customer.test", actor=people.bob).learnt


def test_machines_discarded_mail_and_our_own_people_are_not_remembered(people: People, post: None) -> None:
    received(letter("News", Auto_Submitted="auto-generated"))
    received(letter("Ours", author="Sales <sales@acme.test>"), reverse_path="sales@acme.test")
    received(letter("Me", author="Bob <bob@people.test>"), reverse_path="bob@people.test")
    received(letter("Bounce", author="Mailer <mailer-daemon@customer.test>"), reverse_path="")
    assert known() == {}


def test_an_address_for_a_name_is_no_name(people: People, post: None) -> None:
    received(letter("One", author='"carl@customer.test" <carl@customer.test>'))
    assert known() == {"carl@customer.test": ""}
    received(letter("Two", author="Carl <carl@customer.test>"))
    assert known() == {"carl@customer.test": "Carl"}


def test_each_organisation_has_its_own(people: People, post: None) -> None:
    received(letter("One"), "support@acme.test", "hello@other.test")
    with database.reading() as session:
        for actor in (people.alice, people.charlie):
            person = contacts.of_address(session, "carl@customer.test", actor=actor).person
            assert person is not None and person.contact.organisation_id == actor.organisation_id


def test_many_at_once_make_each_person_once(people: People, post: None) -> None:
    for number in range(60):
        send(letter(f"At once {number}", author=f"Person {number % 7} <p{number % 7}@customer.test>"))
    in_threads(file_all, 3)
    assert known() == {f"p{number}@customer.test": f"Person {number}" for number in range(7)}
    with database.reading() as session:
        assert len(session.exec(select(Contact)).all()) == 7
