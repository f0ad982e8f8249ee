"""No real message stops the parser, and what it reads is what the reference parsers read."""

import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.mail.automatic import reason
from services.mail.message import Parsed, body_text, parse, part_content, snippet
from services.mail.thread import ids, subject_key


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


def test_agreement_with_stalwart(corpora: Path) -> None:
    """97 of 100 fields as the reference parser reads them; its � stands for anything that we could read."""
    asked: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    for path in sorted((corpora / "mime-messages" / "stalwart").rglob("*.eml")):
        if path.parent.name == "malformed":
            continue
        expected = expectation(json.loads(path.with_suffix(".json").read_text()))
        found = reading(parse(path.read_bytes()))
        for name, value in expected.items():
            asked[name] += 1
            agreed[name] += alike(value, found[name])
    assert sum(agreed.values()) >= 0.97 * sum(asked.values()), {name: (agreed[name], asked[name]) for name in asked}


def alike(expected: Any, found: Any) -> bool:
    if isinstance(expected, str) and isinstance(found, str) and "\ufffd" in expected:
        return all(piece in found for piece in expected.split("\ufffd"))
    if isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        return len(expected) == len(found) and all(map(alike, expected, found))
    return bool(expected is None or expected == found)


def reading(parsed: Parsed) -> dict[str, Any]:
    return {
        "subject": folded(parsed.subject),
        "author": (parsed.author.name, parsed.author.address),
        "to": [(each.name, each.address) for each in parsed.to],
        "date": parsed.sent_at,
        "text": folded(parsed.text),
        "names": [part.filename for part in parsed.parts],
        "sizes": [part.size for part in parsed.parts],
    }


def expectation(tree: dict[str, Any]) -> dict[str, Any]:
    parts = tree["parts"]
    top = {field["name"]: field["value"] for field in parts[0]["headers"] if isinstance(field["name"], str)}
    attached = [parts[index] for index in tree["attachments"]]
    text = [parts[index]["body"].get("Text", "") for index in tree["text_body"]]
    return {
        "subject": folded(value_of(top.get("subject"), "Text") or ""),
        "author": next(iter(mailboxes(top.get("from"))), ("", "")),
        "to": mailboxes(top.get("to")),
        "date": moment(value_of(top.get("date"), "DateTime")),
        "text": folded(" ".join(text)),
        "names": [name_of(part) for part in attached],
        "sizes": [len(part["body"]["Binary"]) if is_decoded(part) else None for part in attached],
    }


def value_of(value: Any, kind: str) -> Any:
    return value.get(kind) if isinstance(value, dict) else None


def mailboxes(value: Any) -> list[tuple[str, str]]:
    listed = value_of(value, "Address") or {}
    found = listed.get("List") or [each for group in listed.get("Group", []) for each in group["addresses"]]
    return [(each["name"] or "", each["address"] or "") for each in found]


def moment(value: Any) -> datetime | None:
    if not value:
        return None
    local = datetime(*(value[name] for name in ("year", "month", "day", "hour", "minute", "second")), tzinfo=UTC)
    offset = timedelta(hours=value["tz_hour"], minutes=value["tz_minute"])
    return local + offset if value["tz_before_gmt"] else local - offset


def name_of(part: dict[str, Any]) -> str | None:
    """The name the message gives; None where it gives none and ours is invented."""
    for field, wanted in (("content_disposition", "filename"), ("content_type", "name")):
        for header in part["headers"]:
            if header["name"] == field:
                attributes = (value_of(header["value"], "ContentType") or {}).get("attributes") or []
                for attribute in attributes:
                    if attribute["name"] == wanted:
                        return str(attribute["value"])
    return None


def is_decoded(part: dict[str, Any]) -> bool:
    """Stalwart leaves uuencoded and BinHex parts as they are."""
    told = json.dumps(part["headers"]).lower()
    return "Binary" in part["body"] and "uuencode" not in told and "binhex" not in told


def folded(text: str) -> str:
    return " ".join(text.split())
