"""DKIM (RFC 6376): key pairs and relaxed/relaxed signatures, RSA-2048 or Ed25519 (RFC 8463)."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from services.mail.canonical import relaxed_body, relaxed_value

# Each is signed once more than it occurs, so that nobody can add another one (RFC 6376 8.15).
OVERSIGNED = tuple(
    b"from to cc subject date message-id in-reply-to references reply-to sender mime-version content-type "
    b"content-transfer-encoding list-id list-unsubscribe list-unsubscribe-post auto-submitted".split()
)
_FOLD = re.compile(rb"\r\n(?=[ \t])")


@dataclass(frozen=True)
class KeyPair:
    """`private`: PKCS#8 PEM; `public`: base64 as published in the record's p= tag."""

    private: str
    public: str
    algorithm: str


def rsa_key_pair() -> KeyPair:
    """A new RSA key of 2048 bits: what every receiver verifies (RFC 8301 3.2)."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(_pem(key), base64.b64encode(public).decode(), "rsa")


def ed25519_key_pair() -> KeyPair:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return KeyPair(_pem(key), base64.b64encode(public).decode(), "ed25519")


def record(public: str, algorithm: str = "rsa") -> str:
    """The TXT record to publish at `<selector>._domainkey.<domain>`."""
    return f"v=DKIM1; k={algorithm}; p={public}"


@dataclass(frozen=True)
class Signer:
    """A key to sign with; `private`: PEM."""

    selector: str
    private: str


def sign(message: bytes, *, domain: str, signers: Sequence[Signer], at: int) -> bytes:
    """A DKIM-Signature field by each signer, with CRLF, for a message with CRLF line ends; `at` in seconds since 1970.

    None signs the others (RFC 6376 5.4), so a receiver verifies the one it knows the algorithm of (RFC 8463 5).
    Raises ValueError for a key that is neither RSA nor Ed25519.
    """
    head, _, body = message.partition(b"\r\n\r\n")
    names, fields = _signed_fields(head)
    body_hash = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
    content = f" t={at}; h={_folded(names)};\r\n bh={body_hash};\r\n b="
    return b"".join(_signature(domain, signer, content, fields) for signer in signers)


def _signature(domain: str, signer: Signer, content: str, fields: bytes) -> bytes:
    key = _load(signer.private)
    algorithm = "rsa-sha256" if isinstance(key, RSAPrivateKey) else "ed25519-sha256"
    field = (
        f"DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed; d={domain}; s={signer.selector};\r\n{content}"
    ).encode()
    relaxed = field.replace(b"DKIM-Signature: ", b"dkim-signature:").replace(b"\r\n", b"")  # no other runs are in it
    signed = fields + relaxed
    if isinstance(key, RSAPrivateKey):
        mark = key.sign(signed, PKCS1v15(), SHA256())
    else:
        mark = key.sign(hashlib.sha256(signed).digest())  # RFC 8463 3
    text = base64.b64encode(mark)
    return field + b"\r\n ".join(text[at : at + 72] for at in range(0, len(text), 72)) + b"\r\n"


def _signed_fields(head: bytes) -> tuple[list[bytes], bytes]:
    """The h= list and the canonical fields it stands for: of several, the last one first (RFC 6376 5.4.2)."""
    found: dict[bytes, list[bytes]] = {}
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        name, _, value = line.partition(b":")
        found.setdefault(name.rstrip(b" \t").lower(), []).append(value)
    names: list[bytes] = []
    fields: list[bytes] = []
    for name in OVERSIGNED:
        values = found.get(name, ())
        names += [name] * (len(values) + 1)
        fields += [name + b":" + relaxed_value(value) + b"\r\n" for value in reversed(values)]
    return names, b"".join(fields)


def _folded(names: list[bytes]) -> str:
    lines = [b":".join(names[start : start + 6]) for start in range(0, len(names), 6)]
    return b":\r\n ".join(lines).decode()


@lru_cache(maxsize=1024)
def _load(private: str) -> RSAPrivateKey | Ed25519PrivateKey:
    key = load_pem_private_key(private.encode(), password=None)
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError("DKIM signs with RSA or Ed25519 keys only.")
    return key


def _pem(key: RSAPrivateKey | Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
