"""Which files are shown, saved, or warned of."""

import pytest

from pages import dangers


@pytest.mark.parametrize("name", ["a.exe", "Invoice.PDF.js", "x.docm", "page.html", "a.svg", "a.scr "])
def test_programs_are_dangerous(name: str) -> None:
    assert dangers.is_dangerous(name)
    assert dangers.preview(name, "image/png") == ""


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "notes", "report.docx", ""])
def test_papers_are_not(name: str) -> None:
    assert not dangers.is_dangerous(name)


def test_sizes_are_spoken() -> None:
    assert [dangers.spoken_size(size) for size in (5, 1536, 20 << 20)] == ["5 B", "1.5 KB", "20 MB"]
