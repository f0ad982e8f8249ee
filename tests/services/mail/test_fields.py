"""Fields one by one: folded, encoded, never more than one."""

import pytest

from services.mail import fields
from services.mail.address import Address


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Hello", b"Subject: Hello\r\n"),
        ("a\r\nBcc: b", b"Subject: a Bcc: b\r\n"),
        ("ü", b"Subject: =?utf-8?b?w7w=?=\r\n"),
        ("=?utf-8?q?x?=", b"Subject: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?=\r\n"),
        ("", b"Subject: \r\n"),
    ],
)
def test_unstructured(text: str, line: bytes) -> None:
    assert fields.unstructured("Subject", text) == line


def test_long_text_is_folded_at_words() -> None:
    lines = fields.unstructured("Subject", "word " * 60).split(b"\r\n")
    assert len(lines) > 4 and all(line.startswith(b" ") for line in lines[1:-1])
    assert max(map(len, lines)) <= fields.WIDTH


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", "a@b.c"),
        ("Alice", "Alice <a@b.c>"),
        ("Alice, Ltd", '"Alice, Ltd" <a@b.c>'),
        ('A "B"', '"A \\"B\\"" <a@b.c>'),
        ("a@b.c> x", '"a@b.c> x" <a@b.c>'),
    ],
)
def test_mailboxes(name: str, shown: str) -> None:
    assert fields.mailbox(Address(name, "a@b.c")) == shown


def test_identifiers_that_are_none_are_left_out() -> None:
    assert fields.identifiers("References", ["<a@b>", "no", "<a b@c>", "<x@y>\r\nBcc: z"]) == b"References: <a@b>\r\n"
    assert fields.identifiers("In-Reply-To", ["", "nothing"]) == b""


def test_file_names() -> None:
    assert fields.parameter("filename", "a.txt") == ';\r\n filename="a.txt"'
    assert fields.parameter("filename", "ü.txt") == ";\r\n filename*=utf-8''%C3%BC.txt"
    assert fields.parameter("filename", '../a".txt') == ";\r\n filename*=utf-8''.._a%22.txt"


def test_a_field_name_is_checked() -> None:
    with pytest.raises(ValueError, match="not a field name"):
        fields.unstructured("Subject: x\r\nBcc", "y")
