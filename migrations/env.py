"""Alembic's entry: one migration set for SQLite (batch mode) and PostgreSQL."""

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel

import models  # noqa: F401  (fills the metadata)
from services.database import schema

FOREIGN_TO_ALEMBIC = ("message_search",)


def run() -> None:
    """Upgrade with foreign keys off on SQLite: batch mode drops tables, and ON would delete the children."""
    engine: sa.Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7231)")
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=sqlite,
            compare_type=True,
            include_name=lambda name, kind, parent: not (name or "").startswith(FOREIGN_TO_ALEMBIC),
        )
        context.run_migrations()
        if sa.inspect(connection).has_table("message_body"):  # not yet when the first revision is written
            schema.ensure_search(connection)
        if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("a migration broke a foreign key; nothing was changed")
        connection.commit()
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.rollback()


run()
