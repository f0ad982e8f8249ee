"""Zip and tar from strangers: neither what a header says of its length, nor what unpacks to far more than it is, takes
the memory or the day of whoever reads it."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

LONGEST_HEAD = 1 << 20  # of a tar entry, its long name and its pax header together
MOST_TIMES = 200  # mail packs to a third or, where all of it is alike, to a hundredth
ALWAYS = 1 << 30  # bytes that may come out of however few
BURSTS = "it unpacks to far more than it is"
_PACKED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}


def zip_entries(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    """Entries may share their bytes, so it is the sum that is looked at. Raises zipfile.BadZipFile."""
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > _most(path):
        raise zipfile.BadZipFile(BURSTS)
    return entries


def is_tar(path: Path) -> bool:
    """Whether it begins with the header of one."""
    try:
        with ExitStack() as stack:
            tarfile.TarFile(fileobj=_stream(path, stack))
    except (OSError, EOFError, tarfile.TarError):
        return False
    return True


def tar_entries(path: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Each entry with the archive it is read from. Raises OSError and tarfile.TarError."""
    most = _most(path)
    with ExitStack() as stack:
        stream = _stream(path, stack)
        archive = stack.enter_context(tarfile.TarFile(fileobj=stream))
        while True:
            stream.room = LONGEST_HEAD
            entry = archive.next()
            stream.room = None
            if entry is None:
                return
            if entry.offset_data + entry.size > most:
                raise tarfile.ReadError(BURSTS)
            archive.members.clear()  # type: ignore[attr-defined]  # else it keeps them all
            yield archive, entry


def _most(path: Path) -> int:
    return max(ALWAYS, MOST_TIMES * path.stat().st_size)


def _stream(path: Path, stack: ExitStack) -> Any:
    with path.open("rb") as file:
        head = file.read(6)
    opened = next((each for start, each in _PACKED.items() if head.startswith(start)), open)
    return _Measured(stack.enter_context(opened(path, "rb")))


class _Measured:
    """What tarfile reads from. There is `room` for so much of a header: it takes whatever length one states at once."""

    mode = "rb"
    name = ""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.room: int | None = LONGEST_HEAD

    def read(self, size: int) -> bytes:
        if self.room is not None:
            self.room -= size
            if self.room < 0:
                raise tarfile.ReadError("a header is longer than any can be")
        try:
            return self._stream.read(size)
        except lzma.LZMAError as error:
            raise tarfile.ReadError(str(error)) from error

    def seek(self, place: int) -> int:
        try:
            return self._stream.seek(place)
        except lzma.LZMAError as error:
            raise tarfile.ReadError(str(error)) from error

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()
