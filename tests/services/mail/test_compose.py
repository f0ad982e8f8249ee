"""What we compose is what the standard library reads, and nothing typed anywhere becomes a field of its own."""

import email
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail.address import Address
from services.mail.compose import File, Letter, compose, message_id

STRINGS = Path(__file__).parents[4] / "shared" / "corpora" / "naughty-strings" / "blns.json"
LETTER = Letter(
    author=Address("Café Acme", "support@acme.test"),
    to=(Address("Jürgen Müller", "jm@example.org"), Address("", "x@example.org")),
    cc=(Address('Quote "Q" O\'Neil, Jr.', "q@example.org"),),
    reply_to=(Address("", "support+t1.abcdefghijkl@acme.test"),),
    subject="Grüße aus Köln – und ein langer Betreff, der gefaltet werden muss, weil er so lang ist",
    message_id="<1@acme.test>",
    sent_at=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
    text="Hallo\n.\nzweite Zeile mit ü\n",
    html="<p>Hallo <b>Köln</b></p>",
    in_reply_to="<0@example.org>",
    references=("<a@example.org>", "<0@example.org>"),
    headers=(("Auto-Submitted", "auto-generated"),),
)
FIELDS = "From To Cc Reply-To Subject Date Message-ID In-Reply-To References Auto-Submitted MIME-Version Content-Type"


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def content(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


def reference(letter: Letter) -> EmailMessage:
    """The same letter by the standard library."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return read(message.as_bytes())


def test_says_what_the_standard_library_says() -> None:
    ours, theirs = read(compose(LETTER)), reference(LETTER)
    assert ours["subject"] == theirs["subject"]
    assert content(ours, "plain") == content(theirs, "plain")
    assert content(ours, "html").rstrip("\n") == content(theirs, "html").rstrip("\n")
    assert [part.get_content_type() for part in ours.walk()] == [part.get_content_type() for part in theirs.walk()]


def test_fields() -> None:
    message = read(compose(LETTER))
    assert message.keys() == FIELDS.split()
    assert [(each.display_name, each.addr_spec) for each in message["to"].addresses] == [
        ("Jürgen Müller", "jm@example.org"),
        ("", "x@example.org"),
    ]
    assert message["cc"].addresses[0].display_name == 'Quote "Q" O\'Neil, Jr.'
    assert message["from"].addresses[0].display_name == "Café Acme"
    assert message["date"].datetime == LETTER.sent_at
    assert message["references"].split() == list(LETTER.references)
    assert not message.defects


def test_lines_are_short_and_end_with_crlf() -> None:
    many = replace(LETTER, references=[f"<{'x' * 60}{n}@example.org>" for n in range(100)], text="long " * 1000)
    many = replace(many, to=[Address(f"Person Number {n}", f"p{n}@example.org") for n in range(200)])
    raw = compose(many)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head = raw.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 100
    message = read(raw)
    kept = message["references"].split()
    assert kept[0] == many.references[0] and kept[-1] == many.references[-1] and len(kept) == 40
    assert len(message["to"].addresses) == 200


def test_blind_copies_have_no_place_and_nobody_is_undisclosed() -> None:
    raw = compose(replace(LETTER, to=(), cc=()))
    assert b"To: undisclosed-recipients:;" in raw
    assert b"bcc" not in raw.lower()


def test_files_and_pictures() -> None:
    logo = File("logo.png", "image/png", b"\x89PNG" * 50, content_id="logo@acme", inline=True)
    files = (
        logo,
        File("Bericht – März.pdf", "application/pdf", b"%PDF" * 100),
        File("a.eml", "message/rfc822", b"A: b\r\n\r\nc"),
    )
    message = read(compose(replace(LETTER, files=files, html='<img src="cid:logo@acme">')))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/related", "multipart/alternative", "text/plain", "text/html", "image/png",
        "application/pdf", "message/rfc822", "text/plain",
    ]  # fmt: skip
    parts = list(message.iter_attachments())
    assert [part.get_filename() for part in parts] == ["Bericht – März.pdf", "a.eml"]
    assert parts[0].get_content() == b"%PDF" * 100
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert picture["content-id"] == "<logo@acme>" and picture.get_content() == logo.content


def test_plain_only() -> None:
    message = read(compose(replace(LETTER, html="", text="-- \nAcme")))
    assert message.get_content_type() == "text/plain"
    assert message["content-transfer-encoding"] == "7bit"
    assert message.get_content().rstrip("\r\n") == "-- \r\nAcme"


def test_international_addresses_stay_utf8() -> None:
    raw = compose(replace(LETTER, author=Address("", "grüße@acme.test")))
    assert "From: grüße@acme.test\r\n".encode() in raw


@pytest.mark.parametrize(
    "address",
    ["a\r\nBcc: x@y.z@acme.test", "a b@c.d", "a@b.c>\r\nX: y", "no-at", "@x", "x@", "a@b\u202e.c", "a\x00@b.c", ""],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        compose(replace(LETTER, to=(Address("", address),)))


def hostile(text: str) -> Letter:
    """`text` in every place that people can type in."""
    file = File(text, text, b"content", content_id=text)
    return Letter(
        author=Address(text, "support@acme.test"),
        to=(Address(text, "to@example.org"),),
        cc=(Address(text, "cc@example.org"),),
        reply_to=(Address(text, "reply@acme.test"),),
        subject=text,
        message_id=message_id("acme.test"),
        sent_at=LETTER.sent_at,
        text=text,
        html=text or "x",
        in_reply_to=text,
        references=(text, "<known@example.org>", f"<{text}@x>"),
        headers=(("List-Id", text),),
        files=(file,),
    )


def assert_harmless(text: str) -> None:
    raw = compose(hostile(text))
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    expected = "From To Cc Reply-To Subject Date Message-ID In-Reply-To References List-Id MIME-Version Content-Type"
    assert names == [name for name in expected.split() if name in names]
    assert {"From", "To", "Cc", "Reply-To", "Subject", "Message-ID", "Content-Type"} <= set(names)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = read(raw)
    assert [each.addr_spec for each in message["to"].addresses] == ["to@example.org"]
    assert [each.addr_spec for each in message["cc"].addresses] == ["cc@example.org"]
    assert [part.get_content_type().partition("/")[0] for part in message.walk()][:4] == ["multipart"] * 2 + [
        "text"
    ] * 2
    wanted = re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", text).split()
    assert str(message["subject"]).split() == wanted or not text.isprintable()


def test_naughty_strings_inject_nothing() -> None:
    if not STRINGS.exists():
        pytest.skip("the corpora are not here; naughty strings were left out")
    strings = json.loads(STRINGS.read_text())
    assert len(strings) > 200
    for text in strings:
        assert_harmless(text)


HOSTILE = [
    "x\r\nBcc: e@x.y",
    "x\nBcc: e@x.y",
    "x\rBcc: e@x.y",
    "x\r\n\r\nbody",
    "a\x00b",
    "\u202eevil",
    "x\x0bBcc: y",
    "a\x85Bcc: y",
    "a\u2028Bcc: y",
    '"',
    '"\\',
    "=?utf-8?q?=0D=0ABcc:_x?=",
    "\r\n.\r\n",
    "--=_x",
]


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 2000, "ü" * 2000, "👩\u200d👩\u200d👧 " * 300])
def test_control_characters_inject_nothing(text: str) -> None:
    assert_harmless(text)


@given(st.text(max_size=200))
def test_no_text_injects_anything(text: str) -> None:
    assert_harmless(text.encode("utf-8", "ignore").decode())
