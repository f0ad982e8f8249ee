"""Dialect C: remote IMAP accounts that are pulled into a mailbox."""

from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends, Response

from api import errors
from api.access import Acting
from api.mail_server.shapes import Added, Done, Number, Paging, Shape, paging
from api.shapes import Moment, example
from services import database, syncjobs
from services.syncjobs import JobEntry

router = APIRouter(prefix="/syncjobs", tags=["Sync jobs"])

_OWN: dict[str, Any] = {
    "username": "ida@example.com",
    "host1": "imap.example.net",
    "port1": 993,
    "user1": "ida",
    "enc1": "SSL",
    "mins_interval": 20,
    "subfolder2": "",
    "maxage": 0,
    "exclude": "(?i)spam",
    "active": True,
}
_SHOWN: dict[str, Any] = {
    "id": 3,
    **_OWN,
    "messages": 1204,
    "running": False,
    "done": 0,
    "total": None,
    "last_run": "2026-11-21T08:40:00.000Z",
    "error": "",
    "created": "2026-11-21T08:00:00.000Z",
    "modified": None,
}
# what services call the fields
_NAMES = {
    "username": "address",
    "host1": "host",
    "port1": "port",
    "user1": "username",
    "password1": "password",
    "enc1": "encryption",
    "mins_interval": "interval_minutes",
    "subfolder2": "subfolder",
    "maxage": "max_age_days",
}
_OWN_NAMES = {"username": "user1", "password": "password1"}  # other nouns of this dialect have these names too


class SyncJobShape(Shape):
    """A job. `messages` is how many were pulled, `error` why the last run brought less than everything. Of a run that
    is under way, `done` messages of `total` were looked at (null until they are counted)."""

    model_config = Shape.model_config | example(**_SHOWN)
    id: int
    username: str
    host1: str
    port1: int
    user1: str
    enc1: str
    mins_interval: int
    subfolder2: str
    maxage: int
    exclude: str
    active: bool
    messages: int
    running: bool
    done: int
    total: int | None
    last_run: Moment | None
    error: str
    created: Moment
    modified: Moment | None

    @classmethod
    def of(cls, entry: JobEntry) -> Self:
        job = entry.job
        return cls(
            id=job.id or 0,
            username=entry.address,
            exclude=job.exclude,
            active=job.active,
            messages=job.pulled_count,
            running=entry.is_running,
            done=job.run_done if entry.is_running else 0,
            total=job.run_total if entry.is_running else None,
            last_run=job.last_run_at,
            error=job.error,
            created=job.created_at,
            modified=job.updated_at,
            **{name: getattr(job, ours) for name, ours in _NAMES.items() if hasattr(job, ours) and name != "password1"},
        )


class SyncJobChange(Shape):
    """Any of these. `maxage` in days, 0 for everything; `exclude` is a regular expression over folders' names. Folders
    are tags here: mail in Projects/Alpha gets that tag, and with a `subfolder2` of Old it is Old/Projects/Alpha, what
    was in the inbox Old."""

    model_config = Shape.model_config | example(mins_interval=60, active=False)
    username: str = ""
    host1: str = ""
    port1: int = 993
    user1: str = ""
    password1: str = ""
    enc1: Literal["SSL", "TLS", "PLAIN"] = "SSL"
    mins_interval: int = 20
    subfolder2: str = ""
    maxage: int = 0
    exclude: str = ""
    active: bool = True

    def options(self) -> dict[str, Any]:
        return self.sent(**_NAMES)


class NewSyncJob(SyncJobChange):
    model_config = Shape.model_config | example(**_OWN, password1="secret")
    username: str
    host1: str
    port1: int
    user1: str
    password1: str
    enc1: Literal["SSL", "TLS", "PLAIN"]


@router.get("")
def list_syncjobs(actor: Acting, paging: Annotated[Paging, Depends(paging)], response: Response) -> list[SyncJobShape]:
    """Every job, oldest first; a page of them where `limit` is given."""
    with database.reading() as session:
        return [SyncJobShape.of(entry) for entry in paging.of(syncjobs.all(session, actor=actor), response)]


@router.post("")
def add_syncjob(body: NewSyncJob, actor: Acting) -> Added:
    """Pull an account into the mailbox of `username`; the first run begins at once."""
    with errors.naming(**_OWN_NAMES), database.transaction() as session:
        job = syncjobs.add(session, actor=actor, **body.options())
        return Added(msg="Sync job has been added", id=job.id or 0)


@router.put("/{id}")
def update_syncjob(id: Number, body: SyncJobChange, actor: Acting) -> Done:
    """Change what is sent; the job runs again at once. Another host or user, or a longer `maxage`, begins from
    nothing: nothing comes twice. Another `host1` or `port1`, or PLAIN where it was not, needs `password1` again."""
    with errors.naming(**_OWN_NAMES), database.transaction() as session:
        syncjobs.update(session, id, actor=actor, **body.options())
    return Done(msg="Sync job has been updated")


@router.delete("/{id}")
def delete_syncjob(id: Number, actor: Acting) -> Done:
    """Pull no more; what was pulled stays."""
    with database.transaction() as session:
        syncjobs.remove(session, id, actor=actor)
    return Done(msg="Sync job has been deleted")
