"""A message as it is understood: author, recipients, subject, text, parts. `parse` never raises."""

from dataclasses import dataclass, field
from datetime import datetime

from services.mail.address import Address, parse_list
from services.mail.charsets import scrub
from services.mail.message.bodies import bodies_of
from services.mail.message.dates import parse_date
from services.mail.message.fields import RawFields, split_entity
from services.mail.message.identifiers import ids_of
from services.mail.message.parts import Part, content_of, part_of
from services.mail.message.tree import walk
from services.mail.words import decode_words, field_text

NOBODY = Address("", "")
MOST_REFERENCES = 200


@dataclass
class Parsed:
    """What a message says; `parts` are its attachments and pictures, `headers` all fields in order, decoded."""

    subject: str = ""
    author: Address = NOBODY
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    reply_to: list[Address] = field(default_factory=list)
    message_id: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    sent_at: datetime | None = None
    text: str = ""
    html: str = ""
    parts: list[Part] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    _first: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def header(self, name: str) -> str:
        """The first field of that name, or ""."""
        if len(self._first) == 0 and self.headers:
            for key, value in self.headers:
                self._first.setdefault(key.lower(), value)
        return self._first.get(name.lower(), "")

    def all(self, name: str) -> list[str]:
        """Every field of that name, in order."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]


def parse(raw: bytes) -> Parsed:
    """The message in `raw`. What cannot be understood is left out and `error` says so."""
    parsed = Parsed()
    try:
        raw, fields, start = opened(raw)
        _read_fields(parsed, fields)
        tree = walk(raw, fields, start)
        parsed.error = tree.error
        parsed.text, parsed.html, attached = bodies_of(raw, tree.leaves)
        parsed.parts = [part_of(raw, leaf, parsed.html) for leaf in attached]
    except Exception as error:  # the promise of this function: a stranger's bytes stop nothing
        parsed.error = scrub(f"{type(error).__name__}: {error}")[:500]
    return parsed


def part_content(raw: bytes, index: int) -> tuple[Part, bytes]:
    """One part and its decoded content; KeyError if the message has none of that index."""
    raw, fields, start = opened(raw)
    for leaf in walk(raw, fields, start).leaves:
        if leaf.index == index:
            return part_of(raw, leaf, ""), content_of(raw, leaf)
    raise KeyError(index)


def opened(raw: bytes) -> tuple[bytes, RawFields, int]:
    """The bytes with line ends we can read, their top fields, and where the body begins."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    start = 0
    if raw.startswith((b"From ", b">From ")):  # an mbox's own line
        start = raw.find(b"\n") + 1
    while raw.startswith((b"\r\n", b"\n"), start) and start < 100:
        start += 1 if raw[start] == 10 else 2
    fields, body = split_entity(raw, start, len(raw))
    return raw, fields, body


def _read_fields(parsed: Parsed, fields: RawFields) -> None:
    written = [(name, field_text(value)) for name, value in fields]
    parsed.headers = [(name, decode_words(value)) for name, value in written]
    seen: dict[str, str] = {}
    for name, value in written:
        key = name.lower()
        if key in {"to", "cc"} and seen.get(key):
            seen[key] += ", " + value  # one field is the rule (RFC 5322 3.6), several are the practice
        else:
            seen.setdefault(key, value)
    parsed.subject = " ".join(decode_words(seen.get("subject", "")).split())
    parsed.author = next(iter(parse_list(seen.get("from", "") or seen.get("sender", ""))), NOBODY)
    parsed.to, parsed.cc = parse_list(seen.get("to", "")), parse_list(seen.get("cc", ""))
    parsed.reply_to = parse_list(seen.get("reply-to", ""))
    parsed.message_id = next(iter(ids_of(seen.get("message-id", ""))), "")
    parsed.in_reply_to = next(iter(ids_of(seen.get("in-reply-to", ""))), "")
    parsed.references = ids_of(seen.get("references", ""))[-MOST_REFERENCES:]
    dates = (parse_date(value) for name, value in written if name.lower() == "date")
    parsed.sent_at = next((each for each in dates if each), None)
