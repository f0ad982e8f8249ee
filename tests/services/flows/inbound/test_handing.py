"""Whom new tickets of an alias are handed to."""

from collections import Counter

import pytest
from sqlmodel import select

from models import AliasMember, Assignment, Follower, MemberStatus, Role, Ticket, User
from services import clock, database
from tests.conftest import People, cheap_hash
from tests.services.flows.inbound.conftest import add_alias, add_domain, file_all, in_threads, letter, send, tickets


@pytest.fixture
def team(people: People) -> list[int]:
    """Four members, by name a to d."""
    with database.transaction() as session:
        users = [
            User(organisation_id=people.alice.organisation_id, email=f"{name}@team.test", name=name, role=Role.AGENT,
                 password_hash=cheap_hash(), created_at=clock.now())
            for name in "abcd"
        ]  # fmt: skip
        session.add_all(users)
        session.flush()
        return [user.id or 0 for user in users]


def open_alias(people: People, team: list[int], assignment: Assignment) -> None:
    with database.transaction() as session:
        domain = add_domain(session, people.alice.organisation_id, "acme.test")
        number = add_alias(
            session, people.alice.organisation_id, domain, "support", people.mailbox_id, assignment=assignment
        )
        session.add_all(AliasMember(alias_id=number, user_id=user_id) for user_id in team)


def mail(count: int) -> list[int | None]:
    """Who holds the tickets that `count` new mails make, in their order."""
    before = len(tickets())
    for _ in range(count):
        send(letter(f"New {clock.now().timestamp()}"))
    file_all()
    return [ticket.assignee_id for ticket in tickets()[before:]]


def change(user_id: int, **values: object) -> None:
    with database.transaction() as session:
        user = session.get_one(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)


def test_each_in_turn_over_batches(people: People, team: list[int]) -> None:
    open_alias(people, team, Assignment.ROUND_ROBIN)
    assert [*mail(3), *mail(1), *mail(6)] == [*team, *team, *team[:2]]


def test_who_is_away_or_gone_is_passed_over(people: People, team: list[int]) -> None:
    open_alias(people, team, Assignment.ROUND_ROBIN)
    change(team[1], is_away=True)
    change(team[2], status=MemberStatus.REMOVED)
    assert mail(4) == [team[0], team[3]] * 2
    change(team[1], is_away=False)
    assert mail(1) == [team[1]], "they wait longest when they come back"
    for user_id in team:
        change(user_id, is_away=True)
    assert mail(1) == [None], "it waits in the queue"


def test_the_least_loaded_first(people: People, team: list[int]) -> None:
    open_alias(people, team, Assignment.LEAST_LOADED)
    with database.transaction() as session:
        for number, user_id in enumerate([team[0]] * 3 + [team[1]] * 2 + [team[2]]):
            session.add(
                Ticket(organisation_id=people.alice.organisation_id, number=900 + number, subject="x", subject_key="x",
                       correspondent="c@x.example", assignee_id=user_id, active_at=clock.now(), created_at=clock.now())
            )  # fmt: skip
    held = Counter(mail(6))
    assert held == {team[3]: 3, team[2]: 2, team[1]: 1}


def test_handed_to_nobody_all_of_them_follow(people: People, team: list[int]) -> None:
    open_alias(people, team, Assignment.MANUAL)
    assert mail(1) == [None]
    with database.reading() as session:
        assert set(session.exec(select(Follower.user_id))) == set(team)


def test_many_at_once_are_dealt_evenly(people: People, team: list[int]) -> None:
    open_alias(people, team, Assignment.ROUND_ROBIN)
    for number in range(80):
        send(letter(f"At once {number}"))
    in_threads(file_all)
    assert Counter(ticket.assignee_id for ticket in tickets()) == dict.fromkeys(team, 20)
