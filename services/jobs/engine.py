"""DBOS, configured once and here only. It is loaded when there is a first job: most starts need none.

SQLite: a file of its own beside the database, because DBOS writes at its own pace and our writers hold the lock.
PostgreSQL: the schema `dbos` in our database, shared by all processes.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from services import slots
from services.settings import Settings

VERSION = "1"  # constant: by default DBOS hashes the workflows' source, and a new release would strand what is open
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON")
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
BATCH = 500

Run = Callable[[str, int, int, int], Awaitable[None]]  # kind, job, subject, asked


class Engine:
    """DBOS running on the loop that opens it; `run` is the one workflow there is."""

    def __init__(self, settings: Settings, run: Run) -> None:
        self._settings = settings
        self._slot = slots.take(settings.data_dir, "executor")
        self._workflow = _workflow(run)

    def open(self) -> None:
        """Launch, which also goes on with what this executor had under way when it ended."""
        from dbos import DBOS, DBOSPortableJSONSerializer

        logging.getLogger("dbos").setLevel(logging.WARNING)
        url = sa.make_url(self._settings.database)
        config: Any = {
            "name": "mailroom",
            "application_version": VERSION,
            "executor_id": self._slot.name,
            "serializer": DBOSPortableJSONSerializer(),  # no pickle in the database
            "enable_otlp": False,
            "log_level": "WARNING",
            "max_executor_threads": 8,
            "sys_db_pool_size": 8,
            "notification_listener_polling_interval_sec": 0.5,  # how long closing waits for that thread
        }
        if url.get_backend_name() == "sqlite":
            path = Path(url.database or "").with_name("jobs.db")
            config |= {"system_database_url": f"sqlite:///{path}", "system_database_engine": _sqlite(path)}
        else:
            plain = url.set(drivername="postgresql")
            config |= {"system_database_url": plain.render_as_string(hide_password=False)}
        DBOS(config=config)
        _log_as_we_do()
        DBOS.launch()

    async def start(self, workflow_id: str, *arguments: Any) -> None:
        from dbos import DBOS, SetWorkflowID

        with SetWorkflowID(workflow_id):
            await DBOS.start_workflow_async(self._workflow, *arguments)

    async def go_on(self, workflow_id: str) -> bool | None:
        """Take over a run whose process is gone. None: there is no such run; False: it is over."""
        from dbos import DBOS

        status = await DBOS.get_workflow_status_async(workflow_id)
        if status is None:
            return None
        if status.status in OVER:
            return False
        await DBOS.resume_workflow_async(workflow_id)
        return True

    async def forget(self, before: datetime) -> None:
        """Delete the records of runs that ended before then; DBOS keeps them for ever."""
        from dbos import DBOS

        criteria: Any = {"status": OVER, "completed_before": before.isoformat(), "limit": BATCH}
        while found := await DBOS.list_workflows_async(**criteria, load_input=False, load_output=False):
            await DBOS.delete_workflows_async([each.workflow_id for each in found])

    def close(self) -> None:
        from dbos import DBOS

        DBOS.destroy()
        self._slot.give_back()


_registered: list[Any] = []


def _workflow(run: Run) -> Any:
    """`run` as the workflow `job`; DBOS keeps its registry for the life of the process."""
    from dbos import DBOS

    if not _registered:
        _registered.append(DBOS.workflow(name="job")(run))
    return _registered[0]


def _sqlite(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=10)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in PRAGMAS:
            connection.execute("PRAGMA " + pragma)

    return engine


def _log_as_we_do() -> None:
    """DBOS prints on a handler of its own; its warnings belong into our log."""
    log = logging.getLogger("dbos")
    for handler in list(log.handlers):
        log.removeHandler(handler)
    log.addFilter(_is_news)
    log.propagate = True


def _is_news(record: logging.LogRecord) -> bool:
    """That a stop cuts a run short is no warning: it goes on at the next start, and we say so."""
    return not str(record.msg).startswith("Asyncio task cancelled")
