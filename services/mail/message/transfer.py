"""Content transfer encodings undone (RFC 2045 6), as far as the bytes allow."""

import binascii
import re

MOST_PIECES = 10_000  # of a Base64 body that was put together from many
_PADDING = re.compile(rb"=+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")


def undo(data: bytes, encoding: str) -> bytes:
    """The content of a part from the bytes that carry it; an unknown encoding means none."""
    name = encoding.strip().strip("'\"").lower()
    if name == "base64":
        return _base64(data)
    if name == "quoted-printable":
        return binascii.a2b_qp(data)
    if name in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uuencoded(data)
    return data


def _base64(data: bytes) -> bytes:
    """Strict first; then without strangers, and on after a padding only where whole groups follow (a footer may)."""
    squeezed = data.translate(None, b"\r\n \t")
    try:
        return binascii.a2b_base64(squeezed, strict_mode=True)
    except binascii.Error:
        if _is_plain(data):
            return data
        head, padding, rest = squeezed.partition(b"=")
        rest = rest.lstrip(b"=")
        if padding and rest and len(rest) % 4 == 0 and not _NOT_BASE64.search(rest):
            pieces = _PADDING.split(_NOT_BASE64.sub(b"", squeezed), maxsplit=MOST_PIECES)
            return b"".join(map(_piece, pieces[:MOST_PIECES]))
        return _piece(_NOT_BASE64.sub(b"", head))


def _is_plain(data: bytes) -> bool:
    """Words under a wrong label: they have spaces and strangers where Base64 has none."""
    return (len(_NOT_BASE64.sub(b"", data)) + data.count(b"\n") + data.count(b"\r")) * 20 < len(data) * 19


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
    lines = [line for line in data.splitlines() if line.strip() not in {b"", b"`"}]
    if not lines or not all(len(line) * 3 // 4 >= (line[0] - 32 & 63) and line.isascii() for line in lines):
        return None
    return b"".join(map(_uu_line, lines)) or None
