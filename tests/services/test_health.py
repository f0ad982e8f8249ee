"""What a load balancer is told."""

import shutil
from collections import namedtuple

import pytest
import sqlalchemy as sa

from services import database, health
from services.settings import Settings
from tests.conftest import POSTGRES, administer

Usage = namedtuple("Usage", "total used free")


def test_all_is_well_however_often_one_asks(db: None) -> None:
    assert [health.trouble() for _ in range(5)] == [""] * 5


def test_a_database_that_is_away(settings: Settings, db: None) -> None:
    database.engines().dispose()
    if POSTGRES:
        administer(f'ALTER DATABASE "{sa.make_url(settings.database).database}" WITH ALLOW_CONNECTIONS false')
    else:
        shutil.rmtree(settings.data_dir)
    assert health.trouble() == "database_unavailable"


@pytest.mark.skipif(bool(POSTGRES), reason="the disk is PostgreSQL's affair")
def test_a_full_disk(settings: Settings, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1 << 30, (1 << 30) - 4096, 4096))
    assert health.trouble() == "storage_full"


@pytest.mark.skipif(bool(POSTGRES), reason="the disk is PostgreSQL's affair")
def test_a_disk_that_cannot_be_written(settings: Settings, db: None) -> None:
    with database.counting() as session:
        session.connection().execute(sa.text("PRAGMA query_only=ON"))
        session.rollback()
    assert health.trouble() == "database_unavailable"
