"""Which files are shown, saved, or warned of."""

import pytest

from pages import dangers


@pytest.mark.parametrize(
    "name", ["a.exe", "Invoice.PDF.js", "x.docm", "page.html", "a.svg", "a.scr ", "a.pdf.url", "budget.xlsb"]
)
def test_programs_are_dangerous(name: str) -> None:
    assert dangers.is_dangerous(name)
    assert dangers.preview(name, "image/png") == ""


@pytest.mark.parametrize(
    ("name", "content_type", "shown", "called"),
    [
        ("a.eml", "message/rfc822", "message", "Message"),
        ("delivery-status.txt", "message/delivery-status", "text", "Delivery report"),
        ("invitation.ics", "text/calendar", "", "Invitation"),
        ("smime.p7s", "application/pkcs7-signature", "", "Signature (S/MIME)"),
        ("a.pdf", "application/pdf", "pdf", ""),
    ],
)
def test_what_is_shown_and_what_it_is_called(name: str, content_type: str, shown: str, called: str) -> None:
    assert (dangers.preview(name, content_type), dangers.kind(name, content_type)) == (shown, called)


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "notes", "report.docx", ""])
def test_papers_are_not(name: str) -> None:
    assert not dangers.is_dangerous(name)


def test_sizes_are_spoken() -> None:
    assert [dangers.spoken_size(size) for size in (5, 1536, 20 << 20)] == ["5 B", "1.5 KB", "20 MB"]
