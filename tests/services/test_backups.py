"""A backup under load and the way back: nothing acknowledged before it is missing."""

import sqlite3
import tarfile
import threading
from pathlib import Path

import pytest
from sqlmodel import col, select

from models import Mailbox, Organisation, RawMessage
from services import backups, clock, database
from services.errors import Conflict, Invalid
from services.settings import Settings
from tests.conftest import POSTGRES, make_people

pytestmark = pytest.mark.skipif(bool(POSTGRES), reason="PostgreSQL has tools of its own")


@pytest.fixture
def here(settings: Settings) -> Settings:
    (settings.data_dir / "secret.key").write_bytes(b"the key")
    return settings


def write(number: int) -> None:
    with database.transaction() as session:
        content = b"x" * 5_000
        session.add(RawMessage(queue_id=str(number), received_at=clock.now(), size=5_000, content=content))


def test_under_load_nothing_older_is_missing(here: Settings, tmp_path: Path) -> None:
    database.connect(here.database)
    make_people()
    acknowledged: list[int] = []
    enough, over = threading.Event(), threading.Event()

    def load() -> None:
        number = 0
        while not over.is_set():
            number += 1
            write(number)
            acknowledged.append(number)
            if number >= 50:
                enough.set()

    writer = threading.Thread(target=load)
    writer.start()
    try:
        assert enough.wait(60)
        before = len(acknowledged)
        backups.backup(here, tmp_path / "copy.tar")
    finally:
        over.set()
        writer.join()
    with pytest.raises(Conflict, match="running"):
        backups.restore(here, tmp_path / "copy.tar")
    database.disconnect()
    (here.data_dir / "secret.key").write_bytes(b"another")
    backups.restore(here, tmp_path / "copy.tar")
    database.connect(here.database)
    with database.reading() as session:
        kept = {int(each) for each in session.exec(select(RawMessage.queue_id))}
        assert set(range(1, before + 1)) <= kept and len(session.exec(select(Organisation)).all()) == 2
        assert session.exec(select(col(Mailbox.id))).all()
    database.disconnect()
    assert (here.data_dir / "secret.key").read_bytes() == b"the key"
    assert (tmp_path / "copy.tar").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob("mailroom.db.before-restore")), "what was there is kept"


def test_what_is_newer_or_none_is_refused(here: Settings, tmp_path: Path) -> None:
    database.connect(here.database)
    write(1)
    database.disconnect()
    backups.backup(here, tmp_path / "copy.tar")
    with tarfile.open(tmp_path / "copy.tar") as archive:
        archive.extract("mailroom.db", tmp_path / "out", filter="data")
    newer = sqlite3.connect(tmp_path / "out/mailroom.db")
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()
    with tarfile.open(tmp_path / "newer.tar", "w") as archive:
        archive.add(tmp_path / "out/mailroom.db", "mailroom.db")
    with pytest.raises(Conflict, match="newer"):
        backups.restore(here, tmp_path / "newer.tar")
    (tmp_path / "cut.tar").write_bytes((tmp_path / "copy.tar").read_bytes()[:20_000])
    for wrong in ("cut.tar", "out/mailroom.db"):
        with pytest.raises(Invalid):
            backups.restore(here, tmp_path / wrong)
    database.connect(here.database)
    with database.reading() as session:
        assert session.exec(select(RawMessage.queue_id)).all() == ["1"], "what is there stays as it was"
    database.disconnect()


def test_a_server_is_left_to_its_own_tools(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1/x"})
    with pytest.raises(Invalid, match="pg_dump"):
        backups.backup(elsewhere, tmp_path / "x")
