"""No real message stops the parser, and what it reads is what the reference parsers read."""

import time
from pathlib import Path
from typing import Any

import pytest

from services.mail.automatic import reason
from services.mail.message import body_text, parse, part_content, snippet
from services.mail.thread import ids, subject_key
from tests.corpora import agreement
from tests.figures import Figures


def strings(value: Any) -> list[str]:
    """Every string within a parsed message."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [each for item in value for each in strings(item)]
    return [each for item in vars(value).values() for each in strings(item)] if hasattr(value, "__dict__") else []


def test_no_message_stops_the_parser(mails: list[Path]) -> None:
    assert len(mails) > 1_000
    for path in mails:
        raw = path.read_bytes()
        started = time.process_time()
        parsed = parse(raw)
        assert time.process_time() - started < 1, path
        assert not parsed.error, (path, parsed.error)
        written = [*strings(parsed), body_text(parsed), subject_key(parsed.subject), *ids(parsed), reason(parsed, "")]
        whole = "".join(written)
        assert "\0" not in whole, path
        whole.encode("utf-8")  # raises on half a surrogate pair
        assert len(snippet(body_text(parsed))) <= 200
        for part in parsed.parts:
            again, content = part_content(raw, part.index)
            assert (again.filename, again.size) == (part.filename, len(content)), path
            assert part.filename and part.filename.isprintable() and "/" not in part.filename, (path, part)


def test_line_ends_do_not_matter(mails: list[Path]) -> None:
    """The same message with LF and with CRLF says the same."""
    for path in mails:
        raw = path.read_bytes()
        if b"\r" in raw or b"\n" not in raw or b"\0" in raw:
            continue
        one, other = parse(raw), parse(raw.replace(b"\n", b"\r\n"))
        assert (one.subject, one.author, one.to, one.sent_at) == (other.subject, other.author, other.to, other.sent_at)
        assert one.text.split() == other.text.split(), path
        assert [part.filename for part in one.parts] == [part.filename for part in other.parts], path


@pytest.mark.parametrize(
    ("name", "subject", "text", "filename"),
    [
        ("ruby-mail/multi_charset/japanese.eml", "まみむめも", "かきくえこ", ""),
        ("ruby-mail/multi_charset/japanese_attachment.eml", "testing", "Rails, RSpec", "てすと.txt"),
        ("ruby-mail/multi_charset/japanese_shift_jis.eml", "test", "このメールはテスト用のメールです。", ""),
        ("ruby-mail/multi_charset/ks_c_5601-1987.eml", "test", "스티해", ""),
        ("ruby-mail/rfc6532/utf8_headers.eml", "Säying Hello", "body", ""),
        ("ruby-mail/attachment_emails/attachment_nonascii_filename.eml", "testing", "first part", "ciële.txt"),
        ("cpython/msg_10.txt", "Lyrics", "¡This is a Quoted Printable encoded message!", ""),
        ("mail-parser-py/mail_malformed_3", "Ahorre Dinero en su Recibo de Luz", "Problemas para visualizar", ""),
    ],
)
def test_words_of_every_charset(corpora: Path, name: str, subject: str, text: str, filename: str) -> None:
    path = corpora / "mime-messages" / name
    if not path.exists():
        pytest.skip("this message is of the other half")
    parsed = parse(path.read_bytes())
    assert parsed.subject == subject and text in body_text(parsed)
    assert not filename or filename in [part.filename for part in parsed.parts]


@pytest.mark.figures
@pytest.mark.parametrize("reference", [agreement.stalwart, agreement.mime4j])
def test_agreement_with_the_reference_parsers(corpora: Path, figures: Figures, reference: agreement.Reference) -> None:
    """985 of 1,000 fields as Stalwart reads them, and as many parts as mime4j decodes them; 95 as they are printed."""
    for strict, least in ((False, 0.985), (True, 0.95)):
        counts, differences = reference(corpora, strict=strict)
        agreed, asked = sum(each for each, _ in counts.values()), sum(each for _, each in counts.values())
        how = "to the letter" if strict else "but for what is named with its reason"
        name = f"as {reference.__name__} reads it, {how}"
        assert agreed / asked >= least, differences
        figures.share("MIME", name, agreed, asked, least=least)
