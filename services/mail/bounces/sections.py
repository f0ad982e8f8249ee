"""A report taken apart: by its MIME structure, and where it has none by the lines that announce the original."""

import re

from services.mail.bounces.report import Sections
from services.mail.message.bodies import written
from services.mail.message.parsed import opened
from services.mail.message.parts import content_of
from services.mail.message.tree import Leaf, walk
from services.mail.sanitize import to_text
from services.mail.words import decode_words, field_text

LARGEST = 512 * 1024  # of a report that are looked at; what fails is told at its beginning
MOST_WORDS = 64 * 1024
LONGEST_LINE = 2_000
DEEPEST = 3
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}+")
_STATUS = ("message/delivery-status", "message/global-delivery-status", "message/x-delivery-status",
           "text/delivery-status", "message/notification")  # fmt: skip
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822-header", "message/partial",
             "message/rfc822-headers", "text/rfc822", "message/global-headers", "message/external-body")  # fmt: skip
_ANNOUNCED = re.compile(
    r"""^(?:>[ \t]*)?(?:
      [-=*_~#.\ \t]*+(?:
        (?:below\ this\ line\ is|this\ is|here\ is|included\ is|enclosed\ is|following\ is|attached\ is)
            \ (?:a|the)\ (?:copy|header|original|message)
      | (?:a\ copy\ of\ )?(?:the\ |your\ )?(?:body\ of\ the\ |header\ of\ the\ |headers\ of\ the\ )?
            (?:original|returned|unsent|undelivered|failed|bounced|rejected)\ (?:message|mail|e-?mail)s?
            (?:\ (?:text|headers?|body|content))?\ *(?:is\ |are\ )?
            (?:follow|below|returned|attached|begin|header|:|---|$)
      | message\ (?:headers?|text|body|content)s?\ (?:follow|is|begin)
      | (?:the\ )?(?:first|last)\ \d+\ (?:lines|bytes)\ of\ (?:your|the)
      | (?:your|the)\ (?:original\ )?message\ (?:reads?|follows|is\ (?:attached|returned|below|enclosed))
      | your\ (?:original\ )?message\ (?:began|begins|was)\ (?:as\ follows|:)
      | start\ of\ (?:the\ )?(?:returned|original)
      | original\ message | mail\ header | message\ header | returned\ mail\ follows | unsent\ message
      | returned\ (?:message|content) | the\ header\ (?:of|and) | header\ of\ (?:the\ )?(?:original|your)
      | (?:message|mail)\ (?:contents?|transcript|header)\b | failed\ message
      | received:\ (?:from|by|\(|\ from) | return-path:[ \t]*< | x-[\w-]+: | arc-seal:
      | dkim-signature:
      ) | received:\S?(?:from|by)\s.*
    )""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)


def sections(raw: bytes) -> Sections:
    """The parts of a report, whatever its line ends."""
    raw = raw[:LARGEST].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found = Sections()
    _collect(found, raw, 0)
    if not found.returned:
        _cut(found)
    found.words = _BLANK.sub("\n\n", "\n".join(line[:LONGEST_LINE] for line in found.words.split("\n")))[:MOST_WORDS]
    return found


def _collect(found: Sections, raw: bytes, depth: int) -> None:
    raw, fields, start = opened(raw)
    if depth == 0:
        found.fields = {name.lower(): decode_words(field_text(value)) for name, value in reversed(fields)}
    for leaf in walk(raw, fields, start).leaves:
        _take(found, raw, leaf, depth)


def _take(found: Sections, raw: bytes, leaf: Leaf, depth: int) -> None:
    kind = leaf.content_type
    if kind in _STATUS:
        found.status += "\n\n" + _plain(content_of(raw, leaf))
    elif kind == "message/feedback-report":
        found.feedback += _plain(content_of(raw, leaf)) + "\n"
    elif kind in _RETURNED:
        _open(found, content_of(raw, leaf), depth)
    elif found.returned:
        return
    elif kind == "text/html":
        found.words += "\n\n" + to_text(written(raw, leaf)[:MOST_WORDS]) if not found.words.strip() else ""
    elif kind.startswith("text/"):
        found.words += "\n\n" + written(raw, leaf)


def _open(found: Sections, content: bytes, depth: int) -> None:
    """The message that comes back; or, of a report that was forwarded, the report."""
    inner = content.lower()
    nested = b"message/delivery-status" in inner or b"message/feedback-report" in inner
    if nested and not found.status and depth < DEEPEST:
        _collect(found, content, depth + 1)
    elif not found.returned:
        found.returned = _plain(content)


def _plain(content: bytes) -> str:
    if b"\x1b$" in content:  # Domino writes Japanese as it is
        return content.decode("iso-2022-jp", "replace")
    return content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _cut(found: Sections) -> None:
    """Where nothing marks the original as such, it begins where the words say so."""
    marker = _ANNOUNCED.search(found.words)
    if marker is not None:
        found.words, found.returned = found.words[: marker.start()], found.words[marker.start() :]


def field_of(text: str, name: str) -> str:
    """The first field of that name in the head of a returned message."""
    match = re.search(rf"(?im)^[>\s]{{0,4}}{name}:[ \t]*((?:[^\n]*)(?:\n[ \t][^\n]*){{0,20}})", text[:MOST_WORDS])
    return " ".join(match[1].split()) if match else ""
