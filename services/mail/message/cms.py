"""What an opaque S/MIME signature holds (RFC 5652 5, RFC 8551 3.5.2); the signature itself is not judged."""

from dataclasses import dataclass

DEEPEST = 20
MOST = 100_000  # elements that are looked at
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_OCTETS = 0x04

Element = tuple[int, int, int, int]  # tag, where its content begins and ends, where the next one begins


class Unreadable(Exception):
    """What is no BER, or none of ours."""


def enclosed(data: bytes) -> bytes:
    """The content of signed data; b"" for encrypted data and whatever else."""
    try:
        reader = _Reader(data)
        outer = reader.children(reader.element(0, len(data)))
        if data[slice(*outer[0][1:3])] != _SIGNED_DATA:
            return b""
        signed = reader.children(reader.children(outer[1])[0])
        content = reader.children(signed[2])  # version, digest algorithms, then what is signed
        return reader.octets(reader.children(content[1])[0]) if len(content) > 1 else b""
    except (Unreadable, IndexError):
        return b""


@dataclass
class _Reader:
    """Reads BER (X.690) as long as its patience lasts."""

    data: bytes
    left: int = MOST

    def element(self, at: int, end: int, depth: int = 0) -> Element:
        """The element at `at`; one of indefinite length ends with two zero octets (8.1.3.6)."""
        self.left -= 1
        if at + 2 > end or depth > DEEPEST or self.left < 0:
            raise Unreadable
        tag, length, start = self.data[at], self.data[at + 1], at + 2
        if length == 0x80:
            inner = start
            while self.data[inner : inner + 2] != b"\0\0":
                inner = self.element(inner, end, depth + 1)[3]
            return tag, start, inner, inner + 2
        if length > 0x80:
            octets = length & 0x7F
            if octets > 4:
                raise Unreadable
            length, start = int.from_bytes(self.data[start : start + octets], "big"), start + octets
        if start + length > end:
            raise Unreadable
        return tag, start, start + length, start + length

    def children(self, parent: Element) -> list[Element]:
        found: list[Element] = []
        at = parent[1]
        while at < parent[2]:
            found.append(self.element(at, parent[2]))
            at = found[-1][3]
        return found

    def octets(self, element: Element, depth: int = 0) -> bytes:
        """An octet string, in one piece or in many (8.7.3)."""
        tag, start, end, _ = element
        if tag == _OCTETS:
            return self.data[start:end]
        if depth > DEEPEST:
            raise Unreadable
        return b"".join(self.octets(each, depth + 1) for each in self.children(element))
