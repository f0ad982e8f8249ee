"""Parts that hold others in a wrapping of their own, unwrapped: winmail.dat, opaque signatures, uuencoded text.

What is found in the part of index n has the indexes n + 1000, n + 2000 …: they stay the same at every reading.
"""

from collections.abc import Iterator
from dataclasses import replace

from services.mail import tnef
from services.mail.charsets import decode
from services.mail.message import armour, cms
from services.mail.message.fields import split_entity
from services.mail.message.names import type_of
from services.mail.message.transfer import undo
from services.mail.message.tree import MOST_LEAVES, Leaf, walk

_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_TEXT = {"text/plain", "text/html"}


def unwrapped(raw: bytes, leaves: list[Leaf]) -> list[Leaf]:
    """The leaves, those that hold others followed or replaced by what they hold."""
    if len(leaves) == 1 and leaves[0].content_type == "text/html":
        return leaves
    has_text = any(leaf.content_type in _TEXT and leaf.disposition != "attachment" for leaf in leaves)
    return [found for leaf in leaves for found in _found(raw, leaf, has_text)]


def content_of(raw: bytes, leaf: Leaf) -> bytes:
    """The content of a part, decoded."""
    return undo(raw[leaf.start : leaf.end], leaf.encoding) if leaf.held is None else leaf.held


def _found(raw: bytes, leaf: Leaf, has_text: bool) -> list[Leaf]:
    if leaf.content_type in _TNEF or leaf.filename.lower() == "winmail.dat":
        contents = tnef.read(content_of(raw, leaf))
        return list(_numbered(leaf, _outlook(leaf, contents, has_text))) or [leaf]
    if leaf.content_type in _SMIME:
        return [*_numbered(leaf, _signed(cms.enclosed(content_of(raw, leaf)), has_text)), leaf]
    if leaf.content_type == "text/plain" and leaf.encoding.strip().lower() != "base64" and not leaf.filename:
        return _uuencoded(raw, leaf)
    return [leaf]


def _numbered(parent: Leaf, found: Iterator[Leaf]) -> Iterator[Leaf]:
    for number, leaf in zip(range(1, MOST_LEAVES), found, strict=False):
        yield replace(leaf, index=parent.index + number * MOST_LEAVES)


def _outlook(parent: Leaf, contents: tnef.Contents, has_text: bool) -> Iterator[Leaf]:
    if not has_text and contents.html.strip():
        yield _text(parent, "text/html", contents.html)
    elif not has_text and contents.text.strip():
        yield _text(parent, "text/plain", contents.text)
    for file in contents.files:
        kind = file.content_type if "/" in file.content_type else type_of(file.filename)
        yield replace(
            _text(parent, kind, ""),
            held=file.content,
            filename=file.filename,
            content_id=file.content_id,
            disposition="attachment",
        )


def _text(parent: Leaf, content_type: str, text: str) -> Leaf:
    return replace(
        parent,
        content_type=content_type,
        parameters={"charset": "utf-8"},
        disposition="inline",
        filename="",
        content_id="",
        held=text.encode("utf-8", "replace"),
        parent="mixed",
    )


def _signed(entity: bytes, has_text: bool) -> Iterator[Leaf]:
    """The leaves of the signed entity, with their contents since they lie in no raw message."""
    if not entity:
        return
    fields, start = split_entity(entity, 0, len(entity))
    for leaf in walk(entity, fields, start).leaves:
        disposition = "attachment" if has_text else leaf.disposition
        yield replace(leaf, held=content_of(entity, leaf), disposition=disposition)


def _uuencoded(raw: bytes, leaf: Leaf) -> list[Leaf]:
    if raw.find(b"begin ", leaf.start, leaf.end) < 0:
        return [leaf]
    text, files = armour.taken_out(content_of(raw, leaf))
    if not files:
        return [leaf]
    names = [decode(file.filename) for file in files]
    found = (
        replace(_text(leaf, type_of(name), ""), held=file.content, filename=name, disposition="attachment")
        for name, file in zip(names, files, strict=True)
    )
    return [replace(leaf, held=text), *_numbered(leaf, found)]
