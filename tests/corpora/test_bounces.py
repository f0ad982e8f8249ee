"""Reports of the world, read as their collectors read them."""

from pathlib import Path

import pytest

from tests.corpora.bounces import figures, read

FLOORS = {"recipients": 0.96, "class": 0.94, "reason": 0.91, "left alone": 1.0}


def test_reports_are_understood(corpora: Path) -> None:
    found = figures(corpora)
    for line, floor in FLOORS.items():
        right, tried = found[line]
        assert right / tried >= floor, f"{line}: {right} of {tried}"


def test_line_ends_change_nothing(corpora: Path, tmp_path: Path) -> None:
    for path in sorted((corpora / "bounces" / "sisimai" / "messages").iterdir())[::7]:
        content = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        copy = tmp_path / "copy"
        told = []
        for end in (b"\n", b"\r\n", b"\r"):
            copy.write_bytes(content.replace(b"\n", end))
            told.append(read(copy))
        assert told[0] == told[1] == told[2], path.name


@pytest.mark.parametrize("folder", ["ham-spam", "newsletters", "reply-stripping"])
def test_nothing_else_is_taken_for_a_report(corpora: Path, folder: str) -> None:
    for path in sorted((corpora / folder).rglob("*")):
        if path.is_file() and path.stat().st_size < 2_000_000:
            report = read(path)
            assert report is None or report.sort in {"auto_reply", "delivered"}, path.name
