"""A mail is laid out as its author's browser did, by its document type."""

import pytest

from services.mail.sanitize import STANDARD, clean
from services.mail.sanitize.doctypes import ALMOST, QUIRKS

STRICT = '"-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"'
LOOSE = '"http://www.w3.org/TR/html4/loose.dtd"'
TYPES = [
    ("", QUIRKS),
    ("<!doctype html>", STANDARD),
    ("<!-- made by hand -->\n<!DOCTYPE html>", STANDARD),
    (f"<!DOCTYPE HTML PUBLIC {STRICT}>", STANDARD),
    ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x.dtd">', ALMOST),
    (f'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" {LOOSE}>', ALMOST),
    ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">', QUIRKS),
    ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN">', QUIRKS),
    ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">', QUIRKS),
]


@pytest.mark.parametrize(("written", "expected"), TYPES)
def test_three_ways(written: str, expected: str) -> None:
    cleaned = clean(f"{written}<html><body><p>Hello</p></body></html>", remote=False, cid=lambda _: None)
    assert cleaned.doctype == expected
    assert "<p>Hello</p>" in cleaned.html
    assert "doctype" not in cleaned.html.lower()


def test_authors_words_are_not_repeated() -> None:
    cleaned = clean('<!doctype html "><script>alert(1)</script>"><p>x', remote=False, cid=lambda _: None)
    assert "script" not in cleaned.doctype + cleaned.html
