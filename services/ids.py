"""Opaque ids for the outside: `ticket_7k2m…` instead of a number that tells how many there are.

A four-round Feistel network over 64 bits with a fixed key: no column, no index, and stable for ever. It hides
counts from the curious; who may see what is decided by the organisation, never by the id.
"""

import hashlib
from functools import lru_cache

from services.errors import NotFound

_WORDS = {  # where a prefix is none
    "att": "attachment",
    "cur": "cursor",
    "dom": "domain",
    "int": "integration",
    "inv": "invitation",
    "key": "API key",
    "mbx": "mailbox",
    "out": "outgoing mail",
    "tmpl": "template",
    "whd": "delivery",
}
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGIT = {letter: value for value, letter in enumerate(_ALPHABET)}
_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]
_KEYED = hashlib.blake2s(digest_size=4, key=b"mailroom ids")
_TURNS = [bytes([number]) for number in range(4)]


def _round(half: int, turn: bytes) -> int:
    mixed = _KEYED.copy()
    mixed.update(half.to_bytes(4, "big") + turn)
    return int.from_bytes(mixed.digest(), "big")


@lru_cache(maxsize=4096)
def encode(kind: str, number: int) -> str:
    """`kind`_ and 13 characters; the same every time for the same number."""
    left, right = number >> 32, number & 0xFFFFFFFF
    for turn in _TURNS:
        left, right = right, left ^ _round(right, turn)
    mixed = (left << 32) | right
    return (
        f"{kind}_{_ALPHABET[mixed >> 60]}{_PAIRS[mixed >> 50 & 1023]}{_PAIRS[mixed >> 40 & 1023]}"
        f"{_PAIRS[mixed >> 30 & 1023]}{_PAIRS[mixed >> 20 & 1023]}{_PAIRS[mixed >> 10 & 1023]}{_PAIRS[mixed & 1023]}"
    )


def _missing(kind: str) -> NotFound:
    return NotFound(f"There is no such {_WORDS.get(kind, kind)}.")


def decode(kind: str, text: str) -> int:
    """The number behind `text`. Raises NotFound for anything that is not an id of that kind."""
    prefix, _, digits = text.rpartition("_")
    if prefix != kind or len(digits) != 13 or any(letter not in _DIGIT for letter in digits):
        raise _missing(kind)
    mixed = 0
    for letter in digits:
        mixed = mixed << 5 | _DIGIT[letter]
    left, right = mixed >> 32, mixed & 0xFFFFFFFF
    if left > 0xFFFFFFFF:
        raise _missing(kind)
    for turn in reversed(_TURNS):
        left, right = right ^ _round(left, turn), left
    number = left << 32 | right
    if not 0 < number < 1 << 62:
        raise _missing(kind)
    return number
