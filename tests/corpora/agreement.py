"""How far our reading of the corpora's messages is that of the reference parsers (RELIABILITY B14).

`stalwart` and `mime4j` count per field what agrees. The classes in which we hold the reference wrong are named here,
each with its reason, and counted as we see them; `strict=True` counts everything as the reference has it.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.mail.message import Parsed, parse
from services.mail.message.parsed import opened
from services.mail.message.parts import content_of
from services.mail.message.tree import walk

Counts = dict[str, tuple[int, int]]  # field: agreed, asked
Reference = Callable[..., tuple[Counts, list[str]]]
DISSENT = {
    # RFC 2046 5.1.2: the outer delimiter counts within an inner part too, and a whole line before a mere beginning
    "malformed/001": "the reference reads the outer delimiter --ab as the inner boundary a and swallows its header",
    "malformed/005": "--a---- closes the outer boundary a--; that it might open the inner one, a----, comes second",
    "malformed/012": "the reference lets an enclosed message run over the delimiter of the multipart around it",
    # a close delimiter within a line is one (as the reference has it in thirdparty/005, and as Dovecot's tests ask)
    "mimetools-testmsgs/multi-frag": "mime4j reads an epilogue into a picture, whose own end is marked in the line",
    # words that came are shown, whether or not a delimiter precedes them
    "testmsgs/missing-boundary": "mime4j shows nothing of a multipart without parts",
    "testmsgs/multipartnopart": "mime4j shows nothing of a multipart without parts",
}


def stalwart(corpora: Path, *, strict: bool = False) -> tuple[Counts, list[str]]:
    """Counts over the reference trees for LF and for CRLF, and what differs."""
    counts: Counts = {}
    differences: list[str] = []
    for path in sorted((corpora / "mime-messages" / "stalwart").rglob("*.eml")):
        raw = path.read_bytes()
        if not strict and f"{path.parent.name}/{path.stem}" in DISSENT:
            continue
        for suffix, content in ((".json", raw), (".crlf.json", re.sub(rb"\r?\n", b"\r\n", raw))):
            told = path.with_suffix(suffix)
            if told.exists():
                expected = expectation(json.loads(told.read_text()), strict=strict)
                _count(counts, differences, f"{path.parent.name}/{told.name}", expected, reading(parse(content)))
    return counts, differences


def mime4j(corpora: Path, *, strict: bool = False) -> tuple[Counts, list[str]]:
    """Counts over the decoded parts, enclosed messages opened."""
    counts: Counts = {}
    differences: list[str] = []
    for path in sorted((corpora / "mime-messages" / "mime4j").rglob("*.msg")):
        told = path.with_name(f"{path.stem}_decoded.xml")
        if not told.exists() or (not strict and f"{path.parent.name}/{path.stem}" in DISSENT):
            continue
        expected = [
            _plain((told.parent / name).read_bytes()) for name in _files(ElementTree.fromstring(told.read_bytes()))
        ]
        found = [_plain(content) for content in leaves(path.read_bytes())]
        for at in range(max(len(expected), len(found))):
            one, other = ({"part": each[at] if at < len(each) else b""} for each in (expected, found))
            _count(counts, differences, f"{path.name}[{at}]", one, other)
    return counts, differences


def _count(counts: Counts, differences: list[str], name: str, expected: dict[str, Any], found: dict[str, Any]) -> None:
    for field, value in expected.items():
        agreed, asked = counts.get(field, (0, 0))
        is_alike = alike(value, found[field])
        counts[field] = (agreed + is_alike, asked + 1)
        if not is_alike:
            differences.append(f"{name} {field}: {str(value)[:200]!r}, not {str(found[field])[:200]!r}")


def leaves(raw: bytes) -> Iterator[bytes]:
    """The contents of all parts in order, those of enclosed messages too."""
    content, fields, start = opened(raw)
    for leaf in walk(content, fields, start).leaves:
        inner = content_of(content, leaf)
        if leaf.content_type == "message/rfc822":
            yield from leaves(inner)
        else:
            yield inner


def _files(element: ElementTree.Element) -> Iterator[str]:
    return (each.get("name", "") for each in element.iter() if each.tag in {"text-body", "binary-body"})


def _plain(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").rstrip(b"\n")


def alike(expected: Any, found: Any) -> bool:
    """Whether they say the same; the reference's � stands for anything that we could read."""
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


def expectation(tree: dict[str, Any], *, strict: bool = False) -> dict[str, Any]:
    parts = tree["parts"]
    top = {field["name"]: field["value"] for field in parts[0]["headers"] if isinstance(field["name"], str)}
    unsure = [] if strict else [index for index in tree["attachments"] if _is_text_after_all(parts[index])]
    attached = [parts[index] for index in tree["attachments"] if index not in unsure]
    text = [parts[index]["body"].get("Text", "") for index in sorted([*tree["text_body"], *unsure])]
    is_torn = not strict and any(map(_has_two_types, parts))
    return {
        "subject": folded(value_of(top.get("subject"), "Text") or ""),
        "author": next(iter(mailboxes(top.get("from"))), ("", "")),
        "to": mailboxes(top.get("to")),
        "date": moment(value_of(top.get("date"), "DateTime")),
        "text": None if is_torn else folded(" ".join(text)),
        "names": [name_of(part) for part in attached],
        "sizes": [len(part["body"]["Binary"]) if is_decoded(part) else None for part in attached],
    }


def _is_text_after_all(part: dict[str, Any]) -> bool:
    """The reference makes a nameless attachment of text that no delimiter closes, or whose Base64 is none.

    We show it: cut mail and forgotten delimiters are common, and what was written is what people look for.
    """
    types = [value_of(header["value"], "ContentType") for header in part["headers"] if header["name"] == "content_type"]
    is_text = all(each and each["c_type"] == "text" for each in types)
    return bool(part["is_encoding_problem"]) and is_text and "Text" in part["body"] and name_of(part) is None


def _has_two_types(part: dict[str, Any]) -> bool:
    """Of two Content-Type fields the reference obeys the last, and shows MIME source; we and mime4j obey the first."""
    return [header["name"] for header in part["headers"]].count("content_type") > 1


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
