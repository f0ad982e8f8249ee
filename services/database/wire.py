"""Facts between processes: PostgreSQL LISTEN/NOTIFY. Never used on SQLite, where one process holds everything."""

import json
import logging
import os
import threading
import uuid

import sqlalchemy as sa

from services import events

log = logging.getLogger("mailroom.wire")
CHANNEL = "mailroom"
_me = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
_stop = threading.Event()
_thread: threading.Thread | None = None


def notify(connection: sa.Connection, facts: list[events.Fact]) -> None:
    """Queue `facts` for the other processes; PostgreSQL sends them at the commit, or not at all."""
    statement = sa.text("SELECT pg_notify(:channel, :payload)")
    for fact in facts:
        payload = json.dumps([_me, events.to_wire(fact)])
        connection.execute(statement, {"channel": CHANNEL, "payload": payload})


def listen(url: str) -> None:
    """Publish here what other processes notify, on a thread of its own that reconnects when cut off."""
    global _thread
    _stop.clear()
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    _thread = threading.Thread(target=_run, args=(plain,), name="wire", daemon=True)
    _thread.start()


def stop() -> None:
    global _thread
    _stop.set()
    if _thread is not None:
        _thread.join(timeout=2)
        _thread = None


def _run(url: str) -> None:
    import psycopg  # 25 MB that a start on SQLite does not need

    while not _stop.is_set():
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                while not _stop.is_set():
                    for notice in connection.notifies(timeout=0.5):
                        _deliver(notice.payload)
        except psycopg.Error as error:
            log.warning("lost the connection for notices, trying again: %s", error)
            _stop.wait(1)


def _deliver(payload: str) -> None:
    sender, text = json.loads(payload)
    fact = events.from_wire(text) if sender != _me else None
    if fact is not None:
        events.publish([fact])
