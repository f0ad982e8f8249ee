"""Zip and tar from strangers: neither what a header says of its length, nor what unpacks to far more than it is, takes
the memory or the day of whoever reads it."""

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

LONGEST_HEAD = 1 << 20  # of a tar entry, its long name and its pax header together
MOST_TIMES = 200  # mail packs to a third or, where all of it is alike, to a hundredth
ALWAYS = 1 << 30  # bytes that may come out of however few
BURSTS = "it unpacks to far more than it is"
DAMAGE = (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError)  # met while reading on
_PACKED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}


class Unreadable(Exception):
    """A file that breaks off, is damaged, locked by a password or made to burst; says which."""

    def __init__(self, why: Exception | str) -> None:
        super().__init__(str(why) or "it ends too early")


@contextmanager
def opening() -> Iterator[None]:
    """Around a call of zipfile or tarfile, which let through whatever their parsing stumbles over: numbers and names
    that are none, packing they do not know, passwords. Raises Unreadable."""
    try:
        yield
    except (*DAMAGE, ValueError, RuntimeError, struct.error) as error:
        raise Unreadable(error) from error


def zip_entries(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    """Entries may share their bytes, so it is the sum that is looked at. Raises Unreadable."""
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > _most(path):
        raise Unreadable(BURSTS)
    return entries


def is_tar(path: Path) -> bool:
    """Whether it begins with the header of one. Raises Unreadable for anything else that is packed as they are."""
    try:
        with opening(), ExitStack() as stack:
            tarfile.TarFile(fileobj=_stream(path, stack))
    except Unreadable as error:
        if _unpacker(path) is not None:
            raise Unreadable(f"no archive can be found in it ({error}); unpack it first") from error
        return False
    return True


def tar_entries(path: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """Each entry with the archive it is read from. Raises Unreadable."""
    most = _most(path)
    with ExitStack() as stack:
        stream = _stream(path, stack)
        with opening():
            archive = stack.enter_context(tarfile.TarFile(fileobj=stream))
        while True:
            stream.room = LONGEST_HEAD
            with opening():
                entry = archive.next()
            stream.room = None
            if entry is None:
                return
            if entry.offset_data + entry.size > most:
                raise Unreadable(BURSTS)
            archive.members.clear()  # type: ignore[attr-defined]  # else it keeps them all
            yield archive, entry


def _most(path: Path) -> int:
    return max(ALWAYS, MOST_TIMES * path.stat().st_size)


def _stream(path: Path, stack: ExitStack) -> Any:
    unpacked = _unpacker(path) or open
    return _Measured(stack.enter_context(unpacked(path, "rb")))


def _unpacker(path: Path) -> Any:
    with path.open("rb") as file:
        head = file.read(6)
    return next((each for start, each in _PACKED.items() if head.startswith(start)), None)


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
                raise Unreadable("a header is longer than any can be")
        return self._stream.read(size)

    def seek(self, place: int) -> int:
        return self._stream.seek(place)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()
