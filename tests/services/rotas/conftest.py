"""A mailbox with a rota of four, and mail to it through the real pipeline."""

import pytest
from sqlmodel import Session

from models import Role, Ticket, User
from services import clock, database, rotas
from tests.conftest import People, cheap_hash
from tests.services.flows.inbound.conftest import file_all, letter, post, send, tickets

__all__ = ["post"]


@pytest.fixture
def team(people: People, post: None) -> list[int]:
    """Four agents, by name a to d."""
    with database.transaction() as session:
        users = [
            User(organisation_id=people.alice.organisation_id, email=f"{name}@team.test", name=name, role=Role.AGENT,
                 password_hash=cheap_hash(), created_at=clock.now())
            for name in "abcd"
        ]  # fmt: skip
        session.add_all(users)
        session.flush()
        return [user.id or 0 for user in users]


def mail(count: int) -> list[int | None]:
    """Who holds the tickets that `count` new mails make, in their order."""
    before = len(tickets())
    for _ in range(count):
        send(letter(f"New {clock.now().timestamp()}"))
    file_all()
    return holders()[before:]


def holders() -> list[int | None]:
    return [ticket.assignee_id for ticket in tickets()]


def hand_out() -> None:
    """What the runner does until it rests."""
    while rotas.hand_out():
        pass


def change(user_id: int, **values: object) -> None:
    with database.transaction() as session:
        user = session.get_one(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)


def newest(session: Session) -> Ticket:
    return session.get_one(Ticket, tickets()[-1].id)
