"""Contacts: kept, found, merged; an address is one person's, and nobody sees another organisation's people."""

import pytest
from sqlmodel import Session, select

from models import ContactAddress
from services import contacts
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from tests.conftest import People


def test_a_person_s_life(people: People, session: Session) -> None:
    made = contacts.create(session, name=" Cy ", emails=["Cy@Example.net", "cy@example.net"], actor=people.bob)
    number = made.contact.id or 0
    assert (made.contact.name, made.emails) == ("Cy", ("cy@example.net",))
    changed = contacts.update(
        session, number, emails=["cy@work.example", "cy@example.net"], fields={"vip": "yes"}, actor=people.bob
    )
    assert set(changed.emails) == {"cy@example.net", "cy@work.example"} and changed.contact.name == "Cy"
    assert contacts.update(session, number, emails=["cy@work.example"], actor=people.bob).emails == ("cy@work.example",)
    for word in ("CY", "work.ex"):
        assert [each.contact.id for each in contacts.page(session, q=word, actor=people.olga)[0]] == [number]
    assert contacts.page(session, q="100%", actor=people.olga) == ([], 0)
    contacts.delete(session, number, actor=people.bob)
    assert contacts.page(session, actor=people.olga) == ([], 0)
    assert session.exec(select(ContactAddress)).all() == []


def test_two_become_one(people: People, session: Session) -> None:
    kept = contacts.create(session, name="Cy", emails=["a@x.example"], note="First.", actor=people.bob)
    other = contacts.create(
        session, name="Cyrus", emails=["b@x.example"], phone="123", note="Second.", fields={"k": "v"}, actor=people.bob
    )
    one = contacts.merge(session, kept.contact.id or 0, other.contact.id or 0, actor=people.bob)
    assert (one.contact.name, one.contact.phone, one.contact.note) == ("Cy", "123", "First.\n\nSecond.")
    assert one.emails == ("a@x.example", "b@x.example") and one.contact.fields == {"k": "v"}
    with pytest.raises(NotFound):
        contacts.get(session, other.contact.id or 0, actor=people.bob)
    with pytest.raises(Invalid):
        contacts.merge(session, kept.contact.id or 0, kept.contact.id or 0, actor=people.bob)


def test_an_address_is_one_person_s_within_an_organisation(people: People, session: Session) -> None:
    contacts.create(session, emails=["cy@example.net"], actor=people.bob)
    assert contacts.create(session, emails=["cy@example.net"], actor=people.charlie).emails == ("cy@example.net",)
    with pytest.raises(Conflict):
        contacts.create(session, name="Two", emails=["CY@example.net"], actor=people.bob)


def test_strangers_and_observers(people: People, session: Session) -> None:
    number = contacts.create(session, name="Cy", actor=people.bob).contact.id or 0
    with pytest.raises(NotPermitted):
        contacts.update(session, number, name="X", actor=people.olga)
    foreign = contacts.create(session, name="Theirs", actor=people.charlie).contact.id or 0
    with pytest.raises(NotFound):
        contacts.merge(session, foreign, number, actor=people.charlie)
    with pytest.raises(NotFound):
        contacts.get(session, number, actor=people.charlie)


@pytest.mark.parametrize(
    ("field", "details"),
    [
        ("name", {}),
        ("name", {"name": "x" * 321}),
        ("emails", {"emails": ["nobody"]}),
        ("emails", {"emails": [f"{number}@x.example" for number in range(51)]}),
        ("fields", {"name": "Cy", "fields": {"k": "x" * 501}}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    people: People, session: Session, field: str, details: contacts.Details
) -> None:
    with pytest.raises(Invalid) as refused:
        contacts.create(session, actor=people.bob, **details)
    assert refused.value.field == field
