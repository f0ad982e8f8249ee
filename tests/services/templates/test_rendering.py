"""A template filled in for a ticket: built-in fields, contacts, what a caller gives, safe HTML, and previews."""

from typing import Any

import pytest

from models import Contact, ContactAddress, Ticket, User
from services import access, clock, database, templates
from services.errors import Invalid, NotFound
from services.mail.address import Address
from services.templates import Source
from tests.conftest import People
from tests.services.desk import Desk
from tests.services.templates.test_saving import made


def rendered(desk: Desk, actor: Any = None, **content: Any) -> templates.Rendering:
    people = desk.people
    number = made(people.bob, **({"text": ""} | content))
    with database.reading() as session:
        return templates.render(session, number, ticket_id=desk.ticket_id, actor=actor or people.bob)


def test_the_correspondent_stands_in_where_there_is_no_contact(desk: Desk) -> None:
    text = (
        "{{ first_name }}|{{ last_name | default: '-' }}|{{ email }}|{{ company | default: '-' }}|{{ ticket.number }}"
    )
    found = rendered(desk, subject="About {{ ticket.subject }}", text=text)
    assert found.text == "Jürgen|-|juergen@customer.example|-|1"
    assert found.subject == "About Where is my order?"


def test_a_contact_knows_more(desk: Desk) -> None:
    organisation_id, now = desk.people.bob.organisation_id, clock.now()
    with database.transaction() as session:
        contact = Contact(
            organisation_id=organisation_id,
            name="Müller, Jürgen Otto",
            company="Otto & Söhne",
            fields={"city": "Ulm", "name": "never"},
            created_at=now,
            updated_at=now,
        )
        session.add(contact)
        session.flush()
        address = ContactAddress(
            organisation_id=organisation_id,
            contact_id=contact.id or 0,
            address="juergen@customer.example",
            created_at=now,
        )
        session.add(address)
    text = "{{ first_name }}|{{ contact.last_name }}|{{ company }}|{{ city }}|{{ contact.city }}"
    assert rendered(desk, text=text).text == "Jürgen Otto|Müller|Otto & Söhne|Ulm|Ulm".replace("Jürgen Otto", "Jürgen")


def test_who_writes_and_for_whom(desk: Desk) -> None:
    with database.transaction() as session:
        user = session.get_one(User, desk.people.bob.user_id)
        user.signature_html = "<p>Yours<br><b>Bob</b></p>"
        session.add(user)
    html = "<p>{{ member.name }} of {{ organisation.name }}</p>{{ member.signature }}"
    found = rendered(desk, html=html)
    assert "<b>Bob</b>" in found.html and "Bob of Acme" in found.html and found.text.endswith("Yours\nBob")
    system = access.system(desk.people.bob.organisation_id)
    with pytest.raises(Invalid):
        rendered(desk, system, text="{{ member.name }}")
    with database.transaction() as session:
        ticket = session.get_one(Ticket, desk.ticket_id)
        ticket.assignee_id = desk.people.alice.user_id
        session.add(ticket)
    assert rendered(desk, system, text="{{ member.name }}").text == "Alice"


def test_a_stranger_s_name_is_no_markup_and_no_header(desk: Desk) -> None:
    with database.transaction() as session:
        ticket = session.get_one(Ticket, desk.ticket_id)
        ticket.correspondent_name = "<script>alert(1)</script> {{ x }}\r\nBcc: all@acme.test"
        session.add(ticket)
    found = rendered(desk, subject="For {{ name }}", html='<p onclick="x()">{{ name }}</p><script>1</script>')
    assert "<script" not in found.html and "onclick" not in found.html and "{{ x }}" in found.html
    assert "\n" not in found.subject and "\r" not in found.subject


def test_variables_stand_before_what_is_built_in_and_empty_ones_are_missing(desk: Desk) -> None:
    number = made(desk.people.bob, text="{{ first_name }} {{ order.id }} {{ note | default: 'none' }}")
    given = {"first_name": "Dr. J.", "order": {"id": 7}, "note": " "}
    with database.reading() as session:
        found = templates.render(session, number, variables=given, to=Address("", "a@b.example"), actor=desk.people.bob)
        assert found.text == "Dr. J. 7 none"
        with pytest.raises(Invalid) as missing:
            templates.render(session, number, variables={"order": {"id": ""}}, actor=desk.people.bob)
    assert missing.value.code == "missing_field" and "first_name" in missing.value.message


def test_a_foreign_ticket_is_an_absent_one(desk: Desk, people: People) -> None:
    number = made(people.charlie)
    with database.reading() as session, pytest.raises(NotFound):
        templates.render(session, number, ticket_id=desk.ticket_id, actor=people.charlie)
    with database.reading() as session, pytest.raises(NotFound):
        templates.preview(session, Source(text="x"), ticket_id=desk.ticket_id, actor=people.charlie)


def test_a_preview_shows_what_it_can_and_says_what_it_cannot(desk: Desk) -> None:
    source = Source("{{ ticket.subject", "<p>Dear {{ first_name }}, order {{ order }}</p>", "")
    with database.reading() as session:
        shown = templates.preview(session, source, ticket_id=desk.ticket_id, actor=desk.people.bob)
        made_up = templates.preview(session, source, actor=desk.people.bob)
    assert shown.rendering.html == "<p>Dear Jürgen, order ⟦order⟧</p>" and shown.rendering.gaps == ("order",)
    assert list(shown.problems) == ["subject"] and "not closed" in shown.problems["subject"]
    assert [(each.name, each.is_known, each.is_covered) for each in shown.variables] == [
        ("first_name", True, False),
        ("order", False, False),
    ]
    assert "Dear Ann" in made_up.rendering.text


def test_variables_are_listed_with_where_they_are_used(people: People) -> None:
    source = Source("{{ a }}", "{{ b | default: 'x' }}{{ a }}", "{% if c %}{{ c }}{% endif %}")
    listed = [(each.name, each.parts, each.is_covered) for each in templates.variables(source)]
    assert listed == [("a", ("subject", "html"), False), ("b", ("html",), True), ("c", ("text",), True)]


def test_samples_are_the_newest_correspondents(desk: Desk) -> None:
    with database.reading() as session:
        found = templates.samples(session, actor=desk.people.olga)
        assert [each.correspondent for each in found] == ["juergen@customer.example"]
        assert templates.samples(session, actor=desk.people.charlie) == []
