"""Secrets at rest and in links: sealing, signing and hashing, each with its own key derived from the master key."""

import base64
import hashlib
import hmac
import json
import secrets as random
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services import clock, settings
from services.errors import Invalid


@lru_cache(maxsize=64)
def _derive(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mailroom " + purpose.encode()).derive(master)


def subkey(purpose: str) -> bytes:
    """32 bytes that belong to `purpose` alone."""
    return _derive(settings.current().master_key() if not _master else _master[0], purpose)


_master: list[bytes] = []


def load() -> None:
    """Read the master key once; called at start so that no request reads a file."""
    _master[:] = [settings.current().master_key()]


def seal(plain: str) -> str:
    """Encrypt for the database; `unseal` gives it back."""
    return Fernet(base64.urlsafe_b64encode(subkey("seal"))).encrypt(plain.encode()).decode()


def unseal(sealed: str) -> str:
    """The text `seal` was given. Raises Invalid when the key is not the one it was sealed with."""
    try:
        return Fernet(base64.urlsafe_b64encode(subkey("seal"))).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Invalid("This secret was sealed with another key.", code="wrong_key") from None


def token() -> str:
    """An unguessable string of 43 URL-safe characters."""
    return random.token_urlsafe(32)


def digest(text: str) -> str:
    """SHA-256 in hex: how tokens and keys of full entropy are kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def sign(purpose: str, payload: dict[str, Any], *, lifetime: int) -> str:
    """A signed link token that carries `payload` (JSON) and ends after `lifetime` seconds."""
    body = json.dumps([int(clock.now().timestamp()) + lifetime, payload], separators=(",", ":")).encode()
    mark = hmac.digest(subkey("sign " + purpose), body, "sha256")[:16]
    return base64.urlsafe_b64encode(mark + body).decode().rstrip("=")


def verify(purpose: str, signed: str) -> dict[str, Any]:
    """The payload of `sign`. Raises Invalid when forged, damaged or expired."""
    try:
        blob = base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
        mark, body = blob[:16], blob[16:]
        if not hmac.compare_digest(mark, hmac.digest(subkey("sign " + purpose), body, "sha256")[:16]):
            raise ValueError
        expires, payload = json.loads(body)
    except ValueError:
        raise Invalid("This link is not one of ours.", code="invalid_token") from None
    if clock.now().timestamp() > expires:
        raise Invalid("This link has expired.", code="expired_token")
    return dict(payload)


def short_mark(purpose: str, text: str) -> str:
    """Twelve characters [a-z2-7] that prove `text` came from us; survives case folding (for local-parts)."""
    return base64.b32encode(hmac.digest(subkey("mark " + purpose), text.encode(), "sha256"))[:12].decode().lower()
