"""A queue to fill, a worker to run, and what became of it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlmodel import col, select

from models import Domain, DomainStatus, KeyState, Outbound, OutboundAttempt
from services import clock, database, outbound
from services.domains import keys
from services.domains.keys import KeyPairs
from services.flows.delivery import Worker
from services.flows.relay import Parcel, Receipt, Relay
from services.mail import dkim
from tests.conftest import People
from tests.services.desk import desk

__all__ = ["desk"]
KEY = dkim.rsa_key_pair()
ED25519 = dkim.ed25519_key_pair()
MAIL = (
    b"From: support@acme.test\r\nTo: bob@example.org\r\nSubject: Hello\r\nMessage-ID: <1@acme.test>\r\n"
    b"Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n\r\nHello\r\n"
)


class Recording:
    """A relay that answers as told and keeps what it was given."""

    per_destination: int | None = None

    def __init__(self, answer: Callable[[Parcel], Receipt]) -> None:
        self.answer = answer
        self.parcels: list[Parcel] = []

    async def transmit(self, parcel: Parcel) -> Receipt:
        self.parcels.append(parcel)
        return self.answer(parcel)

    async def close(self) -> None:
        pass


@pytest.fixture
def acme(people: People) -> People:
    """With the verified domain acme.test and its keys; the record of the Ed25519 one was never found."""
    with database.transaction() as session:
        domain = Domain(
            organisation_id=people.alice.organisation_id,
            name="acme.test",
            status=DomainStatus.ACTIVE,
            verification_token="x",
            created_at=clock.now(),
        )
        session.add(domain)
        session.flush()
        keys.put(session, domain, KeyPairs(KEY, ED25519), KeyState.ACTIVE)
    return people


def enqueue(
    people: People,
    *recipients: str,
    raw: bytes = MAIL,
    reverse_path: str = "support@acme.test",
    due_at: datetime | None = None,
    priority: int = 0,
) -> list[int]:
    with database.transaction() as session:
        return outbound.enqueue(
            session,
            raw=raw,
            reverse_path=reverse_path,
            recipients=recipients or ["bob@example.org"],
            organisation_id=people.alice.organisation_id,
            due_at=due_at,
            priority=priority,
            signing_domain="acme.test",
        )


async def deliver(relay: Relay, *, capacity: int = 200) -> None:
    """Run a worker until nothing is due."""
    worker = Worker(relay, capacity=capacity)
    while await worker.process_one():
        pass
    await worker.settle()


def rows() -> list[Outbound]:
    with database.reading() as session:
        return list(session.exec(select(Outbound).order_by(col(Outbound.id))).all())


def attempts(outbound_id: int) -> list[OutboundAttempt]:
    with database.reading() as session:
        mine = select(OutboundAttempt).where(col(OutboundAttempt.outbound_id) == outbound_id)
        return list(session.exec(mine.order_by(col(OutboundAttempt.id))).all())
