"""Reports of the world, read as their collectors read them."""

from pathlib import Path

import pytest

from tests.corpora.bounces import counted, read
from tests.figures import Figures

# by line of `counted`: what it is called, what we hold, and what others reach
FLOORS = {
    "recipients": ("recipients, exact sets", 0.97, "flufl.bounce 79 %, Sisimai 99 % of its own and 83 % of flufl's"),
    "class": ("hard, soft, complaint, answer, delivered", 0.98, "Sisimai 99 % of its own table"),
    "reason": ("reason, in eight groups", 0.97, "Sisimai 99 % of its own table"),
    "left alone": ("what is no report left alone", 1.0, "Sisimai 5 of 9"),
}


@pytest.mark.figures
def test_reports_are_understood(corpora: Path, figures: Figures) -> None:
    found = counted(corpora)
    for line, (name, floor, peers) in FLOORS.items():
        right, tried = found[line]
        figures.share("Reports of mail that came back", name, right, tried, least=floor, peers=peers)


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
