"""Archives made to burst: refused before memory, disk or the day is gone."""

import bz2
import contextlib
import gzip
import io
import lzma
import random
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from services.mail.archives import Unreadable, items, packed

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
        with pytest.raises(Unreadable, match="header"):
            read(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8 * MB


def test_what_unpacks_to_far_more_than_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "ALWAYS", MB)
    with tarfile.open(tmp_path / "x.tar.bz2", "w:bz2") as archive:
        found = tarfile.TarInfo("huge.eml")
        found.size = 8 * MB
        archive.addfile(found, io.BytesIO(b"\0" * found.size))
    with pytest.raises(Unreadable, match="far more"):
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
    with pytest.raises(Unreadable, match="far more"):
        read(path)


def tarred() -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for number in range(3):
            found = tarfile.TarInfo(f"Box/{'long' * 40}{number}.eml")
            found.size = len(MAIL)
            archive.addfile(found, io.BytesIO(MAIL))
    return whole.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, bytes])
def test_however_it_is_packed_and_wherever_it_breaks_off(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(pack(tarred()))
    assert read(path) == [MAIL] * 3
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + bytes(20))
    with contextlib.suppress(Unreadable):  # what an import says in words
        read(path)


def zipped(packing: int) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", packing) as archive:
        for number in range(3):
            archive.writestr(f"Box/{number}\xfc.eml", MAIL * 20)
    return whole.getvalue()


def with_bytes(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


@pytest.mark.parametrize(("offset", "new"), [(8, b"\1"), (10, b"\x63"), (6, b"\xff"), (46 + len("Box/0"), b"\xff")])
def test_a_zip_that_cannot_be_opened(tmp_path: Path, offset: int, new: bytes) -> None:
    """Locked by a password, packed in an unknown way, made for a later version, with a name that is no text."""
    whole = zipped(zipfile.ZIP_DEFLATED)
    for head, difference in ((b"PK\1\2", 0), (b"PK\3\4", 2)):
        if offset < 46:
            whole = with_bytes(whole, whole.index(head) + offset - difference, new)
    if offset > 46:
        whole = with_bytes(whole, whole.index(b"PK\1\2") + offset, new)
    (tmp_path / "x.zip").write_bytes(whole)
    with pytest.raises(Unreadable):
        read(tmp_path / "x.zip")


def test_a_tar_whose_numbers_are_none(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        found = tarfile.TarInfo("a.eml")
        found.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "a.eml"}
        found.size = 512
        archive.addfile(found, io.BytesIO(b"many\n".ljust(512, b"\0")))
    with contextlib.suppress(Unreadable):
        assert read(tmp_path / "x.tar")


def test_what_is_packed_and_no_archive(tmp_path: Path) -> None:
    (tmp_path / "mbox.gz").write_bytes(gzip.compress(b"From ann\n" + MAIL))
    with pytest.raises(Unreadable, match="unpack it first"):
        read(tmp_path / "mbox.gz")


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, bz2.compress, lzma.compress, bytes]
    + [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
)
def test_what_is_damaged_anywhere(tmp_path: Path, pack: Callable[[bytes], bytes] | int) -> None:
    whole, chance = zipped(pack) if isinstance(pack, int) else pack(tarred()), random.Random(1)
    outcomes = set()
    for _ in range(150):
        at = chance.randrange(6, len(whole))
        (tmp_path / "x").write_bytes(with_bytes(whole, at, chance.randbytes(chance.choice((1, 4)))))
        try:
            outcomes.add(f"{len(read(tmp_path / 'x'))} messages")
        except Unreadable as error:
            outcomes.add("said" if str(error) else "without a word")
    assert "said" in outcomes and "without a word" not in outcomes
