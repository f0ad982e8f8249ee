"""Encoded words of header fields (RFC 2047), read as generously as they are miswritten."""

import binascii
import re

from services.mail.charsets import codec_of, decode, one_line, unlabelled

_WORD = re.compile(  # with a ? left unencoded, and without its end where the field ends
    r"=\?([^?\s]{1,80})\?([bBqQ])\?((?:[^?=]|=(?!\?[^=\s])|\?(?!=|\Z))*)(?:\?=|\??\Z)"
)
_PADDING = re.compile(rb"=+")
_UNFOLD = re.compile(r"[ \t]*(?:\r?\n|\r)[ \t]*")
LONGEST = 100_000


def field_text(value: bytes, charset: str = "") -> str:
    """The raw value of a field, unfolded, as text on one line with its encoded words still encoded.

    Bytes that are not UTF-8 (RFC 6532) are in `charset`, that of the message's text, if they can be.
    """
    value = value[:LONGEST].strip()
    if value.isascii() and (plain := value.decode("ascii")).isprintable():
        return plain
    text = (unlabelled(value, charset) if charset else None) or decode(value)
    if "\n" in text or "\r" in text:
        text = _UNFOLD.sub(" ", text)
    return one_line(text)


def decode_words(text: str) -> str:
    """`text` with its encoded words decoded; what cannot be decoded stays as it is written."""
    if "=?" not in text:
        return text
    written: list[str] = []
    run: list[bytes] = []  # bytes of neighbouring words of one charset: a character may be cut in two
    charset, end = "", 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        label = match[1].split("*")[0].lower()  # RFC 2231 5: a language after *
        if run and (gap.strip() or label != charset):
            written.append(decode(b"".join(run), charset))
            run = []
        if gap.strip() or not end:
            written.append(gap)
        run.append(_bytes_of(match[2], match[3], label))
        charset, end = label, match.end()
    if run:
        written.append(decode(b"".join(run), charset))
    written.append(text[end:])
    return one_line("".join(written))


def _bytes_of(encoding: str, text: str, charset: str) -> bytes:
    try:
        data = text.encode(
            "ascii" if text.isascii() else codec_of(charset) or "utf-8"
        )  # as raw as it came, where somebody forgot to encode
    except (UnicodeError, LookupError):
        data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    data = re.sub(rb"[^A-Za-z0-9+/=]", b"", data)
    return b"".join(map(_piece, _PADDING.split(data)))  # some join encoded pieces, padding and all


def _piece(data: bytes) -> bytes:
    if len(data) % 4 == 1:
        data = data[:-1]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
