"""Archives made to burst: refused before memory, disk or the day is gone."""

import bz2
import contextlib
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from services.mail.archives import items, packed

MB = 1 << 20
MAIL = b"Subject: One\n\nText\n"


def read(path: Path) -> list[bytes]:
    return [each.content for each in items(path, (0, 0), most=MB)]


def entry(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    found = tarfile.TarInfo(name)
    found.size, found.type = size, kind
    return found.tobuf()


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE])
def test_a_header_of_any_length_costs_no_memory(tmp_path: Path, kind: bytes) -> None:
    length = 32 * MB
    first = entry("a.eml", len(MAIL)) + MAIL.ljust(512, b"\0")
    path = tmp_path / "x.tar.gz"
    for before in (b"", first):
        with gzip.open(path, "wb", 1) as file:
            file.write(before + entry("x", length, kind))
            for _ in range(length // MB):
                file.write(b"x" * MB)
        tracemalloc.start()
        if before:
            with pytest.raises(tarfile.ReadError):
                read(path)
        else:
            assert read(path) == [path.read_bytes()], "no archive: one message, however it looks"
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8 * MB


def test_what_unpacks_to_far_more_than_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "ALWAYS", MB)
    with tarfile.open(tmp_path / "x.tar.bz2", "w:bz2") as archive:
        found = tarfile.TarInfo("huge.eml")
        found.size = 8 * MB
        archive.addfile(found, io.BytesIO(b"\0" * found.size))
    with pytest.raises(tarfile.ReadError, match="far more"):
        read(tmp_path / "x.tar.bz2")


def test_zip_entries_that_share_their_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "ALWAYS", MB)
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.eml", b"\0" * MB)
    whole = path.read_bytes()
    at = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    listed = whole[at:end]
    ending = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 40, 40, 40 * len(listed), at, 0)
    path.write_bytes(whole[:at] + listed * 40 + ending)
    with pytest.raises(zipfile.BadZipFile, match="far more"):
        read(path)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, bytes])
def test_however_it_is_packed_and_wherever_it_breaks_off(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for number in range(3):
            found = tarfile.TarInfo(f"Box/{'long' * 40}{number}.eml")
            found.size = len(MAIL)
            archive.addfile(found, io.BytesIO(MAIL))
    path = tmp_path / "x.tar"
    path.write_bytes(pack(whole.getvalue()))
    assert read(path) == [MAIL] * 3
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + bytes(20))
    with contextlib.suppress(OSError, EOFError, zlib.error, tarfile.TarError):  # what an import says in words
        read(path)
