"""Canonical forms of header fields and bodies (RFC 6376 3.4), to sign and to verify; in linear time."""

import re

_RUN = re.compile(rb"[ \t]{2,}|\t")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


def relaxed_value(value: bytes) -> bytes:
    """What follows the colon: unfolded, white space runs as one space, none at the ends (RFC 6376 3.4.2)."""
    return _RUN.sub(b" ", _FOLD.sub(b"", value)).strip(b" \t\r\n")


def relaxed_body(body: bytes) -> bytes:
    """White space runs as one space, none at the end of lines, no empty lines at the end (RFC 6376 3.4.4)."""
    if b"  " in body or b"\t" in body:
        body = _RUN.sub(b" ", body)
    body = _without_empty_end(body.replace(b" \r\n", b"\r\n").removesuffix(b" "))
    return body + b"\r\n" if body else b""


def simple_body(body: bytes) -> bytes:
    """No empty lines at the end, and one line end even where there is nothing (RFC 6376 3.4.3)."""
    return _without_empty_end(body) + b"\r\n"


def _without_empty_end(body: bytes) -> bytes:
    kept = body.rstrip(b"\r\n")
    tail = body[len(kept) :].replace(b"\r\n", b"\0").rstrip(b"\0")  # a carriage return alone is no line end
    return kept + tail.replace(b"\0", b"\r\n") if tail else kept
