"""A backup while everything runs, and the way back: the database and the key that opens its secrets, in one tar file.

SQLite only: a server has tools of its own (pg_dump and pg_restore), which do it better.
"""

import contextlib
import io
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from services.database import schema
from services.errors import Conflict, Invalid
from services.settings import Settings

DATABASE, KEY = "mailroom.db", "secret.key"
ASIDE = ".before-restore"
NOT_HERE = (
    "The database is PostgreSQL's: use pg_dump to back it up and pg_restore to bring it back, and keep secret.key."
)


def backup(settings: Settings, target: Path) -> int:
    """Everything committed before the call, as one moment, in bytes; nobody waits for it."""
    source = _database(settings)
    if not source.exists():
        raise Invalid(f"There is no database at {source}.")
    copy, half = _beside(target, ".db"), _beside(target, ".part")
    try:
        _private(copy)
        with _opened(source) as there, _opened(copy) as here:
            there.backup(here)  # in one step: page by page it begins anew with every write of another process
            here.execute("PRAGMA journal_mode=DELETE")
        _private(half)
        with half.open("wb") as file:
            with tarfile.open(fileobj=file, mode="w") as archive:
                archive.add(copy, DATABASE)
                key = settings.data_dir / KEY
                if key.exists():
                    archive.add(key, KEY)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
        _settle(target.parent)
    finally:
        copy.unlink(missing_ok=True)
        half.unlink(missing_ok=True)
    return target.stat().st_size


def restore(settings: Settings, source: Path) -> str:
    """Put a backup in the place of what is there, which is kept beside it; the schema it has. Raises Conflict while
    the program runs and for a backup of a newer program, Invalid for what is no backup."""
    database = _database(settings)
    database.parent.mkdir(parents=True, exist_ok=True)
    fresh = _beside(database, ".restoring")
    try:
        key = _unpack(source, fresh)
        version = _checked(fresh)
        _require_stopped(database)
        _put_aside(database)
        _put_aside(database.with_name("jobs.db"))
        fresh.replace(database)
        if key is not None:
            place = settings.data_dir / KEY
            if place.exists() and place.read_bytes() != key:
                _put_aside(place)
            _private(place)
            place.write_bytes(key)
        _settle(database.parent)
    finally:
        fresh.unlink(missing_ok=True)
    return version


def _database(settings: Settings) -> Path:
    url = sa.make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Invalid(NOT_HERE)
    return Path(url.database)


def _unpack(source: Path, fresh: Path) -> bytes | None:
    """The key, if there is one in it. Only the two names we know are looked at."""
    try:
        with tarfile.open(source, "r:") as archive:
            _private(fresh)
            stream = archive.extractfile(DATABASE)
            if stream is None:
                raise Invalid("This is no backup of Mailroom.")
            with fresh.open("wb") as file:
                while piece := stream.read(1 << 20):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            key = archive.extractfile(KEY) if KEY in archive.getnames() else io.BytesIO()
            return (key.read() if key else b"") or None
    except (tarfile.TarError, KeyError, EOFError) as error:
        raise Invalid("This is no backup of Mailroom, or it breaks off.") from error


def _checked(fresh: Path) -> str:
    try:
        with _opened(fresh) as connection:
            if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise Invalid("The backup is damaged.")
            version = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.DatabaseError, TypeError) as error:
        raise Invalid("The backup is damaged.") from error
    if version > schema.newest():
        raise Conflict(f"This backup (schema {version}) was made by a newer Mailroom.", code="newer_schema")
    return version


def _require_stopped(database: Path) -> None:
    """Only who is alone with a database may take it out of WAL, which also writes its log home."""
    if not database.exists():
        return
    with _opened(database) as connection:
        connection.execute("PRAGMA busy_timeout=500")
        try:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError:
            mode = ""
        except sqlite3.DatabaseError:
            return  # what is there is damaged: that is why one restores
    if mode != "delete":
        raise Conflict("Mailroom is running: stop it first.", code="running")


def _put_aside(path: Path) -> None:
    for name in (path, _beside(path, "-wal"), _beside(path, "-shm")):
        if name.exists():
            name.replace(_beside(name, ASIDE))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _private(path: Path) -> None:
    """Empty, and for its owner only: it holds everybody's mail."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _settle(folder: Path) -> None:
    """A name is on disk when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
