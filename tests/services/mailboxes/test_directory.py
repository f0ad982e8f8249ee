"""The index follows every change, told by a fact or by the version alone."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlmodel import Session, select

from models import Alias, Domain, DomainStatus
from services import clock, database, errors, events, mailboxes
from services.mailboxes import Directory
from services.mailboxes.boxes import Box, read_boxes
from tests.conftest import People
from tests.smtp.conftest import add_alias, add_domain, until


@pytest_asyncio.fixture
async def directory(people: People) -> AsyncIterator[Directory]:
    with database.transaction() as session:
        domain = add_domain(session, people.alice.organisation_id, "acme.test")
        add_alias(session, domain, "support", people.mailbox_id)
    index = Directory()
    await index.start()
    yield index
    await index.stop()


def knows(directory: Directory, address: str) -> bool:
    try:
        return directory.verify_recipient(address).alias_id is not None
    except errors.Error:
        return False


def tell_nobody(session: Session, people: People) -> None:
    """Another process on SQLite: only the version in the database changes."""
    mailboxes.touch(session)


def tell_by_fact(session: Session, people: People) -> None:
    events.record(session, events.DirectoryChanged(people.alice.organisation_id))


@pytest.mark.parametrize("tell", [tell_nobody, tell_by_fact])
async def test_a_new_alias_is_known_soon(
    directory: Directory, people: People, tell: Callable[[Session, People], None]
) -> None:
    with database.transaction() as session:
        target = mailboxes.resolve(session, "support@acme.test")
        assert target is not None
        where = {"domain_id": target.domain_id, "local_part": "fresh", "mailbox_id": people.mailbox_id}
        session.add(Alias(organisation_id=people.alice.organisation_id, created_at=clock.now(), **where))
        tell(session, people)
    await until(lambda: knows(directory, "fresh@acme.test"))


async def test_what_could_not_be_read_whole_is_read_again(
    directory: Directory, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = iter([OSError("the connection broke")])

    def read(session: Session) -> list[tuple[int | None, str, Box]]:
        for fault in faults:
            raise fault
        return read_boxes(session)

    monkeypatch.setattr("services.mailboxes.directory.read_boxes", read)
    with database.transaction() as session:
        domain = session.exec(select(Domain.id)).one()
        add_alias(session, domain or 0, "fresh", people.mailbox_id)
    await until(lambda: knows(directory, "fresh@acme.test"))
    assert next(faults, None) is None, "the first reading broke off"


async def test_an_alias_expires_without_anybody_saying_so(people: People) -> None:
    with database.transaction() as session:
        domain = add_domain(session, people.alice.organisation_id, "acme.test")
        add_alias(session, domain, "soon", people.mailbox_id, expires_at=clock.now() + timedelta(hours=1))
    index = Directory()
    with database.reading() as session:
        index.load(session)
    assert knows(index, "soon@acme.test")
    with clock.ahead(timedelta(hours=2)), pytest.raises(errors.NotFound) as refused:
        index.verify_recipient("soon@acme.test")
    assert refused.value.code == "address_disabled"


async def test_each_refusal_has_its_code(directory: Directory, people: People) -> None:
    with database.transaction() as session:
        add_domain(session, people.alice.organisation_id, "frozen.test", status=DomainStatus.SUSPENDED)
    with database.reading() as session:
        directory.load(session)
    for address, code in [
        ("nobody@acme.test", "unknown_address"),
        ("x@frozen.test", "domain_suspended"),
        ("x@elsewhere.test", "relaying_denied"),
    ]:
        with pytest.raises(errors.Error) as refused:
            directory.verify_recipient(address)
        assert refused.value.code == code


async def test_who_may_write_as_an_address(directory: Directory, people: People) -> None:
    assert directory.owns(people.alice.organisation_id, "support@acme.test")
    assert not directory.owns(people.charlie.organisation_id, "support@acme.test")
    assert not directory.owns(people.alice.organisation_id, "nobody@acme.test")
