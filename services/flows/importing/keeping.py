"""An import as its run holds it, and its row: begun, moved on with every batch, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from models import Import, ImportFault, ImportState, TicketStatus
from services import clock, events
from services.flows.importing.purpose import Purpose
from services.imports import OPEN

_IMPORT: Any = Import.__table__  # type: ignore[attr-defined]


@dataclass(slots=True, kw_only=True)
class Order(Purpose):
    """What is to be brought in; `place` and `number` (of messages) say how far it is."""

    id: int
    path: Path
    total: int | None
    place: list[int]
    number: int


@dataclass(slots=True)
class Tally:
    """What became of a batch; `faults` are number, source and reason."""

    imported: int
    skipped: int
    faults: Sequence[tuple[int, str, str]]


def begin(session: Session, import_id: int) -> Order | None:
    """None when there is nothing to do any more."""
    row = session.get(Import, import_id)
    if row is None or row.state not in OPEN:
        return None
    row.state, row.error = ImportState.RUNNING, ""
    session.add(row)
    _tell(session, row.organisation_id, import_id)
    return Order(
        id=import_id,
        organisation_id=row.organisation_id,
        mailbox_id=row.mailbox_id,
        user_id=row.user_id,
        path=Path(row.path),
        status=TicketStatus(str(row.options.get("status", "closed"))),
        folders=bool(row.options.get("folders", True)),
        tag=str(row.options.get("tag", "")),
        total=row.total,
        place=list(row.place),
        number=row.imported + row.skipped + row.failed,
    )


def counted(session: Session, order: Order) -> None:
    session.connection().execute(_mine(order).values(total=order.total))
    _tell(session, order.organisation_id, order.id)


def advance(session: Session, order: Order, place: Sequence[int], tally: Tally) -> bool:
    """In the transaction that files the batch; False when the import was cancelled, or another run was faster."""
    c = _IMPORT.c
    values = {
        "place": list(place),
        "imported": c.imported + tally.imported,
        "skipped": c.skipped + tally.skipped,
        "failed": c.failed + len(tally.faults),
    }
    still = _mine(order).where(c.imported + c.skipped + c.failed == order.number)
    if not session.connection().execute(still.values(**values).returning(c.id)).scalar():
        return False
    for number, source, reason in tally.faults:
        session.add(ImportFault(import_id=order.id, number=number, source=source[:500], reason=reason[:500]))
    _tell(session, order.organisation_id, order.id)
    return True


def finish(session: Session, order: Order, state: ImportState, error: str) -> None:
    values = {"state": state, "error": error[:1000], "finished_at": clock.now()}
    session.connection().execute(_mine(order).values(**values))
    _tell(session, order.organisation_id, order.id)


def stumble(session: Session, import_id: int, why: str, again_at: datetime | None) -> None:
    """Its job failed: it waits for the next try, or after the last one for somebody who has it go on."""
    row = session.get(Import, import_id)
    if row is None or row.state not in OPEN:
        return
    if again_at is None:
        row.state, row.error, row.finished_at = ImportState.FAILED, why[:1000], clock.now()
    else:
        row.state, row.error = ImportState.WAITING, f"{why[:900]} It goes on by itself in a while."
    session.add(row)
    _tell(session, row.organisation_id, import_id)


def leftover(session: Session, import_id: int) -> Path | None:
    """The upload of an import that needs it no more; one that failed may be gone on with."""
    row = session.get(Import, import_id)
    is_over = row is not None and row.state in {ImportState.DONE, ImportState.CANCELLED}
    return Path(row.path) if row is not None and is_over and not row.is_kept else None


def _mine(order: Order) -> Any:
    return sa.update(_IMPORT).where(_IMPORT.c.id == order.id, _IMPORT.c.state == ImportState.RUNNING)


def _tell(session: Session, organisation_id: int, import_id: int) -> None:
    events.record(session, events.ImportAdvanced(organisation_id, import_id))
