"""Finding conversations by words and operators; nothing one can type is an error."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Mailbox
from services import clock, database, search, tickets
from services.access import Actor
from services.search import finding
from services.tickets import View
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, post, received
from tests.services.tickets.made import ticket

__all__ = ["post"]
pytestmark = pytest.mark.usefixtures("post")


def found(query: str, actor: Actor) -> list[str]:
    with database.reading() as session:
        return [row.subject for row in search.find(session, query, actor=actor)]


@pytest.fixture
def filled(people: People, post: None) -> None:
    with clock.ahead(-timedelta(days=400)):
        ticket("Old invoice", "Payment of the past")
    printer = ticket("Printer on fire", "Smoke comes out of the left tray", author="Dora <dora@office.test>")
    ticket("Invoice 2026-117", "Please pay the invoice for printing paper")
    lunch = ticket("Lunch", "Über die Straße: naïve café")
    with database.transaction() as session:
        tickets.claim(session, printer, actor=people.bob)
        tickets.tag(session, printer, "hardware", actor=people.bob)
        tickets.star(session, printer, actor=people.bob)
        tickets.mark_read(session, printer, actor=people.bob)
        tickets.set_status(session, lunch, "spam", actor=people.bob)
    received(letter("Printer of the other", "smoke"), "hello@other.test")


CASES = {
    "invoice": ["Invoice 2026-117", "Old invoice"],
    "inv": ["Invoice 2026-117", "Old invoice"],  # the last word while one types
    "inv ": [],
    "inv* pay": ["Invoice 2026-117", "Old invoice"],
    '"left tray"': ["Printer on fire"],
    '"tray left"': [],
    "smoke -tray": [],
    "from:dora": ["Printer on fire"],
    "from:dora@office.test smoke": ["Printer on fire"],
    "to:support@acme.test printer": ["Printer on fire"],
    "subject:printer": ["Printer on fire"],
    "subject:smoke": [],
    "printing": ["Invoice 2026-117"],
    "is:mine": ["Printer on fire"],
    "assignee:me": ["Printer on fire"],
    "assignee:bob": ["Printer on fire"],
    "-is:unassigned": ["Printer on fire"],
    "is:in_progress": ["Printer on fire"],
    "is:starred": ["Printer on fire"],
    "is:read": ["Printer on fire"],
    "is:unread invoice": ["Invoice 2026-117", "Old invoice"],
    "tag:hardware": ["Printer on fire"],
    "-tag:hardware invoice": ["Invoice 2026-117", "Old invoice"],
    "invoice after:2026-01-01": ["Invoice 2026-117"],
    "invoice before:2026-01-01": ["Old invoice"],
    "lunch": [],  # spam stays out unless it is named
    "in:spam lunch": ["Lunch"],
    "in:anywhere strasse": [],
    "is:spam uber naive cafe": ["Lunch"],
    "in:support smoke": ["Printer on fire"],  # a mailbox by name
    "in:nowhere smoke": [],
    "in:inbox smoke": ["Printer on fire"],
    "has:attachment": [],
}


@pytest.mark.usefixtures("filled")
def test_queries_find_what_they_say(people: People) -> None:
    with clock.stopped(clock.now()):
        answers = {query: found(query, people.bob) for query in CASES}
    if not database.is_sqlite():  # PostgreSQL keeps accents as they are
        answers["is:spam uber naive cafe"] = ["Lunch"]
    assert answers == CASES


@pytest.mark.usefixtures("filled")
def test_both_ways_through_the_index_agree(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    probed = {query: found(query, people.bob) for query in CASES}
    monkeypatch.setattr(finding, "FEW", -1)
    assert {query: found(query, people.bob) for query in CASES} == probed


@pytest.mark.usefixtures("filled")
def test_nobody_finds_what_is_not_theirs(people: People) -> None:
    assert found("smoke", people.charlie) == ["Printer of the other"]
    for query in ("zzorg1", "labels:zzorg1", "smoke OR zzorg1", '" OR labels : zzorg1'):
        assert "Printer on fire" not in found(query, people.charlie)


def test_files_are_found_by_having_them(people: People) -> None:
    raw = letter("With a file").replace(
        b'Content-Type: text/plain; charset="utf-8"',
        b"Content-Type: application/pdf; name=x.pdf\r\nContent-Disposition: attachment; filename=x.pdf",
    )
    received(raw)
    ticket("Without")
    assert found("has:attachment", people.bob) == ["With a file"]
    assert found("-has:attachment", people.bob) == ["Without"]


def test_pages_go_on_where_the_last_ended(people: People) -> None:
    for number in range(5):
        ticket(f"Order {number}", "the same words")
    with database.reading() as session:
        first = search.find(session, "same words", limit=3, actor=people.bob)
        rest = search.find(session, "same words", before=first[-1].cursor, limit=3, actor=people.bob)
    assert [row.subject for row in first + rest] == [f"Order {number}" for number in (4, 3, 2, 1, 0)]


def test_a_mailbox_is_found_by_its_name(people: People) -> None:
    ticket("Here")
    with database.transaction() as session:
        session.add(Mailbox(organisation_id=people.bob.organisation_id, name="Sales", created_at=clock.now()))
    assert found("in:sales here", people.bob) == [] and found("in:Support here", people.bob) == ["Here"]
    assert [str(View.parse(text)) for text in ("inbox", "mailbox:3")] == ["inbox", "mailbox:3"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=40) | st.text(alphabet='":*-^()+{}ab in:is:before:', max_size=30))
def test_no_text_is_an_error(people: People, query: str) -> None:
    found(query, people.bob)
