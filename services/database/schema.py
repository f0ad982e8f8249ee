"""The schema's version: Alembic at start, and the full-text index that Alembic does not know."""

from pathlib import Path

import sqlalchemy as sa

from services import errors

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"

_SQLITE_SEARCH = [
    """CREATE VIRTUAL TABLE IF NOT EXISTS message_search USING fts5(
        subject, author, recipients, text, labels,
        content='message_body', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')""",
    """CREATE TRIGGER IF NOT EXISTS message_body_added AFTER INSERT ON message_body BEGIN
        INSERT INTO message_search(rowid, subject, author, recipients, text, labels)
        VALUES (new.id, new.subject, new.author, new.recipients, new.text, new.labels); END""",
    """CREATE TRIGGER IF NOT EXISTS message_body_removed AFTER DELETE ON message_body BEGIN
        INSERT INTO message_search(message_search, rowid, subject, author, recipients, text, labels)
        VALUES ('delete', old.id, old.subject, old.author, old.recipients, old.text, old.labels); END""",
    """CREATE TRIGGER IF NOT EXISTS message_body_changed AFTER UPDATE ON message_body BEGIN
        INSERT INTO message_search(message_search, rowid, subject, author, recipients, text, labels)
        VALUES ('delete', old.id, old.subject, old.author, old.recipients, old.text, old.labels);
        INSERT INTO message_search(rowid, subject, author, recipients, text, labels)
        VALUES (new.id, new.subject, new.author, new.recipients, new.text, new.labels); END""",
]
_WORDS = "to_tsvector('simple', translate({}, '@._-', '    '))"
_POSTGRES_SEARCH = [
    "ALTER TABLE message_body ADD COLUMN IF NOT EXISTS search tsvector GENERATED ALWAYS AS ("
    f"setweight({_WORDS.format('subject')}, 'A') || setweight({_WORDS.format('author')}, 'B') || "
    f"setweight({_WORDS.format('recipients')}, 'C') || {_WORDS.format('text')} || {_WORDS.format('labels')}"
    ") STORED",
    "CREATE INDEX IF NOT EXISTS message_body_search ON message_body USING gin (search)",
]


def newest() -> str:
    """The newest revision this program knows: migrations are numbered files."""
    return max(path.name.split("_", 1)[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def present(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: sa.Engine) -> None:
    """Run the missing migrations. Alembic is loaded only when there are any: most starts need none."""
    version = present(engine)
    if version == newest():
        return
    if version is not None and version > newest():
        raise errors.Conflict(f"This database (schema {version}) was made by a newer Mailroom.", code="newer_schema")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def ensure_search(connection: sa.Connection) -> None:
    """Create the full-text index and its triggers where they are missing; batch migrations drop triggers."""
    for statement in _SQLITE_SEARCH if connection.dialect.name == "sqlite" else _POSTGRES_SEARCH:
        connection.exec_driver_sql(statement)
