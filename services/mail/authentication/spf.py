"""Whether a server may send for a domain (RFC 7208), decided by pyspf, to which our answers are handed in."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any

from services.mail.authentication.answers import Ask, Missing, Question, Unanswered

_SENDER_MACRO = re.compile(r"%\{[lsh]", re.IGNORECASE)
_INCLUDED = re.compile(r"(?:include:|redirect=)([^\s%/]{1,255})", re.IGNORECASE)
_POLICY = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
MOST_INCLUDED = 10  # RFC 7208 4.6.4
_asking = threading.local()


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of it (RFC 7208 2.6) for which domain; `is_personal`: it may differ for other senders there."""

    result: str
    domain: str = ""
    reason: str = ""
    is_personal: bool = False


def check(peer: str, helo: str, reverse_path: str, ask: Ask, *, strict: int = 1) -> Finding:
    """Of the domain of the reverse-path, or where that is empty of HELO's (RFC 7208 2.4). Raises Missing.

    `reason` of a fail is the domain's own explanation. `strict` 0 obeys what came before the standard, too.
    """
    if (address := _address(peer)) is None:
        return Finding("none", reason="it is not known which server sent it")
    asked = _Asked(ask)
    _asking.by = asked
    try:
        query = _library().query(i=address, s=reverse_path, h=helo, strict=strict)
        query.set_default_explanation("")
        result, _, reason = query.check()
    finally:
        del _asking.by
    if asked.missing:  # told apart here, since the library takes some errors for an answer
        raise Missing(asked.missing | asked.ahead)
    domain = (reverse_path.rpartition("@")[2] or helo).lower().rstrip(".")
    return Finding(result, domain, _reason(result, reason), asked.is_personal)


def _address(peer: str) -> str | None:
    try:
        return str(ip_address(peer.partition("%")[0]))  # without the zone of a link-local one
    except ValueError:
        return None


class _Asked:
    """What one check asks and learns; `ahead`: what it will probably ask next."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.missing: set[Question] = set()
        self.ahead: set[Question] = set()
        self.is_personal = False

    def lookup(self, name: str, kind: str) -> Iterator[tuple[tuple[str, str], Any]]:
        """Answers in the shape the library wants."""
        try:
            values = self._ask(name, kind)
        except Missing as error:
            self.missing |= error.questions
            raise _library().TempError("not asked yet") from None
        except Unanswered:
            raise _library().TempError(f"the DNS gave no answer about {name}") from None
        for value in values:
            if kind == "TXT":
                self._look_at(value)
            yield (name, kind), _SHAPES.get(kind, str)(value)

    def _look_at(self, record: str) -> None:
        self.is_personal |= bool(_SENDER_MACRO.search(record))
        if _POLICY.match(record):
            names = [(name, "TXT") for name in _INCLUDED.findall(record)[:MOST_INCLUDED] if "%" not in name]
            self.ahead.update(each for each in names if self._is_missing(*each))

    def _is_missing(self, name: str, kind: str) -> bool:
        try:
            self._ask(name, kind)
        except Missing:
            return True
        except Unanswered:
            return False
        return False


_SHAPES: dict[str, Callable[[str], Any]] = {
    "TXT": lambda value: (value.encode("latin-1"),),
    "MX": lambda value: (int(value.partition(" ")[0]), value.partition(" ")[2]),
}


@cache
def _library() -> Any:
    """pyspf, which asks the DNS by a function of its module: ours, for the check of this thread."""
    import spf  # slow to load, and only workers need it

    spf.DNSLookup = lambda name, kind, *_: list(_asking.by.lookup(name, kind))
    return spf


def _reason(result: str, said: str) -> str:
    """What the library adds, without its preamble."""
    if result in ("permerror", "temperror"):
        return str(said).rpartition("Error: ")[2]
    return str(said) if result == "fail" else ""
