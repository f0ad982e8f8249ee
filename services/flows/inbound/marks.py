"""Ties to tickets that no message here bears: looked up for a batch at once, left behind with it."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session

from models import ThreadMark
from services import clock
from services.database import bulk, driver_cursor
from services.flows.inbound.letter import Letter

_MARK = ThreadMark.__table__  # type: ignore[attr-defined]
_LEAVE = sa.text(
    "INSERT INTO thread_mark (organisation_id, mark, ticket_id, subject_key, at)"
    " VALUES (:organisation_id, :mark, :ticket_id, :subject_key, :at) ON CONFLICT (organisation_id, mark)"
    " DO UPDATE SET ticket_id = excluded.ticket_id, subject_key = excluded.subject_key, at = excluded.at"
).bindparams(sa.bindparam("at", type_=_MARK.c.at.type))
KEPT = timedelta(days=365)
FORGOTTEN_AT_ONCE = 1_000


class Marks:
    """By organisation and mark: the ticket and its subject when the mark was left."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[int, str]] = {}
        self._left: dict[tuple[int, str], tuple[int, str]] = {}

    def look_up(self, connection: sa.Connection, letters: list[Letter]) -> set[int]:
        """The tickets the letters' ties lead to."""
        wanted: set[str] = set()
        for letter in letters:
            wanted.update(tie.mark for tie in letter.ties)
        if not wanted:
            return set()
        mine, value = bulk.among(connection, "mark", sorted(wanted))
        query = f"SELECT organisation_id, mark, ticket_id, subject_key FROM thread_mark WHERE {mine}"
        with driver_cursor(connection) as cursor:
            for organisation_id, mark, ticket_id, subject_key in cursor.execute(query, [value]):
                self._known[organisation_id, mark] = ticket_id, subject_key
        organisations = {letter.organisation_id for letter in letters}
        return {ticket_id for (owner, _), (ticket_id, _) in self._known.items() if owner in organisations}

    def ticket(self, letter: Letter, mark: str) -> int | None:
        """The ticket a tie leads to, where the subject is the same there."""
        ticket_id, subject_key = self._known.get((letter.organisation_id, mark), (None, ""))
        return ticket_id if subject_key == letter.subject_key else None

    def leave(self, letter: Letter, ticket_id: int, marks: list[str]) -> None:
        """What later mail may find this ticket by."""
        for mark in marks:
            place, led = (letter.organisation_id, mark), (ticket_id, letter.subject_key)
            if self._known.get(place) != led:
                self._known[place] = self._left[place] = led

    def write(self, connection: sa.Connection) -> None:
        """New marks, and those that lead elsewhere now. The organisations are locked: nobody else writes theirs."""
        if self._left:
            shared = {"at": clock.now()}
            names = ("organisation_id", "mark", "ticket_id", "subject_key")
            rows = [dict(zip(names, place + led, strict=True)) | shared for place, led in sorted(self._left.items())]
            connection.execute(_LEAVE, rows)


def forget_old(session: Session) -> bool:
    """Delete what nobody has needed to know for a year; True when there may be more."""
    old = sa.select(_MARK.c.id).where(_MARK.c.at < clock.now() - KEPT).limit(FORGOTTEN_AT_ONCE)
    gone = session.connection().execute(sa.delete(_MARK).where(_MARK.c.id.in_(old)))
    return gone.rowcount == FORGOTTEN_AT_ONCE
