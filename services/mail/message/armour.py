"""Files written into the text itself: uuencoded, or yEnc."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.mail.message.transfer import uu_lines

MOST = 100
MOST_ESCAPED = 500_000  # octets of a yEnc file
MOST_WRONG = 5  # beginnings that were none
_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE)
_END = re.compile(rb"^end[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_YBEGIN = re.compile(
    rb"^=ybegin [^\r\n]{0,200}?name=([^\r\n]{1,200})\r?\n(?:=ypart [^\r\n]{0,200}\r?\n)?", re.MULTILINE
)
_YEND = re.compile(rb"^=yend[^\r\n]*\r?(?:\n|\Z)", re.MULTILINE)
_SHIFTED = bytes((value - 42) % 256 for value in range(256))
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)

Decoder = Callable[[bytes], bytes | None]


@dataclass(frozen=True)
class Found:
    filename: bytes
    content: bytes


def taken_out(text: bytes) -> tuple[bytes, list[Found]]:
    """The text without the files in it, and these."""
    found: list[Found] = []
    if b"begin " in text:
        for begin, end, decode in ((_BEGIN, _END, uu_lines), (_YBEGIN, _YEND, _yenc)):
            text = _without(text, begin, end, decode, found)
    return text, found


def _without(
    text: bytes, begin: re.Pattern[bytes], end: re.Pattern[bytes], decode: Decoder, found: list[Found]
) -> bytes:
    kept: list[bytes] = []
    at = wrong = 0
    while len(found) < MOST and wrong < MOST_WRONG:
        first = begin.search(text, at)
        last = end.search(text, first.end()) if first else None
        if not first or not last:
            break
        content = decode(text[first.end() : last.start()])
        if content is None:  # somebody writes about it
            wrong += 1
            kept.append(text[at : first.end()])
            at = first.end()
            continue
        found.append(Found(first[1].strip(), content))
        kept.append(text[at : first.start()])
        at = last.end()
    return b"".join([*kept, text[at:]]) if at else text


def _yenc(data: bytes) -> bytes | None:
    """Each octet plus 42, with critical ones behind an = and plus 64 more (yEnc 1.3)."""
    if data.count(b"=") > MOST_ESCAPED:
        return None
    plain = _ESCAPED.sub(lambda match: bytes([(match[1][0] - 64) % 256]), data.replace(b"\r", b"").replace(b"\n", b""))
    return plain.translate(_SHIFTED)
