"""No real message stops the parser, and what it reads is what the reference parsers read."""

import time
from pathlib import Path
from typing import Any

from services.mail.automatic import reason
from services.mail.message import body_text, parse, part_content, snippet
from services.mail.thread import ids, subject_key
from tests.corpora import agreement


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


def test_agreement_with_the_reference_parsers(corpora: Path) -> None:
    """985 of 1,000 fields as Stalwart reads them, and as many parts as mime4j decodes them; 95 as they are printed."""
    for reference in (agreement.stalwart, agreement.mime4j):
        counts, differences = reference(corpora)
        assert share(counts) >= 0.985, differences
        assert share(reference(corpora, strict=True)[0]) >= 0.95


def share(counts: agreement.Counts) -> float:
    return sum(agreed for agreed, _ in counts.values()) / sum(asked for _, asked in counts.values())
