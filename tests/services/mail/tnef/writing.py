"""TNEF streams for tests, as Outlook writes them (MS-OXTNEF 2.1)."""

import struct


def stream(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def attribute(level: int, name: int, value: bytes) -> bytes:
    checksum = struct.pack("<H", sum(value) & 0xFFFF)
    return struct.pack("<BHHI", level, name, 6, len(value)) + value + checksum


def message(*properties: bytes) -> bytes:
    return attribute(1, 0x9003, _listed(properties))


def file(title: str, content: bytes, *properties: bytes) -> bytes:
    return b"".join(
        (
            attribute(2, 0x9002, bytes(14)),
            attribute(2, 0x8010, title.encode("cp1252") + b"\0"),
            attribute(2, 0x800F, content),
            attribute(2, 0x9005, _listed(properties)),
        )
    )


def unicode(number: int, text: str) -> bytes:
    return variable(0x1F, number, text.encode("utf-16-le") + b"\0\0")


def variable(kind: int, number: int, value: bytes) -> bytes:
    name = bytes(16) + struct.pack("<II", 0, 1) if number >= 0x8000 else b""
    return struct.pack("<HH", kind, number) + name + struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)


def _listed(properties: tuple[bytes, ...]) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)
