"""The list as a CSV file: out with no cell a spreadsheet would run, in from ours and from anybody's."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from models import Suppression, SuppressionReason
from services import access, clock, csvtext, events
from services.access import Actor, Permission
from services.errors import Invalid
from services.mail import address as mail_address
from services.suppressions.keeping import MOST_AT_ONCE

HEADINGS = ("address", "reason", "detail", "added", "expires")
MOST_LINES = 500_000
PIECE = 1_000
_ADDRESS_HEADINGS = {"address", "email", "e-mail", "email address", "mail", "e-mail address", "recipient"}
_REASONS: dict[str, SuppressionReason] = {
    "bounce": SuppressionReason.HARD_BOUNCE,
    "bounced": SuppressionReason.HARD_BOUNCE,
    "hard": SuppressionReason.HARD_BOUNCE,
    "soft": SuppressionReason.SOFT_BOUNCE,
    "complained": SuppressionReason.COMPLAINT,
    "spam": SuppressionReason.COMPLAINT,
    "unsubscribed": SuppressionReason.UNSUBSCRIBE,
    **{str(each): each for each in SuppressionReason},
}
_table = SQLModel.metadata.tables[str(Suppression.__tablename__)]
_insert = sa.text(
    "INSERT INTO suppression (organisation_id, address, reason, detail, actor_id, created_at, expires_at) VALUES "
    "(:organisation_id, :address, :reason, :detail, :actor_id, :created_at, :expires_at) "
    "ON CONFLICT (organisation_id, address) DO NOTHING"
).bindparams(
    sa.bindparam("created_at", type_=_table.c.created_at.type),
    sa.bindparam("expires_at", type_=_table.c.expires_at.type),
    sa.bindparam("reason", type_=_table.c.reason.type),
)


@dataclass(frozen=True)
class Found:
    """What a file holds: rows by address, and how many lines have none."""

    rows: dict[str, dict[str, object]]
    wrong: int


@dataclass(frozen=True)
class Imported:
    """What became of a file: how many are new, how many were known, and how many lines hold no address."""

    added: int
    known: int
    wrong: int


def heading() -> str:
    return csvtext.write([HEADINGS])


def lines(suppressions: Sequence[Suppression]) -> str:
    return csvtext.write(map(_cells, suppressions))


def import_csv(session: Session, found: Found, *, actor: Actor) -> Imported:
    """Add the addresses of a file; what is on the list stays as it is. Raises Invalid for one that holds none.

    The audit has a line for each address of a short file; of a long one the list itself tells who added it.
    """
    access.require(actor, Permission.WRITE_SUPPRESSIONS)
    if not found.rows:
        raise Invalid("There is no address in this file.", code="no_addresses", field="file")
    now = clock.now()
    shared = {"organisation_id": actor.organisation_id, "actor_id": actor.user_id, "created_at": now}
    rows: list[dict[str, Any]] = [shared | each for each in found.rows.values()]
    if len(rows) <= MOST_AT_ONCE:
        added = _add_audited(session, rows, actor)
    else:
        run = session.connection().execute
        added = sum(run(_insert, rows[at : at + PIECE]).rowcount for at in range(0, len(rows), PIECE))
    events.record(session, events.SuppressionsChanged(actor.organisation_id))
    return Imported(added, len(rows) - added, found.wrong)


def _add_audited(session: Session, rows: list[dict[str, Any]], actor: Actor) -> int:
    mine = col(Suppression.organisation_id) == actor.organisation_id
    asked = col(Suppression.address).in_([row["address"] for row in rows])
    known = set(session.exec(select(Suppression.address).where(mine, asked)))
    new = [Suppression(**row) for row in rows if row["address"] not in known]
    session.add_all(new)
    session.flush()
    return len(new)


def read(content: bytes) -> Found:
    """The addresses of a CSV file; needs no session, and a long file takes a while. Raises Invalid for none at all."""
    found: dict[str, dict[str, object]] = {}
    wrong = 0
    for cells in _parsed(content):
        try:
            address = mail_address.normalise(cells.get("address", "").removeprefix("'"))
        except ValueError:
            wrong += 1
            continue
        reason = _REASONS.get(cells.get("reason", "").strip().lower().replace(" ", "_"), SuppressionReason.MANUAL)
        found.setdefault(
            address,
            {
                "address": address,
                "reason": reason,
                "detail": cells.get("detail", "").removeprefix("'")[:1000],
                "expires_at": _moment(cells.get("expires", "")),
            },
        )
    return Found(found, wrong)


def _parsed(content: bytes) -> Iterator[dict[str, str]]:
    """Lines as cells by heading; without a heading the first cell that holds an @ is the address."""
    text = content.decode("utf-8-sig", "replace").replace("\x00", "")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    names: list[str] = []
    try:
        for number, row in enumerate(rows):
            if number >= MOST_LINES:
                return
            if number == 0 and not any("@" in cell for cell in row):
                names = ["address" if _folded(cell) in _ADDRESS_HEADINGS else _folded(cell) for cell in row]
                continue
            if not any(cell.strip() for cell in row):
                continue
            if "address" in names:
                yield dict(zip(names, row, strict=False))
            else:
                yield {"address": next((cell for cell in row if "@" in cell), row[0])}
    except csv.Error as error:
        raise Invalid(f"This is no CSV file: {error}.", code="invalid_file", field="file") from error


def _folded(cell: str) -> str:
    return cell.strip().lower()


def _moment(text: str) -> datetime | None:
    """The end as the file has it; what is no date means for good."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _cells(row: Suppression) -> tuple[str, ...]:
    return (row.address, str(row.reason), row.detail, _shown(row.created_at), _shown(row.expires_at))


def _shown(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""
