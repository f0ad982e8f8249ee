"""Tickets nobody was free for: handed out when somebody comes back or closes one, and to nobody twice."""

from collections import Counter

import pytest

from models import Assignment
from services import accounts, database, rotas, team, tickets
from services.access import Actor, of
from tests.conftest import People
from tests.services.flows.inbound import conftest as inbox
from tests.services.flows.inbound.conftest import in_threads
from tests.services.rotas.conftest import change, hand_out, holders, mail


@pytest.fixture
def rota(people: People, team: list[int]) -> list[int]:
    """Two of the four, who are to hold at most two each."""
    some = team[:2]
    with database.transaction() as session:
        rotas.update(
            session, people.mailbox_id, assignment=Assignment.ROUND_ROBIN, user_ids=some, load_cap=2, actor=people.alice
        )
    return some


def actor_of(user_id: int) -> Actor:
    from models import User

    with database.reading() as session:
        return of(session.get_one(User, user_id))


def close_first(actor: Actor, user_id: int) -> None:
    first = next(ticket for ticket in inbox.tickets() if ticket.assignee_id == user_id and ticket.status == "open")
    with database.transaction() as session:
        tickets.set_status(session, first.id or 0, "closed", actor=actor)


def test_closing_one_brings_the_next(people: People, rota: list[int]) -> None:
    assert mail(5) == [*rota, *rota, None]
    hand_out()
    assert holders()[4] is None
    close_first(people.alice, rota[1])
    hand_out()
    assert holders()[4] == rota[1]
    with database.reading() as session:
        talk = tickets.get(session, inbox.tickets()[4].id or 0, actor=people.alice)
        assert [each.kind for each in talk.activity] == ["nobody_free", "handed"]
        assert rotas.get(session, people.mailbox_id, actor=people.alice).waiting == 0


def test_coming_back_brings_what_waits(people: People, rota: list[int]) -> None:
    for user_id in rota:
        change(user_id, is_away=True)
    assert mail(3) == [None] * 3
    hand_out()
    assert holders() == [None] * 3
    with database.transaction() as session:
        accounts.set_away(session, False, actor=actor_of(rota[0]))
    hand_out()
    assert holders() == [rota[0], rota[0], None], "the oldest first, as many as they may hold"


def test_what_was_taken_in_the_meantime_is_left_alone(people: People, rota: list[int]) -> None:
    mail(5)
    with database.transaction() as session:
        tickets.claim(session, inbox.tickets()[4].id or 0, actor=people.bob)
    close_first(people.alice, rota[0])
    hand_out()
    assert holders()[4] == people.bob.user_id
    assert mail(1) == [rota[0]], "and takes nobody's turn"


def test_who_leaves_gives_theirs_to_the_next(people: People, rota: list[int]) -> None:
    assert mail(2) == rota
    with database.transaction() as session:
        team.remove(session, rota[0], actor=people.alice)
    hand_out()
    assert holders() == [rota[1], rota[1]]


def test_a_rota_given_up_lets_go(people: People, rota: list[int]) -> None:
    mail(5)
    with database.transaction() as session:
        rotas.update(session, people.mailbox_id, assignment=Assignment.MANUAL, user_ids=rota, actor=people.alice)
        assert rotas.get(session, people.mailbox_id, actor=people.alice).waiting == 0
    assert mail(1) == [None]


def test_two_processes_hand_each_ticket_out_once(people: People, rota: list[int]) -> None:
    for user_id in rota:
        change(user_id, is_away=True)
    mail(30)
    with database.transaction() as session:
        rotas.update(
            session,
            people.mailbox_id,
            assignment=Assignment.ROUND_ROBIN,
            user_ids=rota,
            load_cap=20,
            actor=people.alice,
        )
    for user_id in rota:
        change(user_id, is_away=False)
    in_threads(hand_out, 3)
    assert Counter(holders()) == dict.fromkeys(rota, 15)
