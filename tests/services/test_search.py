"""Finding conversations by words and operators; nothing one can type is an error."""

import random
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import Session, col, select

from models import Mailbox, Message, MessageBody, Organisation, Ticket, User
from services import clock, database, search, tickets
from services.access import Actor
from services.search import filtering, finding, parse
from services.search.query import Query, Term
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


BETWEEN = f"{clock.now() - timedelta(days=100):%Y-%m-%d}"  # the old invoice and the new
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
    f"invoice after:{BETWEEN}": ["Invoice 2026-117"],
    f"invoice before:{BETWEEN}": ["Old invoice"],
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
def test_the_only_organisation_finds_the_same(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    among_others = {query: found(query, people.bob) for query in CASES}
    monkeypatch.setattr(filtering, "is_alone", lambda session, actor: True)
    assert {query: found(query, people.bob) for query in CASES} == among_others


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("alone", [False, True])  # an organisation that came a moment ago finds nothing of others
def test_nobody_finds_what_is_not_theirs(people: People, monkeypatch: pytest.MonkeyPatch, alone: bool) -> None:
    if alone:
        monkeypatch.setattr(filtering, "is_alone", lambda session, actor: True)
    assert found("smoke", people.charlie) == ["Printer of the other"]
    for query in ("zzorg1", "labels:zzorg1", "smoke OR zzorg1", '" OR labels : zzorg1', "smoke in:anywhere"):
        assert "Printer on fire" not in found(query, people.charlie)


def test_an_organisation_knows_whether_it_is_alone(people: People, session: Session) -> None:
    assert not filtering.is_alone(session, people.bob)
    session.execute(delete(User).where(col(User.organisation_id) == people.charlie.organisation_id))
    session.execute(delete(Mailbox).where(col(Mailbox.organisation_id) == people.charlie.organisation_id))
    session.execute(delete(Organisation).where(col(Organisation.id) == people.charlie.organisation_id))
    assert filtering.is_alone(session, people.bob)


WORDS = ("ink", "inkwell", "paper", "tray", "toner")
ASKED = [*WORDS, "in", "ink*", "pap* tray"]
ASKED += [f"{one} {two} " for one in WORDS for two in WORDS if one < two]
ASKED += [f'"{one} {two}"' for one in WORDS for two in WORDS] + ['"ink paper tray"', '"paper tray ink"']
ASKED += [
    "ink -paper",
    'toner -"ink tray"',
    "subject:ink",
    "body:ink ",
    'subject:"ink paper"',
    "from:dora tray",
    "from:emil",
]


def test_the_index_finds_what_reading_everything_does(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    for number in range(60):
        subject, text = (" ".join(chance.choices(WORDS, k=count)) for count in (2, 4))
        ticket(
            f"{number} {subject}", text, author=chance.choice(["Dora <dora@office.test>", "Emil <emil@office.test>"])
        )
    with database.reading() as session:
        lines = session.exec(
            select(Ticket.subject, MessageBody)
            .join(Message, col(Message.search_id) == col(MessageBody.id))
            .join(Ticket, col(Ticket.id) == col(Message.ticket_id))
            .order_by(col(MessageBody.id).desc())
        ).all()
    for alone in (False, True):
        monkeypatch.setattr(filtering, "is_alone", lambda session, actor, alone=alone: alone)
        for query in ASKED:
            plainly = [subject for subject, body in lines if _says(body, parse(query))][: finding.PAGE]
            assert found(query, people.bob) == plainly, query


def _says(body: MessageBody, query: Query) -> bool:
    """Whether a message is what `query` asks for, found out by reading it."""
    return all(_has(body, term) is not term.negated for term in query.terms)


def _has(body: MessageBody, term: Term) -> bool:
    wanted = list(term.words)
    for name in [term.field] if term.field else ["subject", "author", "recipients", "text"]:
        words = re.findall(r"[^\W_]+", getattr(body, name).lower())
        for start in range(len(words)):
            here = words[start : start + len(wanted)]
            if here == wanted or (
                term.prefix
                and here[:-1] == wanted[:-1]
                and len(here) == len(wanted)
                and here[-1].startswith(wanted[-1])
            ):
                return True
    return False


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
    with database.reading() as session:
        search.advice(session, query, actor=people.bob)


ADVICE = {
    "is:nonsense": "is: takes unread, ",
    "smoke -has:wheels": "has: takes attachment, note or draft.",
    "auth:maybe": "auth: takes pass, fail, none or unknown.",
    "before:yesterday": "before: takes a date, like before:2026-01-31.",
    "tag:hardwear": "There is no tag “hardwear”.",
    "in:suport": "There is no folder or mailbox “suport”.",
    "tag:hardware in:support in:waiting is:sent assignee:bob after:2026-01 https:nothing": "",
}


@pytest.mark.usefixtures("filled")
def test_what_can_find_nothing_is_told(people: People) -> None:
    with database.reading() as session:
        for query, words in ADVICE.items():
            told = search.advice(session, query, actor=people.bob)
            assert told.startswith(words) and bool(told) == bool(words), query
        for name, values in filtering.VALUES.items():
            for value in values:
                assert not search.advice(session, f"{name}:{value}", actor=people.bob)
