"""Facts between processes: PostgreSQL LISTEN/NOTIFY. On SQLite `services.link` carries them."""

import json
import logging
import os
import selectors
import socket
import threading
import uuid
from typing import TYPE_CHECKING

import sqlalchemy as sa

from services import events

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger("mailroom.wire")
CHANNEL = "mailroom"
_mark = uuid.uuid4().hex[:8]
_listener: "_Listener | None" = None


def _me() -> str:
    """This process, also where it was forked from one that had loaded us."""
    return f"{os.getpid()}-{_mark}"


def notify(connection: sa.Connection, facts: list[events.Fact]) -> None:
    """Queue `facts` for the other processes; PostgreSQL sends them at the commit, or not at all."""
    statement = sa.text("SELECT pg_notify(:channel, :payload)")
    for fact in facts:
        payload = json.dumps([_me(), events.to_wire(fact)])
        connection.execute(statement, {"channel": CHANNEL, "payload": payload})


def listen(url: str) -> None:
    """Publish here what other processes notify, on a thread of its own that reconnects when cut off."""
    global _listener
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    _listener = _Listener(plain)


def stop() -> None:
    global _listener
    if _listener is not None:
        _listener.stop()
        _listener = None


class _Listener:
    """Waits for notices, and for the bell that ends it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ear, self._bell = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="wire", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._bell.close()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        import psycopg  # 25 MB that a start on SQLite does not need

        with self._ear, selectors.DefaultSelector() as selector:
            selector.register(self._ear, selectors.EVENT_READ)
            while True:
                try:
                    with psycopg.connect(self._url, autocommit=True) as connection:
                        self._listen(connection)
                    return
                except psycopg.Error as error:
                    log.warning("lost the connection for notices, trying again: %s", error)
                if selector.select(timeout=1):
                    return

    def _listen(self, connection: "psycopg.Connection") -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        with selectors.DefaultSelector() as selector:
            bell = selector.register(self._ear, selectors.EVENT_READ)
            selector.register(connection, selectors.EVENT_READ)
            rung = False
            while not rung:
                for notice in connection.notifies(timeout=0):
                    _deliver(notice.payload)
                rung = bell in [key for key, _ in selector.select()]


def _deliver(payload: str) -> None:
    """Publish one notice. Anybody may write on a channel, a process of another version too: what cannot be understood
    is lost, and nothing else."""
    try:
        sender, text = json.loads(payload)
        fact = events.from_wire(text) if sender != _me() else None
    except (ValueError, TypeError):
        log.warning("a notice that cannot be understood: %.200s", payload)
        return
    if fact is not None:
        events.publish([fact])
