"""The program from the command line: mail in and out of a mailbox."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import col, select

from models import Mailbox, Message
from services import database
from services.flows import commands
from services.mail.archives import items
from services.settings import Settings
from tests.conftest import POSTGRES, make_people
from tests.program import ROOT
from tests.services.flows.importing.test_importing import mail, mbox


@pytest.fixture
def served(settings: Settings) -> Settings:
    database.connect(settings.database)
    people = make_people()
    with database.transaction() as session:
        session.get_one(Mailbox, people.mailbox_id).name = "Acme support"
    database.disconnect()
    return settings


def test_mail_goes_in_and_out(served: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = mbox(tmp_path / "in", mail(1), mail(2)), tmp_path / "out"
    assert commands.run(["import", "Acme support", str(source)], served) == 0
    assert "2 imported, 0 skipped, 0 failed" in capsys.readouterr().out and source.exists()
    assert commands.run(["import", "Acme support", str(source)], served) == 0
    assert "0 imported, 2 skipped" in capsys.readouterr().out
    assert commands.run(["export", "Acme support", str(target)], served) == 0
    assert [each.content for each in items(target, (), most=1 << 20)] == [mail(1), mail(2)]
    database.connect(served.database)
    with database.reading() as session:
        assert len(session.exec(select(col(Message.id))).all()) == 2
    database.disconnect()


@pytest.mark.skipif(bool(POSTGRES), reason="PostgreSQL has tools of its own")
def test_all_of_it_is_backed_up_and_brought_back(served: Settings, tmp_path: Path) -> None:
    assert commands.run(["backup", str(tmp_path / "copy.tar")], served) == 0
    assert commands.run(["import", "Acme support", str(mbox(tmp_path / "in", mail(1)))], served) == 0
    assert commands.run(["restore", str(tmp_path / "copy.tar")], served) == 0
    database.connect(served.database)
    with database.reading() as session:
        assert session.exec(select(Message)).all() == []
    database.disconnect()
    assert commands.run(["restore", str(tmp_path / "in")], served) == 1


def test_what_is_wrong_is_said(served: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["import", "Nobody", str(tmp_path)], served) == 1
    assert "no mailbox Nobody" in capsys.readouterr().err
    assert commands.run(["import", "Acme support", str(tmp_path / "nothing")], served) == 1
    assert commands.run(["fly"], served) == 2 and "main.py import" in capsys.readouterr().err


@pytest.mark.process
def test_what_it_does_not_know_it_does_not_start_with() -> None:
    for arguments, code in ((["--help"], 0), (["--dmeo"], 2), (["import", "Support"], 2)):
        ended = subprocess.run([sys.executable, "main.py", *arguments], cwd=ROOT, capture_output=True, text=True)
        assert ended.returncode == code
        assert "python main.py import <mailbox> <file or folder>" in ended.stdout + ended.stderr
