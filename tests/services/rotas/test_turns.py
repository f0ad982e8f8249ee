"""Whose turn it is at a mailbox's new tickets: in order, present, with room, and exact under many processes."""

from collections import Counter

import pytest

from models import Assignment, MemberStatus, Role
from services import database, rotas, rules, tickets
from services.rules import Act, Condition, Draft
from tests.conftest import People
from tests.services.flows.inbound.conftest import file_all, in_threads, letter, received, send, ticket_of
from tests.services.rotas.conftest import change, holders, mail


@pytest.fixture
def rota(people: People, team: list[int]) -> list[int]:
    with database.transaction() as session:
        rotas.update(session, people.mailbox_id, assignment=Assignment.ROUND_ROBIN, user_ids=team, actor=people.alice)
    return team


def test_each_in_turn_over_batches(rota: list[int]) -> None:
    assert [*mail(3), *mail(1), *mail(6)] == [*rota, *rota, *rota[:2]]


def test_who_is_away_gone_or_only_observes_is_passed_over(rota: list[int]) -> None:
    change(rota[0], is_away=True)
    change(rota[1], status=MemberStatus.REMOVED)
    change(rota[2], role=Role.OBSERVER)
    assert mail(2) == [rota[3]] * 2
    change(rota[0], is_away=False)
    assert mail(1) == [rota[0]], "they wait longest when they come back"


def test_who_holds_enough_is_passed_over(people: People, rota: list[int]) -> None:
    with database.transaction() as session:
        rotas.update(
            session, people.mailbox_id, assignment=Assignment.ROUND_ROBIN, user_ids=rota, load_cap=2, actor=people.alice
        )
    assert mail(10) == [*rota, *rota, None, None]


def test_the_least_loaded_first(people: People, rota: list[int]) -> None:
    mail(2)
    with database.transaction() as session:
        rotas.update(session, people.mailbox_id, assignment=Assignment.LEAST_LOADED, user_ids=rota, actor=people.alice)
    assert set(mail(2)) == {rota[2], rota[3]}


def test_its_history_and_its_trace_say_whose_turn_it_was(people: People, rota: list[int]) -> None:
    message = received(letter("A question"))
    ticket = ticket_of(message)
    assert message is not None and ticket.assignee_id == rota[0]
    assert message.trace[-1]["reason"] == "It was the turn of a in Support."
    with database.reading() as session:
        (handed,) = tickets.get(session, ticket.id or 0, actor=people.alice).activity
    assert (handed.kind, handed.detail["name"], handed.detail["mailbox"]) == ("handed", "a", "Support")


def test_an_answer_stays_with_its_owner(rota: list[int]) -> None:
    first = received(letter("A question", message_id="<q@customer.test>"))
    again = received(letter("Re: A question", In_Reply_To="<q@customer.test>"))
    assert ticket_of(first).id == ticket_of(again).id and ticket_of(again).assignee_id == rota[0]
    assert mail(1) == [rota[1]], "nobody's turn went by"


def test_rules_have_their_say_first(people: People, rota: list[int]) -> None:
    draft = Draft("Spam", (Condition("subject", "contains", "casino"),), (Act("spam"),))
    with database.transaction() as session:
        rules.add(session, draft, actor=people.alice)
    assert ticket_of(received(letter("Casino tonight"))).assignee_id is None
    assert mail(1) == [rota[0]], "spam takes nobody's turn"


def test_many_at_once_are_dealt_evenly(rota: list[int]) -> None:
    for number in range(80):
        send(letter(f"At once {number}"))
    in_threads(file_all)
    assert Counter(holders()) == dict.fromkeys(rota, 20)


def test_a_rule_deals_among_some_in_the_way_of_the_mailbox(people: People, rota: list[int]) -> None:
    a, b, c, d = rota
    with database.transaction() as session:
        rules.add(session, Draft("Some", (), (Act("round_robin", {"user_ids": [a, b, c]}),)), actor=people.alice)
    change(b, is_away=True)
    assert mail(4) == [a, c, a, c], "nobody who is away, and no turn lost by that"
    change(b, is_away=False)
    assert mail(2) == [b, a], "they wait longest when they come back"
    with database.transaction() as session:
        rotas.update(
            session, people.mailbox_id, assignment=Assignment.ROUND_ROBIN, user_ids=rota, load_cap=3, actor=people.alice
        )
    assert mail(4) == [c, b, b, d], "who holds three gets no more; then the mailbox's rota goes on"
    message = received(letter("One more"))
    assert message is not None and ticket_of(message).assignee_id == d
    assert "assigned to nobody: none of them is free" in message.trace[-2]["reason"]


def test_a_turn_by_a_rule_is_a_turn_in_the_mailbox(people: People, rota: list[int]) -> None:
    draft = Draft("Some", (Condition("subject", "contains", "billing"),), (Act("round_robin", {"user_ids": rota[:2]}),))
    with database.transaction() as session:
        rules.add(session, draft, actor=people.alice)
    assert ticket_of(received(letter("On billing"))).assignee_id == rota[0]
    assert mail(3) == rota[1:]


def test_a_rule_gives_to_the_least_loaded_where_the_mailbox_does(people: People, rota: list[int]) -> None:
    mail(2)
    with database.transaction() as session:
        rotas.update(session, people.mailbox_id, assignment=Assignment.LEAST_LOADED, user_ids=rota, actor=people.alice)
        rules.add(session, Draft("Some", (), (Act("round_robin", {"user_ids": rota[:3]}),)), actor=people.alice)
    assert mail(1) == [rota[2]]


def test_rules_of_many_processes_deal_evenly(people: People, team: list[int]) -> None:
    with database.transaction() as session:
        rules.add(session, Draft("All", (), (Act("round_robin", {"user_ids": team}),)), actor=people.alice)
    for number in range(40):
        send(letter(f"At once {number}"))
    in_threads(file_all)
    assert Counter(holders()) == dict.fromkeys(team, 10)
