"""What a file or folder holds, member by member: a folder is walked, zip and tar are read without unpacking them, and
each member is an mbox or one message."""

import contextlib
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from services.mail.archives import flags, mbox, packed
from services.mail.archives.flags import Marks

Place = Sequence[int]  # the member's number and the byte in it at which to go on
_LEFT_OUT = (".msf", ".dat", ".json", ".html", ".index", ".cache", ".log", ".ds_store", ".sqlite", ".lock")
_DOVECOT = ("dovecot", "maildirfolder", "subscriptions", "courierimap", ".mailboxlist")


@dataclass(frozen=True, slots=True)
class Item:
    """One message, or why there is none; `after` is the place behind it."""

    content: bytes
    marks: Marks
    source: str
    at: datetime | None
    after: tuple[int, int]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    stream: IO[bytes]
    at: datetime | None


def items(path: Path, start: Place, *, most: int) -> Iterator[Item]:
    """The messages from `start` on, each of at most `most` bytes. Raises Unreadable."""
    first, offset = (start[0], start[1]) if start else (0, 0)
    try:
        for number, member in _members(path, first):
            yield from _in_member(number, member, offset if number == first else 0, most)
    except packed.DAMAGE as error:
        raise packed.Unreadable(error) from error


def _in_member(number: int, member: _Member, offset: int, most: int) -> Iterator[Item]:
    head = member.stream.read(5)
    member.stream.seek(0)
    if mbox.is_mbox(head) or offset:
        folder = _folder_of_file(member.name)
        for cut in mbox.cut(member.stream, offset, most):
            problem = mbox.TOO_LARGE if cut.is_too_large else "" if cut.content.strip() else "It is empty."
            marks = flags.of(cut.content, "", folder)
            yield Item(cut.content, marks, member.name, cut.at or member.at, (number, cut.end), problem)
        return
    content = member.stream.read(most + 1)
    problem = mbox.TOO_LARGE if len(content) > most else "" if content.strip() else "It is empty."
    folder, letters = _place_in_maildir(member.name)
    marks = flags.of(content, letters, folder)
    yield Item(b"" if problem else content, marks, member.name, member.at, (number + 1, 0), problem)


def _members(path: Path, first: int) -> Iterator[tuple[int, _Member]]:
    if path.is_dir():
        yield from _in_folder(path, first)
    elif _begins(path, b"PK") and zipfile.is_zipfile(path):
        yield from _in_zip(path, first)
    elif not _begins(path, b"From ") and packed.is_tar(path):
        yield from _in_tar(path, first)
    else:
        with path.open("rb") as stream:
            if first == 0:
                yield 0, _Member("mbox", stream, _moment(path.stat().st_mtime))


def _begins(path: Path, head: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(head)) == head


def _in_folder(path: Path, first: int) -> Iterator[tuple[int, _Member]]:
    number = 0
    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if name != "tmp")  # RFC-less, but Maildir's own: unfinished mail
        for name in sorted(names):
            whole = Path(folder, name)
            if not _may_hold_mail(name) or whole.is_symlink():
                continue
            if number >= first:
                with contextlib.suppress(FileNotFoundError), whole.open("rb") as stream:
                    yield number, _Member(str(whole.relative_to(path)), stream, _moment(whole.stat().st_mtime))
            number += 1


def _in_zip(path: Path, first: int) -> Iterator[tuple[int, _Member]]:
    with packed.opening():
        archive = zipfile.ZipFile(path)
    with archive:
        for number, entry in enumerate(packed.zip_entries(archive, path)):
            if number >= first and not entry.is_dir() and _may_hold_mail(Path(entry.filename).name):
                with packed.opening():
                    stream = archive.open(entry)
                with stream:
                    yield number, _Member(entry.filename, stream, _of_zip(entry.date_time))


def _in_tar(path: Path, first: int) -> Iterator[tuple[int, _Member]]:
    for number, (archive, entry) in enumerate(packed.tar_entries(path)):
        if number < first or not entry.isfile() or not _may_hold_mail(Path(entry.name).name):
            continue
        stream = archive.extractfile(entry)
        if stream is not None:
            yield number, _Member(entry.name, stream, _moment(entry.mtime))


def _may_hold_mail(name: str) -> bool:
    lowered = name.lower()
    return not (lowered.endswith(_LEFT_OUT) or lowered.startswith((*_DOVECOT, "._")))


def _folder_of_file(name: str) -> str:
    """`Mail/Projects.sbd/Alpha` and `Projects/Alpha.mbox` are Projects/Alpha."""
    parts = [part.removesuffix(".sbd") for part in Path(name).parts]
    last = parts[-1].removesuffix(".mbox").removesuffix(".mbx").removesuffix(".txt")
    # Apple Mail keeps Alpha.mbox/mbox
    whole = [part.removesuffix(".mbox") for part in parts[:-1]] + ([] if last.lower() == "mbox" else [last])
    return "/".join(part for part in whole[-3:] if part.lower() not in {"takeout", "mail", "."})


def _place_in_maildir(name: str) -> tuple[str, str]:
    """The folder and the flag letters by `Maildir/.Projects.Alpha/cur/1.2.host:2,FS`; of an .eml the folder above."""
    parts = list(Path(name).parts)
    letters = parts[-1].rpartition("2,")[2] if "2," in parts[-1] else ""
    above = parts[:-1]
    if above and above[-1] in {"cur", "new"}:
        above = above[:-1]
        last = above[-1] if above else ""
        return (last.strip(".").replace(".", "/") if last.startswith(".") else "", letters)
    return (above[-1] if above else ""), letters if letters.isalpha() else ""


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def _of_zip(date: tuple[int, int, int, int, int, int]) -> datetime | None:
    try:
        return datetime(*date, tzinfo=UTC)
    except ValueError:
        return None
