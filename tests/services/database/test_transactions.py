"""Transactions: no update is lost, readers cannot write, errors come out in our own words."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models import Setting
from services import database, events
from services.errors import Conflict, Unavailable


def bump(session: Session) -> None:
    """Read, then write: the pattern that loses updates under a deferred BEGIN."""
    row = session.get(Setting, "counter", with_for_update=not database.is_sqlite())
    assert row is not None
    row.value += 1


def test_no_update_is_lost(db: None) -> None:
    with database.transaction() as session:
        session.add(Setting(name="counter", value=0))

    def work(_: int) -> None:
        for _turn in range(20):
            with database.transaction() as session:
                bump(session)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    with database.reading() as session:
        assert session.get(Setting, "counter").value == 120  # type: ignore[union-attr]


def test_a_reader_cannot_write(db: None) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"), database.reading() as session:
        session.add(Setting(name="x", value=1))
        session.flush()


def test_a_failed_unit_of_work_leaves_nothing(db: None) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        session.add(Setting(name="x", value=1))
        session.flush()
        _ = 1 // 0
    with database.reading() as session:
        assert session.get(Setting, "x") is None


@pytest.mark.parametrize(("repeatable", "synchronous"), [(False, 2), (True, 1)])
def test_only_what_can_be_repeated_does_not_wait_for_the_disk(db: None, repeatable: bool, synchronous: int) -> None:
    with database.transaction(repeatable=repeatable) as session:
        session.add(Setting(name="x", value=1))
        events.record(session, events.WorkArrived(0, "x"))
        if database.is_sqlite():
            assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == synchronous
    with database.reading() as session:
        assert session.get_one(Setting, "x").value == 1


def test_a_duplicate_is_a_conflict(db: None) -> None:
    with database.transaction() as session:
        session.add(Setting(name="x", value=1))
    with pytest.raises(Conflict), database.transaction() as session:
        session.add(Setting(name="x", value=2))


async def test_services_run_in_threads(db: None) -> None:
    def put(session: Session, name: str, *, value: int) -> str:
        session.add(Setting(name=name, value=value))
        return name

    assert await database.call(put, "y", value=4) == "y"
    assert (await database.read(lambda session: session.get(Setting, "y"))).value == 4  # type: ignore[union-attr]


def test_committed_means_on_disk(db: None) -> None:
    """RELIABILITY B2: synchronous FULL on SQLite, synchronous_commit on PostgreSQL."""
    with database.transaction() as session:
        question = "PRAGMA synchronous" if database.is_sqlite() else "SHOW synchronous_commit"
        assert session.connection().execute(sa.text(question)).scalar() in (2, "on")


def test_a_server_that_is_away_is_unavailable() -> None:
    nowhere = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(DBAPIError) as caught:
        nowhere.connect()
    assert isinstance(database.translate(caught.value), Unavailable)


def test_a_connection_that_is_lost_is_unavailable_and_the_next_one_works(db: None) -> None:
    if database.is_sqlite():
        pytest.skip("a file has no connection to lose")
    with pytest.raises(Unavailable), database.transaction() as session:
        session.connection().execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with database.transaction() as session:
        session.add(Setting(name="x", value=1))


def test_a_wrong_statement_stays_a_bug(db: None) -> None:
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.connection().execute(sa.text("SELECT * FROM nothing_of_ours"))
