"""Imports: asked for, followed, cancelled and removed; what brings them in is `flows.importing`."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlmodel import Session, col, select

from models import Import, ImportFault, ImportState, JobKind, Mailbox, TicketStatus
from services import access, clock, csvtext, events, jobs, secrets, settings
from services.access import Actor, Permission
from services.errors import Conflict, Invalid, NotFound, StorageFull
from services.mailboxes import inboxes

OPEN = (ImportState.WAITING, ImportState.RUNNING)
STATUSES = (TicketStatus.CLOSED, TicketStatus.OPEN)
MOST_OPEN = 20
SHOWN = 100
PIECE = 1_000
SPARED = 1 << 30  # bytes of the disk that no import takes: new mail needs them, everybody's


@dataclass(frozen=True)
class Choice:
    """What becomes of what comes in: the status of conversations that begin with it, folders as tags, and a tag."""

    status: TicketStatus = TicketStatus.CLOSED
    folders: bool = True
    tag: str = ""


@dataclass(frozen=True)
class Entry:
    """An import with the name of its mailbox; `has_faults` where some messages did not come."""

    row: Import
    mailbox: str

    @property
    def done(self) -> int:
        return self.row.imported + self.row.skipped + self.row.failed


def fresh_path() -> Path:
    """Where an upload is kept until all of it is in."""
    folder = settings.current().data_dir / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / secrets.token()[:32]


def is_disk_short(more: int = 0) -> bool:
    """Whether `more` bytes would take what is spared for new mail."""
    usage = shutil.disk_usage(settings.current().data_dir)
    return usage.free - more < min(SPARED, usage.total // 8)


def keep(file: IO[bytes], piece: bytes) -> None:
    """Write a piece of an upload. Raises StorageFull."""
    if is_disk_short(len(piece)):
        raise StorageFull("The disk has no room for this file.")
    file.write(piece)


def check(session: Session, mailbox_id: int, *, actor: Actor) -> Mailbox:
    """The mailbox, where the actor may import into it: asked before an upload. Raises NotPermitted, NotFound,
    Conflict."""
    access.require(actor, Permission.IMPORT_MAIL)
    mine = select(Import.id).where(Import.organisation_id == actor.organisation_id, col(Import.state).in_(OPEN))
    if len(session.exec(mine).all()) >= MOST_OPEN:
        raise Conflict(f"{MOST_OPEN} imports are under way; wait for one to end.", code="too_many_imports")
    return inboxes.owned(session, mailbox_id, actor)


def add(session: Session, mailbox_id: int, path: Path, *, name: str, choice: Choice, actor: Actor) -> Import:
    """Bring the file at `path` in; it is deleted when that is done."""
    row = begin(session, mailbox_id, path, name=name, choice=choice, actor=actor)
    jobs.enqueue(session, JobKind.IMPORTS, row.id or 0)
    return row


def begin(
    session: Session, mailbox_id: int, path: Path, *, name: str, choice: Choice, is_kept: bool = False, actor: Actor
) -> Import:
    """Note the import down, for whoever carries it out."""
    check(session, mailbox_id, actor=actor)
    if choice.status not in STATUSES:
        raise Invalid("Closed or open.", field="status", code="invalid_status")
    row = Import(
        organisation_id=actor.organisation_id,
        mailbox_id=mailbox_id,
        user_id=actor.user_id,
        name=name[-255:] or "Mail",
        path=str(path),
        is_kept=is_kept,
        options={"status": str(choice.status), "folders": choice.folders, "tag": choice.tag.strip()[:64]},
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _tell(session, row)
    return row


def unfinished(session: Session, mailbox_id: int, path: Path, *, actor: Actor) -> Import | None:
    """The import of this very file that was cut short."""
    query = select(Import).where(Import.mailbox_id == mailbox_id, Import.path == str(path), col(Import.state).in_(OPEN))
    return session.exec(query.where(Import.organisation_id == actor.organisation_id)).first()


def entries(session: Session, *, actor: Actor) -> list[Entry]:
    """The organisation's imports, newest first."""
    access.require(actor, Permission.IMPORT_MAIL)
    query = (
        select(Import, Mailbox.name)
        .join(Mailbox, col(Mailbox.id) == col(Import.mailbox_id))
        .where(Import.organisation_id == actor.organisation_id)
        .order_by(col(Import.id).desc())
        .limit(SHOWN)
    )
    return [Entry(row, name) for row, name in session.exec(query)]


def get(session: Session, import_id: int, *, actor: Actor) -> Import:
    """Raises NotFound."""
    access.require(actor, Permission.IMPORT_MAIL)
    row = session.get(Import, import_id)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound("There is no such import.")
    return row


def cancel(session: Session, import_id: int, *, actor: Actor) -> Import:
    """Bring in no more; what came stays."""
    row = get(session, import_id, actor=actor)
    if row.state in OPEN:
        row.state, row.finished_at = ImportState.CANCELLED, clock.now()
        session.add(row)
        jobs.enqueue(session, JobKind.IMPORTS, import_id)  # it deletes the file
        _tell(session, row)
    return row


def retry(session: Session, import_id: int, *, actor: Actor) -> Import:
    """Go on with one that could not, from where it was."""
    row = get(session, import_id, actor=actor)
    if row.state is not ImportState.FAILED or not Path(row.path).exists():
        raise Conflict("Its file is gone: import it again, nothing comes twice.", code="import_over")
    row.state, row.finished_at, row.error = ImportState.WAITING, None, ""
    session.add(row)
    jobs.enqueue(session, JobKind.IMPORTS, import_id)
    _tell(session, row)
    return row


def remove(session: Session, import_id: int, *, actor: Actor) -> None:
    """Forget one that is over; its messages stay."""
    row = get(session, import_id, actor=actor)
    if row.state in OPEN:
        raise Conflict("It is under way: cancel it first.", code="import_open")
    if not row.is_kept:
        Path(row.path).unlink(missing_ok=True)
    session.delete(row)
    jobs.withdraw(session, JobKind.IMPORTS, import_id)
    _tell(session, row)


def faults(session: Session, import_id: int, *, after: int = 0, actor: Actor) -> list[ImportFault]:
    """The messages that did not come, a piece at a time."""
    get(session, import_id, actor=actor)
    query = select(ImportFault).where(ImportFault.import_id == import_id, col(ImportFault.id) > after)
    return list(session.exec(query.order_by(col(ImportFault.id)).limit(PIECE)))


def lines(found: list[ImportFault], *, heading: bool = False) -> str:
    """Faults as CSV."""
    rows = [(each.number, each.source, each.reason) for each in found]
    return csvtext.write([("message", "where", "why"), *rows] if heading else rows)


def _tell(session: Session, row: Import) -> None:
    events.record(session, events.ImportAdvanced(row.organisation_id, row.id or 0))
