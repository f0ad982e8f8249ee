"""RTF read as the HTML it wraps (MS-OXRTFEX), or as plain text; formatting of its own is left out."""

import re
from dataclasses import dataclass

from services.mail.charsets import decode, scrub

LONGEST = 4_000_000
DEEPEST = 500
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
_WRITTEN = {b"par": b"\n", b"line": b"\n", b"tab": b"\t", b"lquote": b"\x91", b"rquote": b"\x92"}
_WRITTEN |= {b"ldblquote": b"\x93", b"rdblquote": b"\x94", b"bullet": b"\x95", b"endash": b"\x96", b"emdash": b"\x97"}
_UNREAD = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"footnote"}
_UNREAD |= {b"generator", b"listtable", b"listoverridetable", b"themedata", b"fldinst", b"mhtmltag"}


@dataclass(slots=True)
class Group:
    """What holds within a pair of braces."""

    silent: bool = False  # a destination that is not shown
    outside: bool = False  # RTF that only repeats the HTML
    skip: int = 1  # characters that stand in for one \\u


class Reader:
    """Writes what the tokens say: bytes of the code page until a character of another comes."""

    def __init__(self) -> None:
        self.codec, self.is_html = "cp1252", False
        self.groups = [Group()]
        self.depth = 0  # of groups deeper than are kept
        self.written: list[str] = []
        self.run = bytearray()
        self.pending = 0  # characters still to be left out after a \\u

    def put(self, data: bytes) -> None:
        if self.pending:
            left = min(self.pending, len(data))
            data, self.pending = data[left:], self.pending - left
        if not (self.groups[-1].silent or self.groups[-1].outside):
            self.run += data

    def flush(self) -> None:
        if self.run:
            self.written.append(decode(bytes(self.run), self.codec))
            self.run.clear()

    def brace(self, brace: bytes) -> None:
        if brace == b"}":
            if self.depth:
                self.depth -= 1
            elif len(self.groups) > 1:
                self.groups.pop()
        elif len(self.groups) >= DEEPEST:
            self.depth += 1
        else:
            last = self.groups[-1]
            self.groups.append(Group(last.silent, last.outside, last.skip))

    def word(self, name: bytes, number: int | None) -> None:
        group = self.groups[-1]
        if name == b"htmltag":
            group.silent = False
        elif name == b"htmlrtf":
            group.outside = number != 0
        elif name in _UNREAD:
            group.silent = True
        elif name == b"fromhtml":
            self.is_html = True
        elif name == b"ansicpg" and number:
            self.codec = "utf-8" if number == 65001 else f"cp{number}"
        elif name == b"uc":
            group.skip = max(0, min(number or 0, 8))
        elif name == b"u" and number is not None:
            self.unicode(number)
        elif name in _WRITTEN:
            self.put(b"\r\n" if self.is_html and _WRITTEN[name] == b"\n" else _WRITTEN[name])

    def unicode(self, number: int) -> None:
        group = self.groups[-1]
        if not (group.silent or group.outside):
            self.flush()
            self.written.append(chr(number & 0xFFFF))
        self.pending = group.skip

    def sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.groups[-1].silent = True
        elif sign in b"\\{}":
            self.put(sign)
        elif sign == b"~":
            self.put(b"\xa0" if self.codec == "cp1252" else b" ")


def read(data: bytes) -> tuple[str, str]:
    """HTML and text of an RTF document: one of them, or neither."""
    if not data.startswith(b"{\\rtf"):
        return "", ""
    reader = Reader()
    for match in _TOKEN.finditer(data, 0, LONGEST):
        word, number, hexadecimal, sign, brace, plain = match.groups()
        if word:
            reader.word(word.lower(), int(number) if number else None)
        elif hexadecimal:
            reader.put(bytes.fromhex(hexadecimal.decode()))
        elif sign:
            reader.sign(sign)
        elif brace:
            reader.brace(brace)
        elif plain:
            reader.put(plain)
    reader.flush()
    text = scrub("".join(reader.written)).strip()
    return (text, "") if reader.is_html else ("", text)
