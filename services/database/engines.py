"""How each database is opened: pragmas, BEGIN, pools."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event


@dataclass(frozen=True)
class Engines:
    """`write` begins transactions that may write; `read` cannot (SQLite: query_only; PostgreSQL: READ ONLY);
    `count` writes without waiting for the disk."""

    write: sa.Engine
    read: sa.Engine
    count: sa.Engine
    is_sqlite: bool

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()
        self.count.dispose()


def open_engines(url: str) -> Engines:
    if url.startswith("sqlite"):
        path = sa.make_url(url).database
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        write, count = _sqlite(url, "BEGIN IMMEDIATE"), _sqlite(url, "BEGIN IMMEDIATE", synchronous="NORMAL")
        return Engines(write, _sqlite(url, "BEGIN", read_only=True), count, True)
    write = sa.create_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True)
    return Engines(write, write.execution_options(postgresql_readonly=True), write, False)


def _sqlite(url: str, begin: str, *, read_only: bool = False, synchronous: str = "FULL") -> sa.Engine:
    """WAL and synchronous=FULL: committed means on disk (RELIABILITY B2). We say BEGIN ourselves, because the
    driver's own deferred BEGIN loses updates between two readers who then write."""
    engine = sa.create_engine(url, pool_size=10, max_overflow=20, connect_args={"check_same_thread": False})
    pragmas = [
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-8000",
        "wal_autocheckpoint=4000",
    ]
    if read_only:
        pragmas = [*pragmas[2:-1], "query_only=ON"]

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
