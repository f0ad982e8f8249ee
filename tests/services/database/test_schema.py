"""Migrations: a fresh database equals the models, and a newer one is refused."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import models  # noqa: F401
from services import database
from services.database import schema
from services.errors import Conflict


def test_the_migrations_make_what_the_models_say(db: None) -> None:
    with database.engines().write.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, parent: not (name or "").startswith(("message_search", "search")),
            },
        )
        assert [entry for entry in compare_metadata(context, SQLModel.metadata) if "search" not in str(entry)] == []


def test_starting_again_changes_nothing(db: None) -> None:
    schema.upgrade(database.engines().write)
    assert schema.present(database.engines().write) == schema.newest()


def test_a_newer_database_is_refused(db: None) -> None:
    with database.transaction() as session:
        session.connection().execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict) as refused:
        schema.upgrade(database.engines().write)
    assert refused.value.code == "newer_schema"
