"""Imports asked for, followed and removed."""

from pathlib import Path

import pytest
from sqlmodel import select

from models import ImportFault, ImportState, Job, TicketStatus
from services import database, imports
from services.errors import Conflict, Invalid, NotPermitted
from tests.conftest import People


def add(people: People, path: Path) -> int:
    path.write_bytes(b"Subject: x\r\n\r\n")
    with database.transaction() as session:
        made = imports.add(session, people.mailbox_id, path, name="x.eml", choice=imports.Choice(), actor=people.alice)
        return made.id or 0


def test_it_is_a_job_until_it_is_cancelled_and_removed(people: People, tmp_path: Path) -> None:
    path = tmp_path / "x"
    number = add(people, path)
    with database.transaction() as session:
        assert session.exec(select(Job)).one().subject_id == number
        (entry,) = imports.entries(session, actor=people.alice)
        assert (entry.row.state, entry.mailbox, entry.done) == (ImportState.WAITING, "Support", 0)
        with pytest.raises(Conflict):
            imports.remove(session, number, actor=people.alice)
        imports.cancel(session, number, actor=people.alice)
        imports.remove(session, number, actor=people.alice)
        assert imports.entries(session, actor=people.alice) == [] and not path.exists()


def test_faults_are_told_as_csv_without_formulas(people: People, tmp_path: Path) -> None:
    number = add(people, tmp_path / "x")
    with database.transaction() as session:
        session.add(ImportFault(import_id=number, number=3, source="=1+1", reason="It is empty."))
    with database.reading() as session:
        found = imports.faults(session, number, actor=people.alice)
    assert imports.lines(found, heading=True) == "message,where,why\r\n3,'=1+1,It is empty.\r\n"


def test_who_may_and_how_many(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST_OPEN", 1)
    with database.transaction() as session:
        with pytest.raises(NotPermitted):
            imports.check(session, people.mailbox_id, actor=people.bob)
        with pytest.raises(Invalid):
            strange = imports.Choice(status=TicketStatus.SNOOZED)
            imports.begin(session, people.mailbox_id, tmp_path, name="x", choice=strange, actor=people.alice)
    add(people, tmp_path / "x")
    with pytest.raises(Conflict), database.transaction() as session:
        imports.check(session, people.mailbox_id, actor=people.alice)
