"""One winner, whoever asks at once."""

import threading
from dataclasses import replace

import pytest

from models import MemberStatus, TicketStatus, User
from services import clock, database, tickets
from services.access import Actor
from services.errors import Conflict, Invalid, NotFound, NotPermitted
from tests.conftest import People
from tests.services.tickets.made import now, ticket

pytestmark = pytest.mark.usefixtures("post")


def crowd(people: People, size: int) -> list[Actor]:
    with database.transaction() as session:
        users = [
            User(
                organisation_id=people.bob.organisation_id,
                email=f"agent{number}@people.test",
                name=f"Agent {number}",
                role=people.bob.role,
                password_hash="",
                created_at=clock.now(),
            )
            for number in range(size)
        ]
        session.add_all(users)
        session.flush()
        return [replace(people.bob, user_id=user.id, name=user.name) for user in users]


def test_of_a_thousand_claims_exactly_one_wins(people: People) -> None:
    ticket_id = ticket()
    agents = crowd(people, 20)
    start = threading.Barrier(len(agents))
    won: list[str] = []
    lost: list[str] = []

    def ask(actor: Actor) -> None:
        start.wait()
        for _ in range(50):
            try:
                with database.transaction() as session:
                    if tickets.claim(session, ticket_id, actor=actor).event_id:
                        won.append(actor.name)
            except Conflict as error:
                lost.append(f"{error.code}: {error.message}")

    threads = [threading.Thread(target=ask, args=(actor,)) for actor in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert set(lost) == {f"already_claimed: {won[0]} has already claimed this."} and len(lost) == 50 * (len(agents) - 1)
    assert now(ticket_id, people.bob).status is TicketStatus.IN_PROGRESS


def test_the_holder_again_gets_the_first_time(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        first = tickets.claim(session, ticket_id, actor=people.bob).ticket.claimed_at
    with database.transaction() as session:
        again = tickets.claim(session, ticket_id, actor=people.bob)
        assert again.ticket.claimed_at == first is not None and again.event_id == 0


def test_observers_and_strangers_cannot_claim(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        with pytest.raises(NotPermitted):
            tickets.claim(session, ticket_id, actor=people.olga)
        with pytest.raises(NotFound):
            tickets.claim(session, ticket_id, actor=people.charlie)


def test_release_gives_it_back_to_the_queue(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        tickets.claim(session, ticket_id, actor=people.bob)
        tickets.release(session, ticket_id, actor=people.alice)
    free = now(ticket_id, people.bob)
    assert (free.assignee_id, free.claimed_at, free.status) == (None, None, TicketStatus.OPEN)


def test_assign_only_to_who_can_work(people: People) -> None:
    ticket_id = ticket()
    with database.transaction() as session:
        assert tickets.assign(session, ticket_id, people.bob.user_id, actor=people.alice).ticket.assignee_id
        with pytest.raises(Invalid):
            tickets.assign(session, ticket_id, people.olga.user_id, actor=people.alice)
        for stranger in (people.charlie.user_id, 999):
            with pytest.raises(NotFound):
                tickets.assign(session, ticket_id, stranger, actor=people.alice)


def test_who_leaves_gives_unfinished_tickets_back(people: People) -> None:
    working, finished = ticket(), ticket()
    with database.transaction() as session:
        for each in (working, finished):
            tickets.claim(session, each, actor=people.bob)
        tickets.set_status(session, finished, "resolved", actor=people.bob)
        user = session.get(User, people.bob.user_id)
        assert user is not None
        user.status = MemberStatus.REMOVED
        assert tickets.requeue(session, user.id or 0, actor=people.alice) == 1
    assert now(working, people.alice).assignee_id is None
    assert now(finished, people.alice).assignee_id == people.bob.user_id
