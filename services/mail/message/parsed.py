"""A message as it is understood: author, recipients, subject, text, parts. `parse` never raises."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from services.mail.address import Address, parse_list
from services.mail.charsets import scrub
from services.mail.message.bodies import bodies_of
from services.mail.message.containers import unwrapped
from services.mail.message.dates import parse_date
from services.mail.message.fields import RawFields, after_trace, split_entity
from services.mail.message.identifiers import ids_of
from services.mail.message.parts import Part, content_of, part_of
from services.mail.message.pictures import named, placed
from services.mail.message.tree import walk
from services.mail.words import decode_words, field_text

NOBODY = Address("", "")
MOST_REFERENCES = 200


@dataclass
class Parsed:
    """What a message says; `parts` are its attachments and pictures. Fields are decoded when somebody asks."""

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
    error: str = ""
    fields: RawFields = field(default_factory=list, repr=False)  # all of them, in order, as they came
    named: dict[str, list[bytes]] = field(default_factory=dict, repr=False)  # the same by lower-case name
    charset: str = ""  # of the text; that of fields with bytes that are not UTF-8

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        """All fields in order, decoded."""
        return [(name, _decoded(value, self.charset)) for name, value in self.fields]

    def header(self, name: str) -> str:
        """The first field of that name, or ""."""
        found = self.named.get(name.lower())
        return _decoded(found[0], self.charset) if found else ""

    def all(self, name: str) -> list[str]:
        """Every field of that name, in order."""
        return [_decoded(value, self.charset) for value in self.named.get(name.lower(), ())]

    def count(self, name: str) -> int:
        """How many fields of that name there are."""
        return len(self.named.get(name.lower(), ()))

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether there is a field of one of those (lower-case) names."""
        return not names.isdisjoint(self.named)

    def raw(self, name: str) -> list[bytes]:
        """Every field of that (lower-case) name as it came."""
        return self.named.get(name, [])


def parse(raw: bytes) -> Parsed:
    """The message in `raw`. What cannot be understood is left out and `error` says so."""
    parsed = Parsed()
    try:
        raw, fields, start = opened(raw)
        tree = walk(raw, fields, start)
        parsed.charset = next((leaf.parameters["charset"] for leaf in tree.leaves if "charset" in leaf.parameters), "")
        _read_fields(parsed, fields)
        parsed.error = tree.error
        parsed.text, html, attached = bodies_of(raw, unwrapped(raw, tree.leaves))
        parsed.html, attached = placed(html, attached)
        shown = named(parsed.html)
        parsed.parts = [part_of(raw, leaf, shown) for leaf in attached]
    except Exception as error:  # the promise of this function: a stranger's bytes stop nothing
        parsed.error = scrub(f"{type(error).__name__}: {error}")[:500]
    return parsed


def part_content(raw: bytes, index: int) -> tuple[Part, bytes]:
    """One part and its decoded content; KeyError if the message has none of that index."""
    raw, fields, start = opened(raw)
    for leaf in unwrapped(raw, walk(raw, fields, start).leaves):
        if leaf.index == index:
            return part_of(raw, leaf), content_of(raw, leaf)
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
    if len(fields) < 10 and all(name == "Received" for name, _ in fields):  # somebody wrote words and no field at all
        body = after_trace(raw, start)
    return raw, fields, body


def _read_fields(parsed: Parsed, fields: RawFields) -> None:
    parsed.fields = fields
    for name, value in fields:
        parsed.named.setdefault(name.lower(), []).append(value)
    parsed.subject = " ".join(parsed.header("subject").split())
    parsed.author = next(iter(parse_list(_text(parsed, "from") or _text(parsed, "sender"))), NOBODY)
    parsed.to, parsed.cc = parse_list(_text(parsed, "to", join=True)), parse_list(_text(parsed, "cc", join=True))
    parsed.reply_to = parse_list(_text(parsed, "reply-to"))
    parsed.message_id = next(iter(ids_of(_text(parsed, "message-id"))), "")
    parsed.in_reply_to = next(iter(ids_of(_text(parsed, "in-reply-to"))), "")
    parsed.references = ids_of(_text(parsed, "references"))[-MOST_REFERENCES:]
    dates = (parse_date(field_text(value)) for value in parsed.raw("date"))
    parsed.sent_at = next((each for each in dates if each), None)


def _text(parsed: Parsed, name: str, *, join: bool = False) -> str:
    """A field's text with its encoded words still encoded, for what has a syntax of its own.

    Of addressees one field is the rule (RFC 5322 3.6), several are the practice.
    """
    values = parsed.raw(name)
    if not values:
        return ""
    if join and len(values) > 1:
        return ", ".join(filter(None, (field_text(value, parsed.charset) for value in values)))
    return field_text(values[0], parsed.charset)


def _decoded(value: bytes, charset: str) -> str:
    """A field for reading; this too stops at nothing a stranger wrote."""
    text = field_text(value, charset)
    try:
        return decode_words(text)
    except Exception:
        return text
