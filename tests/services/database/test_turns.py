"""Turns: one writer at a time over threads and processes; who files mail reads without keeping those waiting who
take it, and nobody who decides comes between what it read and what it writes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from models import RawMessage, Setting
from services import database, reception
from services.database import bulk
from services.reception import Envelope
from services.settings import Settings
from tests.conftest import POSTGRES

ROOT = Path(__file__).parent.parent.parent.parent
ONLY_SQLITE = pytest.mark.skipif(bool(POSTGRES), reason="PostgreSQL sees to this itself")
PATIENCE = 60
PROGRAM = """
import sys
from models import Setting
from services import database
database.connect(sys.argv[1])
for _ in range(40):
    with database.transaction() as session:
        row = session.get_one(Setting, "counter", with_for_update=not database.is_sqlite())
        row.value += 1
database.disconnect()
"""


def take_mail() -> None:
    """As the listener does."""
    kept = database.KeptConnection()
    with kept.transaction() as connection:
        reception.store(connection, [Envelope("a@b.test", ("c@d.test",), b"Subject: x\r\n\r\n", "h", "", "SMTP")])
    kept.close()


def taken() -> int:
    with database.reading() as session:
        return session.connection().execute(sa.select(sa.func.count()).select_from(RawMessage)).scalar_one()


def counted() -> int:
    with database.reading() as session:
        return session.get_one(Setting, "counter").value


def count() -> None:
    with database.transaction() as session:
        session.get_one(Setting, "counter").value += 1


@pytest.fixture
def counter(db: None) -> None:
    with database.transaction() as session:
        session.add(Setting(name="counter", value=0))


def test_processes_lose_no_update(counter: None, settings: Settings) -> None:
    command = [sys.executable, "-c", PROGRAM, settings.database]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [each.wait(PATIENCE) for each in both] == [0, 0]
    assert counted() == 80


@ONLY_SQLITE
def test_mail_is_taken_while_filing_reads(counter: None) -> None:
    with ThreadPoolExecutor(1) as other, database.transaction(repeatable=True) as session:
        row = session.get_one(Setting, "counter")
        other.submit(take_mail).result(PATIENCE)
        assert taken() == 1
        row.value += 1
    assert counted() == 1


@ONLY_SQLITE
def test_nobody_decides_between_what_filing_read_and_what_it_writes(counter: None) -> None:
    with ThreadPoolExecutor(2) as others:
        with database.transaction(repeatable=True) as session:
            row = session.get_one(Setting, "counter")
            counting = others.submit(count)
            others.submit(take_mail).result(PATIENCE)
            assert not counting.done()
            row.value += 1
        counting.result(PATIENCE)
    assert counted() == 2


@ONLY_SQLITE
def test_what_goes_straight_to_the_driver_takes_the_turn_too(counter: None) -> None:
    with ThreadPoolExecutor(1) as other:
        with database.transaction(repeatable=True) as session, database.driver_cursor(session.connection()) as cursor:
            (value,) = cursor.execute("SELECT value FROM setting").fetchone()
            other.submit(take_mail).result(PATIENCE)
            cursor.execute("UPDATE setting SET value = ?", [value + 7])
            taking = other.submit(take_mail)
            assert not taking.done()
        taking.result(PATIENCE)
    assert (counted(), taken()) == (7, 2)


@ONLY_SQLITE
def test_what_filing_began_to_write_is_undone_whole(counter: None) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction(repeatable=True) as session:
        bulk.update(session.connection(), Setting.__table__, [{"name": "counter", "value": 7}])  # type: ignore[attr-defined]
        _ = 1 // 0
    count()
    assert counted() == 1


@ONLY_SQLITE
def test_filing_that_had_nothing_to_write_takes_no_turn(counter: None) -> None:
    for _ in range(2):
        with database.transaction(repeatable=True) as session:
            session.get_one(Setting, "counter")
    with ThreadPoolExecutor(1) as other:
        other.submit(take_mail).result(PATIENCE)
        other.submit(count).result(PATIENCE)
    assert (counted(), taken()) == (1, 1)


@ONLY_SQLITE
def test_nothing_stays_open(settings: Settings) -> None:
    database.connect(settings.database)
    with database.transaction(repeatable=True) as session:
        session.add(Setting(name="x", value=1))
    take_mail()
    database.disconnect()
    opened = [Path(each.path).name for each in psutil.Process().open_files()]
    assert [name for name in opened if name.startswith("mailroom.db")] == []
