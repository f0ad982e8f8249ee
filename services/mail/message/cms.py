"""What an opaque S/MIME signature holds (RFC 5652 5, RFC 8551 3.5.2); the signature itself is not judged."""

DEEPEST = 20
MOST = 10_000  # elements that are looked at
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_OCTETS = 0x04

Element = tuple[int, int, int, int]  # tag, where its content begins and ends, where the next one begins


class Unreadable(Exception):
    """What is no BER, or none of ours."""


def enclosed(data: bytes) -> bytes:
    """The content of signed data; b"" for encrypted data and whatever else."""
    try:
        outer = _children(data, _element(data, 0, len(data), 0))
        if data[slice(*outer[0][1:3])] != _SIGNED_DATA:
            return b""
        signed = _children(data, _children(data, outer[1])[0])
        content = _children(data, signed[2])  # version, digest algorithms, then what is signed
        return _octets(data, _children(data, content[1])[0], 0) if len(content) > 1 else b""
    except (Unreadable, IndexError):
        return b""


def _element(data: bytes, at: int, end: int, depth: int) -> Element:
    """The element at `at`; one of indefinite length ends with two zero octets (X.690 8.1.3.6)."""
    if at + 2 > end or depth > DEEPEST:
        raise Unreadable
    tag, length, start = data[at], data[at + 1], at + 2
    if length == 0x80:
        inner, count = start, 0
        while data[inner : inner + 2] != b"\0\0":
            inner = _element(data, inner, end, depth + 1)[3]
            count += 1
            if count > MOST:
                raise Unreadable
        return tag, start, inner, inner + 2
    if length > 0x80:
        octets = length & 0x7F
        if octets > 4:
            raise Unreadable
        length, start = int.from_bytes(data[start : start + octets], "big"), start + octets
    if start + length > end:
        raise Unreadable
    return tag, start, start + length, start + length


def _children(data: bytes, parent: Element) -> list[Element]:
    found: list[Element] = []
    at = parent[1]
    while at < parent[2] and len(found) < MOST:
        found.append(_element(data, at, parent[2], 0))
        at = found[-1][3]
    return found


def _octets(data: bytes, element: Element, depth: int) -> bytes:
    """An octet string, in one piece or in many (X.690 8.7.3)."""
    tag, start, end, _ = element
    if tag == _OCTETS:
        return data[start:end]
    if depth > DEEPEST:
        raise Unreadable
    return b"".join(_octets(data, each, depth + 1) for each in _children(data, element))
