"""One signature field, of DKIM or of ARC: read, checked against the message and against the key (RFC 6376 6.1)."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.mail.authentication import tags
from services.mail.authentication.keys import Broken, Key
from services.mail.authentication.mail import Mail, canonical

ALGORITHMS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
LENIENCY = 36_000  # seconds by which clocks may differ, as others allow
_MARK = re.compile(rb"(?P<start>(?:\A[^:]*:|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*")
_DIGITS = re.compile(r"[0-9]{1,76}")
_DOMAIN = re.compile(r"[^\s\x00-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]{1,255}")


@dataclass(frozen=True, slots=True)
class Signature:
    """`raw`: the whole field; `found`: its tags."""

    raw: bytes
    found: dict[str, str]
    mark: bytes

    @property
    def domain(self) -> str:
        return self.found["d"].lower().rstrip(".")

    @property
    def selector(self) -> str:
        return self.found["s"].lower()

    @property
    def is_relaxed(self) -> tuple[bool, bool]:
        """Of the header and of the body."""
        header, _, body = self.found["c"].lower().partition("/")
        return header == "relaxed", (body or "simple") == "relaxed"

    @property
    def names(self) -> list[bytes]:
        return [each.strip().lower().encode() for each in self.found["h"].split(":")]

    @property
    def length(self) -> int | None:
        return int(self.found["l"]) if "l" in self.found else None


def read(raw: bytes, required: Iterable[str], *, form: str) -> Signature:
    """A field's signature; `form` is the canonical form where it names none. Raises Broken (RFC 6376 6.1.1)."""
    try:
        found = tags.read(raw.partition(b":")[2].decode())
    except ValueError as error:
        raise Broken("permerror", f"it cannot be read: {error}") from None
    for name in required:
        if name not in found:
            raise Broken("permerror", f"it lacks {name}=")
    found.setdefault("c", form)
    if found["a"].lower() not in ALGORITHMS:
        raise Broken("permerror", f"it is made with {found['a'][:20]}, which does not count")  # RFC 8301 3.1
    if not {"simple", "relaxed"} >= set(found["c"].lower().split("/")) or found["c"].count("/") > 1:
        raise Broken("permerror", f"its canonical form is unknown: {found['c'][:20]}")
    if not _DOMAIN.fullmatch(found["d"]) or not _DOMAIN.fullmatch(found["s"]):
        raise Broken("permerror", "what it names is no domain")
    for name in ("l", "t", "x"):
        if name in found and not _DIGITS.fullmatch(found[name]):
            raise Broken("permerror", f"its {name}= is no number")
    return Signature(raw, found, decoded(found["b"]))


def decoded(value: str) -> bytes:
    """Raises Broken."""
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (ValueError, binascii.Error):
        raise Broken("permerror", "it is garbled") from None


def check_time(signature: Signature, at: int) -> None:
    """Raises Broken for what has expired, or is of the future (RFC 6376 3.5, t= and x=)."""
    made, expires = signature.found.get("t"), signature.found.get("x")
    if made and int(made) > at + LENIENCY:
        raise Broken("permerror", "it says that it was made in the future")
    if expires and int(expires) < at:
        raise Broken("fail", "it has expired")
    if made and expires and int(expires) < int(made):
        raise Broken("permerror", "it expired before it was made")


def check_message(signature: Signature, mail: Mail, key: Key) -> None:
    """Raises Broken where body or header are not what was signed (RFC 6376 6.1.3)."""
    relaxed_header, relaxed_body = signature.is_relaxed
    if mail.body_hash(relaxed_body, signature.length) != decoded(signature.found["bh"]):
        raise Broken("fail", "the body was changed on the way")
    signed = [canonical(raw, relaxed_header) + b"\r\n" for raw in chosen(signature.names, mail)]
    check_mark(signature, b"".join(signed), key, relaxed=relaxed_header)


def check_mark(signature: Signature, signed: bytes, key: Key, *, relaxed: bool = True) -> None:
    """Raises Broken where `key` did not sign that text and the field itself without its b= (RFC 6376 3.7)."""
    if ALGORITHMS[signature.found["a"].lower()] != key.algorithm:
        raise Broken("permerror", "its key is for another algorithm")
    own = canonical(_MARK.sub(rb"\g<start>", signature.raw, count=1), relaxed)
    if not key.verify(signed + own, signature.mark):
        raise Broken("fail", "the header was changed on the way")


def chosen(names: Iterable[bytes], mail: Mail) -> list[bytes]:
    """The fields an h= list stands for: of several of a name the last one first (RFC 6376 5.4.2)."""
    left: dict[bytes, list[bytes]] = {}
    for name, raw in mail.fields:
        left.setdefault(name, []).append(raw)
    return [left[name].pop() for name in names if left.get(name)]
