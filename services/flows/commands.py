"""What the program does from the command line instead of serving: mail in and out of a mailbox, and backups."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from models import Domain, Import, ImportState, Mailbox
from services import access, backups, database, exports, imports, secrets
from services.access import Actor
from services.errors import Error, Invalid, NotFound
from services.flows import importing
from services.settings import Settings

USAGE = """\
python main.py [--demo]                            serves pages, API and mail; --demo fills a workspace
python main.py import <mailbox> <file or folder>   mbox, Maildir, .eml, or a zip or tar of them
python main.py export <mailbox> <file>             an mbox (mboxrd) of all its messages
python main.py backup <file>                       while it runs: database and key in one file
python main.py restore <file>                      while it does not
<mailbox> is its address, or its name where only one is called so."""


def run(arguments: Sequence[str], settings: Settings) -> int:
    """Do what `arguments` ask for; what the process exits with."""
    if arguments and arguments[0] in {"--help", "-h", "help"}:
        sys.stdout.write(USAGE + "\n")
        return 0
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None or len(arguments) - 1 != command[1]:
        sys.stderr.write(USAGE + "\n")
        return 2
    try:
        return command[0](settings, *arguments[1:])
    except (Error, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def import_mail(settings: Settings, mailbox: str, source: str) -> int:
    """Called again after it was cut short, it goes on where it was."""
    secrets.load()
    path = Path(source).resolve()
    if not path.exists():
        raise Invalid(f"There is no {source}.")
    database.connect(settings.database)
    try:
        with database.transaction() as session:
            box_id, actor = _mailbox(session, mailbox)
            row = imports.unfinished(session, box_id, path, actor=actor)
            row = row or imports.begin(
                session, box_id, path, name=path.name, choice=imports.Choice(), is_kept=True, actor=actor
            )
            number = row.id or 0
        with _Telling(number):
            asyncio.run(_bring_in(number))
        return _told(number)
    finally:
        database.disconnect()


def export_mail(settings: Settings, mailbox: str, target: str) -> int:
    """Beside the file first, so that there is never half of one under its name."""
    path = Path(target)
    half = path.with_name(path.name + ".part")
    database.connect(settings.database)
    try:
        with database.reading() as session:
            box_id, actor = _mailbox(session, mailbox)
        count, after = 0, 0
        with half.open("wb") as file:
            while True:
                with database.reading() as session:
                    piece = exports.piece(session, box_id, after, actor=actor)
                file.write(piece.content)
                count += piece.count
                if piece.after is None:
                    break
                after = piece.after
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        sys.stdout.write(f"{count:,} {'message' if count == 1 else 'messages'} written to {target}.\n")
        return 0
    finally:
        half.unlink(missing_ok=True)
        database.disconnect()


def back_up(settings: Settings, target: str) -> int:
    size = backups.backup(settings, Path(target))
    sys.stdout.write(f"{size:,} bytes written to {target}.\n")
    return 0


def bring_back(settings: Settings, source: str) -> int:
    version = backups.restore(settings, Path(source))
    sys.stdout.write(f"Restored (schema {version}); what was there is kept beside it as *{backups.ASIDE}.\n")
    return 0


def _mailbox(session: Session, wanted: str) -> tuple[int, Actor]:
    local, _, domain = wanted.rpartition("@")
    query = select(Mailbox)
    if local:
        query = query.join(Domain).where(col(Domain.name) == domain.lower(), col(Mailbox.local_part) == local.lower())
    else:
        query = query.where(Mailbox.name == wanted)
    found = session.exec(query.limit(2)).all()
    if len(found) != 1:
        raise NotFound(f"There is no mailbox {wanted}." if not found else f"Several mailboxes are called {wanted}.")
    return found[0].id or 0, access.system(found[0].organisation_id)


async def _bring_in(import_id: int) -> None:
    await importing.bring_in(import_id)


class _Telling(threading.Thread):
    """Says on standard error how far an import is."""

    def __init__(self, import_id: int) -> None:
        super().__init__(daemon=True)
        self._id, self._over = import_id, threading.Event()

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(2):
            with database.reading() as session:
                row = session.get_one(Import, self._id)
            done = row.imported + row.skipped + row.failed
            sys.stderr.write(f"{done:,} of {row.total:,} messages\n" if row.total else "counting\n")


def _told(import_id: int) -> int:
    with database.reading() as session:
        row = session.get_one(Import, import_id)
    sys.stdout.write(f"{row.imported:,} imported, {row.skipped:,} skipped, {row.failed:,} failed. {row.error}".strip())
    sys.stdout.write("\n")
    return 0 if row.state is ImportState.DONE else 1


COMMANDS: dict[str, tuple[Callable[..., int], int]] = {
    "import": (import_mail, 2),
    "export": (export_mail, 2),
    "backup": (back_up, 1),
    "restore": (bring_back, 1),
}
