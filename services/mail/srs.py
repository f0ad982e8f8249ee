"""The Sender Rewriting Scheme: a reverse-path of ours for mail that we forward, out of which the original comes back.

    sam@shop.example          → SRS0=mark=day=shop.example=sam@ours          the first to forward
    SRS0=…=sam@first.example  → SRS1=mark=first.example==…=sam@ours          the second, and every later one
    too long, or too odd      → SRS0=mark=day=invalid=k<number>@ours         the original is looked up by its number

Marks and days are letters that survive case folding; the mark covers the address folded to lower case. `invalid` is
nobody's domain (RFC 2606 2).
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from services.mail.address import split

MAX_LOCAL_PART = 64  # RFC 5321 4.5.3.1.1
MAX_DAYS = 21  # a bounce that comes later answers nothing anybody waits for
_KEPT = "invalid"
_MARK = 8  # letters of 5 bits
_CYCLE = 1024  # days until a day's two letters come again
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_SEPARATORS = "=+-"
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322 3.2.3
_DOT_ATOM = re.compile(rf"{_ATEXT}(\.{_ATEXT})*")


@dataclass(frozen=True)
class Original:
    """Whom a bounce goes back to: an address, or else the number of the message that tells."""

    address: str
    number: int | None = None


def is_ours(local: str) -> bool:
    """Whether a local part has the form of a rewritten reverse-path."""
    return local[:4].lower() in {"srs0", "srs1"} and local[4:5] in tuple(_SEPARATORS)


def rewrite(reverse_path: str, domain: str, *, key: bytes, at: datetime, number: int) -> str:
    """The reverse-path to forward with, at `domain`; `number` finds an original that cannot be carried.

    The null reverse-path stays null, and one of `domain` itself stays as it is: it comes back by itself.
    """
    local, host = split(reverse_path)
    if not host or host.lower() == domain.lower():
        return reverse_path
    rewritten = _again(local, host, key) if is_ours(local) else _first(f"{_day(at)}={host}={local}", key)
    if len(rewritten) > MAX_LOCAL_PART or not _DOT_ATOM.fullmatch(rewritten):
        rewritten = _first(f"{_day(at)}={_KEPT}=k{number}", key)
    return f"{rewritten}@{domain}"


def restore(local: str, *, key: bytes, at: datetime) -> Original | None:
    """Where mail to a rewritten local part belongs; None when the mark is not ours or its time is over."""
    mark, _, rest = local[5:].partition("=")
    if not rest or not hmac.compare_digest(mark.lower(), _mark(local[:4].lower(), rest, key)):
        return None
    if local[:4].lower() == "srs1":
        host, _, opaque = rest.partition("=")
        return Original(f"SRS0{opaque}@{host}")
    day, host, user = (rest.split("=", 2) + ["", ""])[:3]
    if not _is_recent(day, at):
        return None
    if host.lower() == _KEPT and user[1:].isdecimal():
        return Original("", int(user[1:]))
    return Original(f"{user}@{host}")


def _first(rest: str, key: bytes) -> str:
    return f"SRS0={_mark('srs0', rest, key)}={rest}"


def _again(local: str, host: str, key: bytes) -> str:
    """An SRS1 names the first who forwarded and what he wrote; whoever forwarded since is left out."""
    rest = f"{host}={local[4:]}"
    if local[:4].lower() == "srs1":
        rest = local[5:].partition("=")[2]
    return f"SRS1={_mark('srs1', rest, key)}={rest}"


def _mark(kind: str, rest: str, key: bytes) -> str:
    digest = hmac.digest(key, f"{kind}={rest.lower()}".encode(), "sha256")
    return base64.b32encode(digest)[:_MARK].decode().lower()


def _day(at: datetime) -> str:
    number = int(at.timestamp()) // 86_400 % _CYCLE
    return _LETTERS[number >> 5] + _LETTERS[number & 31]


def _is_recent(day: str, at: datetime) -> bool:
    if len(day) != 2 or any(letter not in _LETTERS for letter in day.lower()):
        return False
    then = _LETTERS.index(day[0].lower()) << 5 | _LETTERS.index(day[1].lower())
    return (int(at.timestamp()) // 86_400 - then) % _CYCLE <= MAX_DAYS
