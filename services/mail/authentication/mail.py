"""A message as signatures see it: header fields in their exact bytes, and hashes of the body."""

import hashlib
import re
from dataclasses import dataclass, field

from services.mail.canonical import relaxed_body, relaxed_value, simple_body

_BARE = re.compile(rb"(?<!\r)\n")
LONGEST_HEAD = 1 << 20
_NEXT = re.compile(rb"\r\n(?![ \t])")


@dataclass(slots=True)
class Mail:
    """`fields` are (name in lower case, the field as it came without its line end), from the top."""

    fields: list[tuple[bytes, bytes]]
    body: bytes
    _bodies: dict[bool, bytes] = field(default_factory=dict)
    _hashes: dict[tuple[bool, int | None], bytes] = field(default_factory=dict)

    def named(self, name: bytes) -> list[bytes]:
        """The fields of that (lower-case) name, from the top."""
        return [raw for each, raw in self.fields if each == name]

    def body_hash(self, relaxed: bool, length: int | None) -> bytes | None:
        """SHA-256 of the first `length` bytes of the canonical body; None where it has fewer (RFC 6376 3.5, l=)."""
        if (relaxed, length) not in self._hashes:
            if relaxed not in self._bodies:
                self._bodies[relaxed] = relaxed_body(self.body) if relaxed else simple_body(self.body)
            body = self._bodies[relaxed]
            if length is not None and length > len(body):
                return None
            self._hashes[relaxed, length] = hashlib.sha256(memoryview(body)[:length]).digest()
        return self._hashes[relaxed, length]


def read(content: bytes) -> Mail:
    """Whatever its line ends, a message is signed and verified with CRLF (RFC 6376 5.3)."""
    if content.count(b"\n") != content.count(b"\r\n"):
        content = _BARE.sub(b"\r\n", content)
    if content.startswith(b"\r\n"):
        return Mail([], content[2:])
    head, _, body = content.partition(b"\r\n\r\n")
    if len(head) > LONGEST_HEAD:
        return Mail([], body)  # what no server sends is not worth the work: as if unsigned
    lines = _NEXT.split(head.removesuffix(b"\r\n"))
    return Mail([(line.partition(b":")[0].rstrip(b" \t").lower(), line) for line in lines if b":" in line], body)


def canonical(raw: bytes, relaxed: bool) -> bytes:
    """A field as it is hashed, without a line end (RFC 6376 3.4.1, 3.4.2)."""
    if not relaxed:
        return raw
    name, _, value = raw.partition(b":")
    return name.strip(b" \t").lower() + b":" + relaxed_value(value)
