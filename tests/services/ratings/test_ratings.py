"""Customers are asked once, by a link that tells nothing, and what they say reaches whoever did the work."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from models import Direction, Message, Notice, Outbound, Rating, RawMessage, Score
from services import clock, database, mailboxes, ratings, tickets
from services.access import Actor
from services.errors import Conflict, Invalid, NotFound
from tests.conftest import People
from tests.services.flows.inbound.conftest import letter, post, received, ticket_of

__all__ = ["post"]


@pytest.fixture
def asking(people: People, post: None) -> People:
    with database.transaction() as session:
        mailboxes.update(session, people.mailbox_id, rating_hours=2, actor=people.alice)
    return people


def resolve(ticket_id: int, actor: Actor, status: str = "resolved") -> None:
    with database.transaction() as session:
        tickets.set_status(session, ticket_id, status, actor=actor)


def ask_all() -> None:
    while ratings.ask_due():
        pass


def question_mails() -> list[tuple[str, str]]:
    """Whom each went to, and its bytes as text."""
    with database.reading() as session:
        query = select(Outbound.recipient, RawMessage.content).join(RawMessage, col(RawMessage.id) == Outbound.raw_id)
        return [(recipient, content.decode()) for recipient, content in session.exec(query)]


def asked(people: People, **fields: str) -> tuple[int, str]:
    """A ticket whose customer was asked, and the token of their link."""
    ticket_id = ticket_of(received(letter("Where is it?", **fields))).id or 0
    resolve(ticket_id, people.bob)
    with clock.ahead(timedelta(hours=3)):
        ask_all()
    return ticket_id, ratings.link(ticket_id).rpartition("/")[2]


def rate(token: str, score: str, comment: str = "") -> ratings.Question:
    with database.transaction() as session:
        return ratings.rate(session, token, score=score, comment=comment)


def test_the_customer_is_asked_some_time_after_and_once(asking: People) -> None:
    ticket_id = ticket_of(received(letter("Where is it?"))).id or 0
    resolve(ticket_id, asking.bob)
    ask_all()
    assert question_mails() == [], "not yet"
    with clock.ahead(timedelta(hours=3)):
        ask_all()
        ((recipient, content),) = question_mails()
        assert recipient == "carl@customer.test" and "Auto-Submitted" in content and "How did we do?" in content
        resolve(ticket_id, asking.bob, "open")
        resolve(ticket_id, asking.bob, "closed")
    with clock.ahead(timedelta(days=3)):
        ask_all()
    assert len(question_mails()) == 1, "once a ticket"
    with database.reading() as session:
        sent = session.exec(select(Message).where(Message.direction == Direction.OUT)).one()
        assert sent.automatic and tickets.get(session, ticket_id, actor=asking.alice).ticket.status == "closed"


@pytest.mark.parametrize(
    "fields",
    [{"Auto_Submitted": "auto-generated"}, {"author": "Robot <no-reply@customer.test>"}],
    ids=["header", "name"],
)
def test_machines_are_never_asked(asking: People, fields: dict[str, str]) -> None:
    ticket_id, _ = asked(asking, **fields)
    assert question_mails() == []
    with database.reading() as session:
        activity = tickets.get(session, ticket_id, actor=asking.alice).activity
        assert "not_asked" in [each.kind for each in activity], "its history says why"


def test_nobody_is_asked_about_spam_or_what_the_program_closed(asking: People) -> None:
    first = ticket_of(received(letter("Buy this"))).id or 0
    resolve(first, asking.bob, "spam")
    second = ticket_of(received(letter("And this"))).id or 0
    resolve(second, Actor(asking.bob.organisation_id, None, asking.alice.role))
    with clock.ahead(timedelta(hours=3)):
        ask_all()
    assert question_mails() == []


def test_what_was_opened_again_is_not_asked_about(asking: People) -> None:
    ticket_id = ticket_of(received(letter("Where is it?"))).id or 0
    resolve(ticket_id, asking.bob)
    resolve(ticket_id, asking.bob, "open")
    with clock.ahead(timedelta(hours=3)):
        ask_all()
    assert question_mails() == []


def test_two_tickets_of_one_person_bring_one_question_a_day(asking: People) -> None:
    asked(asking)
    asked(asking, message_id="<other@customer.test>")
    ticket = ticket_of(received(letter("Something else"))).id or 0
    resolve(ticket, asking.bob)
    with clock.ahead(timedelta(hours=4)):
        ask_all()
    assert len(question_mails()) == 1


def test_looking_records_nothing_and_sending_does(asking: People) -> None:
    ticket_id, token = asked(asking)
    with database.reading() as session:
        assert ratings.question(session, token).score is None
    assert rate(token, "great", "Quick!\x00").score is Score.GREAT
    with database.reading() as session:
        found = ratings.of_ticket(session, ticket_id, actor=asking.olga)
        assert found is not None and (found.score, found.comment) == (Score.GREAT, "Quick!")
        assert found.user_id == asking.bob.user_id
        last = tickets.get(session, ticket_id, actor=asking.alice).activity[-1]
        assert (last.kind, last.detail["words"]) == ("rated", "great – “Quick!”")
        assert ratings.of_ticket(session, ticket_id, actor=asking.charlie) is None


def test_a_bad_one_is_told_to_whoever_did_the_work(asking: People) -> None:
    _, token = asked(asking)
    rate(token, "bad", "Nobody called")
    with database.reading() as session:
        notice = session.exec(select(Notice).where(Notice.kind == "rating")).one()
        assert (notice.user_id, notice.text, notice.closed_at) == (asking.bob.user_id, "Nobody called", None)
    rate(token, "okay")
    with database.reading() as session:
        assert session.exec(select(Notice).where(Notice.kind == "rating")).one().closed_at is not None


def test_it_may_be_changed_for_a_week_and_the_link_ends(asking: People) -> None:
    _, token = asked(asking)
    rate(token, "okay")
    with clock.ahead(timedelta(days=8)), pytest.raises(Conflict):
        rate(token, "great")
    with clock.ahead(timedelta(days=31)), pytest.raises(Invalid) as ended:
        rate(token, "great")
    assert ended.value.code == "expired_token"


def test_links_that_are_not_ours(asking: People) -> None:
    ticket_id, token = asked(asking)
    unasked = ticket_of(received(letter("Not asked"))).id or 0
    for wrong in ("", "x", token[:-2] + "AA", "é" * 30, ratings.link(unasked).rpartition("/")[2]):
        with pytest.raises(Invalid) as refused:
            rate(wrong, "great")
        assert refused.value.code == "invalid_token"
    with pytest.raises(Invalid) as refused:
        rate(token, "excellent")
    assert refused.value.field == "score"
    assert not re.search(rb"carl|customer|\b%d\b" % ticket_id, _decoded(token))


def _decoded(token: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[16:].split(b",", 1)[1]


def test_another_organisation_cannot_switch_it_on(asking: People) -> None:
    with database.transaction() as session:
        with pytest.raises(NotFound):
            mailboxes.update(session, asking.mailbox_id, rating_hours=1, actor=asking.charlie)
        with pytest.raises(Invalid):
            mailboxes.update(session, asking.mailbox_id, rating_hours=-1, actor=asking.alice)


def test_a_row_that_fails_stands_in_nobodys_way(asking: People, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket_id = ticket_of(received(letter("Where is it?"))).id or 0
    resolve(ticket_id, asking.bob)
    with database.transaction() as session:
        session.get_one(Rating, ticket_id).refusal = ""
    monkeypatch.setattr("services.ratings.asking._send", lambda *_: 1 / 0)
    with clock.ahead(timedelta(hours=3)):
        assert ratings.ask_due() and not ratings.ask_due()
