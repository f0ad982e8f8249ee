"""A list of MAPI properties as TNEF writes it (MS-OXTNEF 2.1.3.4): what can be read, and no more than is there."""

import struct
from dataclasses import dataclass

from services.mail.charsets import decode, scrub

MOST = 5_000
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = {0x0D, 0x1E, 0x1F, 0x102}
_UNICODE, _MULTIPLE = 0x1F, 0x1000


@dataclass(frozen=True)
class Property:
    id: int
    type: int
    value: bytes

    def text(self, charset: str) -> str:
        if self.type == _UNICODE:
            return scrub(self.value.decode("utf-16-le", "replace").rstrip("\0"))
        return decode(self.value.rstrip(b"\0"), charset)


def properties(data: bytes) -> list[Property]:
    """The properties, in order; where the list breaks, those before."""
    found: list[Property] = []
    try:
        count, at = int.from_bytes(data[:4], "little"), 4
        for _ in range(min(count, MOST)):
            kind, number = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if number >= 0x8000 else at + 4
            values, at = _values(data, at, kind)
            found += [Property(number, kind & ~_MULTIPLE, value) for value in values[:1]]
    except (struct.error, KeyError):
        pass
    return found


def _after_name(data: bytes, at: int) -> int:
    """A named property's name: its set's GUID, then a number or a padded text."""
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    (length,) = struct.unpack_from("<I", data, at + 20)
    return at + 24 + _padded(length)


def _values(data: bytes, at: int, kind: int) -> tuple[list[bytes], int]:
    base, count = kind & ~_MULTIPLE, 1
    if kind & _MULTIPLE or base in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    values = []
    for _ in range(count):
        length = _SIZES.get(base, 0)
        if base in _VARIABLE:
            (length,) = struct.unpack_from("<I", data, at)
            at += 4
        elif not length:
            raise KeyError(base)
        if at + length > len(data):
            raise struct.error
        values.append(data[at : at + length])
        at += _padded(length)
    return values, at


def _padded(length: int) -> int:
    return (length + 3) & ~3
