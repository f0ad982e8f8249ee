"""What a message says: fields, text, attachments; and that nothing stops the reading."""

import time
from datetime import UTC, datetime

import pytest

from services.mail.message import Parsed, body_text, parse, part_content, snippet

MIXED = b"""\
From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
To: Ann <ann@example.org>, bob@example.org
To: carol@example.org
Cc: dave@example.org
Reply-To: desk@example.org
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
 from =?iso-8859-1?q?K=F6ln?=
Date: Mon, 1 Jan 2024 01:30:00 +0200
Message-ID: <one@example.org>
In-Reply-To: <zero@example.org>
References: <a@x> <zero@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

preamble
--outer
Content-Type: multipart/related; boundary=inner

--inner
Content-Type: multipart/alternative; boundary=alt

--alt
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe,=20
J=C3=BCrgen
--alt
Content-Type: text/html; charset=utf-8

<p>Hello <img src="cid:logo@x"></p>
--alt--
--inner
Content-Type: image/png; name=logo.png
Content-Transfer-Encoding: base64
Content-ID: <logo@x>

iVBORw0KGgo=
--inner--
--outer
Content-Type: application/pdf
Content-Disposition: attachment; filename*0*=utf-8''Rechnung%20f%C3%BCr;
 filename*1*=%20M%C3%A4rz.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--outer
Content-Type: message/rfc822

Subject: =?utf-8?q?An_older/newer_mail?=

old
--outer
Content-Type: text/calendar; method=REQUEST

BEGIN:VCALENDAR
--outer
Content-Type: application/octet-stream; name="../../etc/\x01passwd"

--outer--
epilogue
"""


def test_fields() -> None:
    parsed = parse(MIXED)
    assert (parsed.author.name, parsed.author.address) == ("Jürgen", "j@example.org")
    assert [each.address for each in parsed.to] == ["ann@example.org", "bob@example.org", "carol@example.org"]
    assert [each.address for each in parsed.cc] == ["dave@example.org"]
    assert [each.address for each in parsed.reply_to] == ["desk@example.org"]
    assert parsed.subject == "Grüße from Köln"
    assert parsed.sent_at == datetime(2023, 12, 31, 23, 30, tzinfo=UTC)
    assert (parsed.message_id, parsed.in_reply_to) == ("<one@example.org>", "<zero@example.org>")
    assert parsed.references == ["<a@x>", "<zero@example.org>"]
    assert parsed.header("MIME-version") == "1.0"
    assert parsed.header("X-None") == ""
    assert len(parsed.all("to")) == 2
    assert not parsed.error


@pytest.mark.parametrize(
    "raw", [MIXED, MIXED.replace(b"\n", b"\r\n"), b"From x Mon\n" + MIXED], ids=["lf", "crlf", "mbox"]
)
def test_text_and_attachments(raw: bytes) -> None:
    parsed = parse(raw)
    assert parsed.text.split() == ["Grüße,", "Jürgen"]
    assert "<p>Hello" in parsed.html
    names = ["logo.png", "Rechnung für März.pdf", "An older-newer mail.eml", "invitation.ics", "passwd"]
    assert [part.filename for part in parsed.parts] == names
    assert [part.inline for part in parsed.parts] == [True, False, False, False, False]
    assert [part.size for part in parsed.parts][:2] == [8, 5]
    assert parsed.parts[-1].size == 0
    for part in parsed.parts:
        found, content = part_content(raw, part.index)
        assert (found.filename, len(content)) == (part.filename, part.size)
    assert part_content(raw, parsed.parts[1].index)[1] == b"%PDF-"
    with pytest.raises(KeyError):
        part_content(raw, 99)


def test_html_only() -> None:
    parsed = parse(
        b"Subject: x\nContent-Type: text/html; charset=utf-8\n\n<p>Hello<br>you &amp; me</p><style>p{}</style>"
    )
    assert parsed.text == ""
    assert body_text(parsed) == "Hello\nyou & me"


def test_a_footer_after_the_html_is_shown_in_both() -> None:
    parsed = parse(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Hi</p>\n"
        b"--b\nContent-Type: text/plain\n\nfooter <1>\n--b--"
    )
    assert body_text(parsed).split() == ["Hi", "footer", "<1>"]
    assert "footer &lt;1&gt;" in parsed.html


def test_wrong_and_missing_charsets() -> None:
    assert parse(b"Content-Type: text/plain; charset=utf-8\n\nGr\xfc\xdfe").text == "Grüße"
    assert parse(b"Subject: x\n\nGr\xc3\xbc\xc3\x9fe").text == "Grüße"
    assert parse(b"Subject: Gr\xfc\xdfe\n\n").subject == "Grüße"
    assert parse(b"Content-Type: text/plain; charset=unknown-8bit\n\nGr\xfc\xdfe").text == "Grüße"


def test_names_of_nameless_parts() -> None:
    def name(*fields: str) -> str:
        raw = "\n".join(["Content-Type: multipart/mixed; boundary=b", "", "--b", *fields, "", "x", "--b--"])
        return parse(raw.encode()).parts[0].filename

    assert name("Content-Type: image/jpeg") == "image-0.jpg"
    assert name("Content-Type: application/x-strange") == "attachment-0.bin"
    assert name("Content-Type: text/calendar; name=meeting") == "meeting.ics"
    assert (
        name("Content-Type: application/zip", 'Content-Disposition: attachment; filename="C:\\\\a\\\\b.zip"') == "b.zip"
    )
    assert (
        name("Content-Type: application/zip", "Content-Disposition: attachment; filename=two words.zip")
        == "two words.zip"
    )
    assert name("Content-Type: application/zip; name==?utf-8?q?=C3=BC.zip?=") == "ü.zip"
    assert name("Content-Type: application/zip; name=..") == "attachment-0.zip"
    assert len(name(f"Content-Type: application/zip; name={'x' * 999}.zip")) <= 200


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Mon, 99 Jan 2024 00:00:00 +0000",
        "Mon, 1 Jan 99999 00:00:00 +0000",
        "1 Jan 2024 00:00 +9999999",
    ],
)
def test_dates_that_name_no_moment(date: str) -> None:
    assert parse(f"Date: {date}\n\nx".encode()).sent_at is None


def test_snippet() -> None:
    assert snippet("Hello,\n\n  you\tthere ") == "Hello, you there"
    assert len(snippet("word " * 900)) <= 200


def nested(depth: int) -> bytes:
    layers = (f"Content-Type: multipart/mixed; boundary=b{each}\n\n--b{each}\n" for each in range(depth))
    return ("".join(layers) + "\ndeep").encode()


HOSTILE = {
    "deep": nested(3_000),
    "one boundary": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 5_000,
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 50_000,
    "nearly delimiters": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bx\n" * 300_000,
    "dashes": b"Content-Type: multipart/mixed; boundary=-\n\n" + b"-" * 1_000_000,
    "many fields": b"X: y\n" * 300_000 + b"\nx",
    "one long field": b"Subject: " + b"=?utf-8?q?x?= " * 200_000 + b"\n\nx",
    "folds": b"Subject:" + b"\n x" * 400_000 + b"\n\nx",
    "references": b"References: " + b"<a@b>" * 300_000 + b"\n\nx",
    "recipients": b"To: " + b"a@b, " * 300_000 + b"\n\nx",
    "brackets": b"To: " + b'<("' * 300_000 + b"\n\nx",
    "parameters": b"Content-Type: text/plain" + b";a*0*=x" * 100_000 + b"\n\nx",
    "base64": b"Content-Transfer-Encoding: base64\n\n" + b"=A" * 1_000_000,
    "html": b"Content-Type: text/html\n\n" + b"<div><font x='" * 100_000,
    "no line": b"x" * 2_000_000,
    "carriage returns": b"a: b\r" * 200_000,
    "spaces": b"a" + b" " * 1_000_000 + b"\n\nx",
    "colons": b":" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_cost_little(name: str) -> None:
    started = time.thread_time()
    parsed = parse(HOSTILE[name])
    body_text(parsed)
    assert time.thread_time() - started < 15
    assert isinstance(parsed, Parsed)
    assert len(parsed.parts) <= 1_000
