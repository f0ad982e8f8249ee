"""Content transfer encodings undone (RFC 2045 6), as far as the bytes allow."""

import binascii
import re

SHORTEST = 12  # octets by which Base64 can be told from a word
MOST_PIECES = 10_000  # of a Base64 body that was put together from many
_MARKS = re.compile(r"[^a-z0-9]+")
_BROKEN = re.compile(rb"=[ \t]+(?=\r?\n|\Z)")  # RFC 2045 6.7 (3): white space at a line's end was put there on its way
_PADDING = re.compile(rb"=+")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_UU = bytes(range(0x20, 0x61))
_STRANGERS = bytes(set(range(256)) - set(_BASE64))


def undo(data: bytes, encoding: str) -> bytes:
    """The content of a part from the bytes that carry it; an unknown encoding means none."""
    name = _MARKS.sub("", encoding.lower())  # quoted_printable, Base-64
    if name == "base64":
        return _base64(data)
    if name == "quotedprintable":
        return binascii.a2b_qp(_BROKEN.sub(b"=", data) if b"= " in data or b"=\t" in data else data)
    if name in {"xuuencode", "uuencode", "xuue", "uue"}:
        return _uuencoded(data)
    return data


def _base64(data: bytes) -> bytes:
    """Strict first; then without strangers, and on after a padding only where whole groups follow (a footer may)."""
    squeezed = data.translate(None, b"\r\n \t")
    try:
        return binascii.a2b_base64(squeezed, strict_mode=True)
    except binascii.Error:
        if (found := _otherwise(data, squeezed)) is not None:
            return found
        head, padding, rest = squeezed.partition(b"=")
        rest = rest.lstrip(b"=")
        if padding and rest and len(rest) % 4 == 0 and not rest.translate(None, _BASE64):
            pieces = _PADDING.split(squeezed.translate(None, _STRANGERS), maxsplit=MOST_PIECES)
            return b"".join(map(_piece, pieces[:MOST_PIECES]))
        return _piece(head.translate(None, _STRANGERS))


def _otherwise(data: bytes, squeezed: bytes) -> bytes | None:
    """With a footer that a list put below, in the alphabet of addresses (RFC 4648 5), or no Base64 at all."""
    if not squeezed.translate(None, _BASE64 + b"-_") and not (b"+" in squeezed or b"/" in squeezed):
        return _strict(squeezed.translate(_URL_SAFE))
    return _above_footer(data) or _between_rubbish(squeezed) or data if _is_plain(data) else None


def _above_footer(data: bytes) -> bytes | None:
    """The lines before the first that is empty or has words."""
    lines = []
    for line in data.strip().splitlines()[:MOST_PIECES]:
        if not line.strip() or line.translate(None, _BASE64 + b" \t"):
            break
        lines.append(line.translate(None, b" \t"))
    return _strict(b"".join(lines)) if sum(map(len, lines)) >= SHORTEST else None


def _between_rubbish(squeezed: bytes) -> bytes | None:
    """What is left without the strangers, if that reads as text."""
    found = _piece(squeezed.partition(b"=")[0].translate(None, _STRANGERS))
    try:
        text = found.decode()
    except UnicodeDecodeError:
        return None
    return found if len(text) >= SHORTEST and "".join(text.split()).isprintable() else None


def _strict(squeezed: bytes) -> bytes | None:
    try:
        return binascii.a2b_base64(squeezed + b"=" * (-len(squeezed) % 4), strict_mode=True)
    except binascii.Error:
        return None


def _is_plain(data: bytes) -> bool:
    """Words under a wrong label: they have spaces and strangers where Base64 has none."""
    return len(data.translate(None, _BASE64 + b"\r\n")) * 20 > len(data)


def _piece(piece: bytes) -> bytes:
    if len(piece) % 4 == 1:
        piece = piece[:-1]
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))


def _uuencoded(data: bytes) -> bytes:
    lines = data.splitlines()
    start = next((at + 1 for at, line in enumerate(lines) if line.startswith(b"begin ")), 0)
    decoded = []
    for line in lines[start:]:
        if line.strip() in {b"", b"`", b"end"}:
            break
        decoded.append(_uu_line(line))
    return b"".join(decoded)


def _uu_line(line: bytes) -> bytes:
    """Some encoders write more characters than the line's first one tells."""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        pass
    try:
        return binascii.a2b_uu(line[: ((line[0] - 32 & 63) * 4 + 5) // 3])
    except binascii.Error:
        return b""


def uu_lines(data: bytes) -> bytes | None:
    """The lines between begin and end decoded; None where they are words and not uuencoded."""
    if not all(map(_is_uu, data[:1_000].splitlines()[:5])):
        return None
    lines = data.splitlines()
    return b"".join(map(_uu_line, lines)) or None if all(map(_is_uu, lines)) else None


def _is_uu(line: bytes) -> bool:
    """A length and four signs for each three octets of it, or one or two more; at the end nothing or a mark."""
    line = line.rstrip(b"\r\n")
    if not line.strip(b" `"):
        return True
    return 0 <= len(line) - 1 - ((line[0] - 32 & 63) + 2) // 3 * 4 <= 2 and not line.translate(None, _UU)
