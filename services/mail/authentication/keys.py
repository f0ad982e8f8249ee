"""Public keys as domains publish them (RFC 6376 3.6.1, RFC 8463 4): found, read, and refused in words."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from services.mail.authentication import tags
from services.mail.authentication.answers import Ask, Unanswered

SHORTEST, LONGEST = 1024, 8192  # bits of an RSA key that counts (RFC 8301 3.2), and that is worth the work


class Broken(Exception):
    """A signature that doesn't count: the result it has (RFC 8601 2.7.1), and why."""

    def __init__(self, result: str, reason: str) -> None:
        super().__init__(reason)
        self.result, self.reason = result, reason


@dataclass(frozen=True, slots=True)
class Key:
    """`exact`: the identity must be at the very domain that signs (t=s); `testing`: its owner only tries (t=y)."""

    algorithm: str
    verify: Callable[[bytes, bytes], bool]  # of a digest's input and a signature
    exact: bool
    testing: bool


def find(selector: str, domain: str, ask: Ask) -> Key | Broken:
    """The key a signature names. Raises Missing."""
    name = f"{selector}._domainkey.{domain}"
    try:
        records = ask(name, "TXT")
    except Unanswered:
        return Broken("temperror", f"the DNS gave no answer about the key at {name}")
    if not records:
        return Broken("permerror", f"there is no key at {name}")
    try:
        return read(records[0])  # of several any may be taken (RFC 6376 3.6.2.2)
    except Broken as error:
        return Broken(error.result, error.reason)  # a fresh one: those that are kept carry no traceback


@lru_cache(maxsize=4096)
def _outcome(record: str) -> Key | tuple[str, str]:
    try:
        return _read(record)
    except Broken as error:
        return error.result, error.reason


def read(record: str) -> Key:
    """Raises Broken."""
    outcome = _outcome(record)
    if isinstance(outcome, Key):
        return outcome
    raise Broken(*outcome)


def _read(record: str) -> Key:
    try:
        found = tags.read(record)
        if next(iter(found)) != "v" and "v" in found:
            raise ValueError
        material = base64.b64decode("".join(found["p"].split()), validate=True)
    except (ValueError, KeyError, StopIteration, binascii.Error):
        raise Broken("permerror", "its key cannot be read") from None
    if found.get("v", "DKIM1") != "DKIM1":
        raise Broken("permerror", "its key is of another version")
    if not material:
        raise Broken("permerror", "its key was revoked")  # RFC 6376 3.6.1, p=
    if "sha256" not in _listed(found.get("h", "sha256")):
        raise Broken("permerror", "its key is not for SHA-256")
    if not {"*", "email"} & _listed(found.get("s", "*")):
        raise Broken("permerror", "its key is not for mail")
    algorithm, flags = found.get("k", "rsa").lower(), _listed(found.get("t", ""))
    return Key(algorithm, _verifier(algorithm, material), "s" in flags, "y" in flags)


def _listed(value: str) -> set[str]:
    return {each.strip().lower() for each in value.split(":")}


def _verifier(algorithm: str, material: bytes) -> Callable[[bytes, bytes], bool]:
    try:
        if algorithm == "ed25519":
            return _edwards(Ed25519PublicKey.from_public_bytes(material))
        if algorithm == "rsa":
            return _rivest(load_der_public_key(material))
    except (ValueError, UnsupportedAlgorithm):
        raise Broken("permerror", "its key cannot be read") from None
    raise Broken("permerror", f"its key is of a kind nobody knows ({algorithm[:20]})")


def _rivest(key: object) -> Callable[[bytes, bytes], bool]:
    if not isinstance(key, RSAPublicKey):
        raise ValueError
    if not SHORTEST <= key.key_size <= LONGEST:
        raise Broken("permerror", f"its key has {key.key_size} bits, which is {_amiss(key.key_size)}")

    def verify(data: bytes, mark: bytes) -> bool:
        try:
            key.verify(mark, data, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    return verify


def _amiss(bits: int) -> str:
    return "too short to count" if bits < SHORTEST else "too long"


def _edwards(key: Ed25519PublicKey) -> Callable[[bytes, bytes], bool]:
    def verify(data: bytes, mark: bytes) -> bool:
        try:
            key.verify(mark, hashlib.sha256(data).digest())  # RFC 8463 3
        except InvalidSignature:
            return False
        return True

    return verify
