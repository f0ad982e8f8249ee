"""Passwords: what is good enough, hashing and verifying (argon2id). Slow on purpose: never inside a transaction."""

from dataclasses import dataclass
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from services.errors import Invalid

MIN_LENGTH = 8
MAX_LENGTH = 256
_COMMON = frozenset(
    {"password", "12345678", "123456789", "1234567890", "qwertyuiop", "iloveyou", "password1", "mailroom"}
)

# OWASP's second choice: 19 MiB, two passes, one lane; about 25 ms
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@dataclass(frozen=True)
class Hashed:
    """A password that has been hashed: what services take, so that none can be stored as it was typed."""

    text: str


def hashed(plain: str) -> Hashed:
    """The argon2id hash of an acceptable password. Raises Invalid with what is wrong with it."""
    check(plain)
    return Hashed(_hasher.hash(plain))


def check(plain: str) -> None:
    """Length is what counts (NIST SP 800-63B 3.1.1.2); no rules about kinds of characters."""
    if len(plain) < MIN_LENGTH:
        raise Invalid(f"The password needs at least {MIN_LENGTH} characters.", code="weak_password", field="password")
    if len(plain) > MAX_LENGTH:
        raise Invalid(f"The password may have {MAX_LENGTH} characters.", code="invalid_password", field="password")
    if plain.lower() in _COMMON or len(set(plain)) == 1:
        raise Invalid("This password is among the first that are tried.", code="weak_password", field="password")


def matches(plain: str, stored: str | None) -> bool:
    """Whether `plain` is the password; takes as long where there is no account (ASVS 6.3.8)."""
    try:
        right = _hasher.verify(plain[: MAX_LENGTH + 1], stored or _nobodys())
    except UnknownHashError:
        return False
    return right and stored is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
