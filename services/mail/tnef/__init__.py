"""Outlook's winmail.dat (TNEF, MS-OXTNEF) read: its text, its HTML and its files. Bounded; reading never raises."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.mail.charsets import decode
from services.mail.tnef import lzfu, rtf
from services.mail.tnef.properties import Property, properties

SIGNATURE = 0x223E9F78
MOST_FILES = 500
DEEPEST = 5  # messages enclosed in messages
_BODY, _CODE_PAGE, _PROPERTIES = 0x800C, 0x9007, 0x9003
_FILE_BEGINS, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_TEXT, _RTF, _HTML = 0x1000, 0x1009, 0x1013  # PidTagBody, PidTagRtfCompressed, PidTagHtml
_DATA, _SHORT_NAME, _LONG_NAME, _TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_OBJECT = 0x0D  # property type: an interface id, then the object


@dataclass
class File:
    """One attachment."""

    filename: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass
class Contents:
    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    has_rtf: bool = False


def is_tnef(data: bytes) -> bool:
    return data[:4] == SIGNATURE.to_bytes(4, "little")


def read(data: bytes, depth: int = 0) -> Contents:
    """What the stream holds, as far as it can be read."""
    contents = Contents()
    charset = "cp1252"
    for name, value in _attributes(data) if is_tnef(data) else ():
        if name == _CODE_PAGE and len(value) >= 4:
            charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif name == _BODY:
            contents.text = contents.text or decode(value.rstrip(b"\0"), charset)
        elif name == _PROPERTIES:
            _read_body(contents, properties(value), charset)
        elif name == _FILE_BEGINS and len(contents.files) < MOST_FILES:
            contents.files.append(File())
        elif contents.files:
            _read_file(contents, name, value, charset, depth)
    contents.files = [each for each in contents.files if each.content or each.filename]
    return contents


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Names and values: level, name, type, length, value, checksum (MS-OXTNEF 2.1.3)."""
    at = 6
    while at + 9 <= len(data):
        name, _, length = struct.unpack_from("<HHI", data, at + 1)
        yield name, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _read_body(contents: Contents, found: list[Property], charset: str) -> None:
    for each in found:
        if each.id == _TEXT:
            contents.text = each.text(charset) or contents.text
        elif each.id == _HTML:
            contents.html = decode(each.value.rstrip(b"\0"), "") or contents.html
        elif each.id == _RTF and not (contents.html or contents.has_rtf):
            contents.has_rtf = True
            html, text = rtf.read(lzfu.expand(each.value))
            contents.html, contents.text = html, contents.text or text


def _read_file(contents: Contents, name: int, value: bytes, charset: str, depth: int) -> None:
    file = contents.files[-1]
    if name == _FILE_TITLE:
        file.filename = file.filename or decode(value.rstrip(b"\0"), charset)
    elif name == _FILE_DATA:
        file.content = value
    elif name == _FILE_PROPERTIES:
        for each in properties(value):
            if each.id == _LONG_NAME or (each.id == _SHORT_NAME and not file.filename):
                file.filename = each.text(charset) or file.filename
            elif each.id == _TYPE:
                file.content_type = each.text(charset).lower()
            elif each.id == _CONTENT_ID:
                file.content_id = each.text(charset).strip("<>")
            elif each.id == _DATA and not file.content:
                file.content = each.value[16:] if each.type == _OBJECT else each.value
        if is_tnef(file.content) and depth < DEEPEST:
            _enclose(contents, contents.files.pop(), depth)


def _enclose(contents: Contents, file: File, depth: int) -> None:
    """A message within: its text as a file of its name, its files beside it."""
    inner = read(file.content, depth + 1)
    stem = file.filename or "message"
    if inner.html:
        contents.files.append(File(f"{stem}.html", "text/html", "", inner.html.encode()))
    elif inner.text:
        contents.files.append(File(f"{stem}.txt", "text/plain", "", inner.text.encode()))
    contents.files += inner.files[: MOST_FILES - len(contents.files)]
