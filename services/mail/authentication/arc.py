"""Chains of servers that passed a message on and say what they saw (RFC 8617 5.2): whether the chain holds."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.mail.authentication import keys, signatures
from services.mail.authentication.answers import Ask, together
from services.mail.authentication.keys import Broken, Key
from services.mail.authentication.mail import Mail, canonical
from services.mail.authentication.signatures import Signature

MOST = 50  # sets (RFC 8617 4.2.1)
RESULTS, MESSAGE, SEAL = b"arc-authentication-results", b"arc-message-signature", b"arc-seal"
_KINDS = (RESULTS, MESSAGE, SEAL)
_INSTANCE = re.compile(rb"(?:^|[;\s])i\s*=\s*([0-9]{1,10})\s*(?:;|$)")
_FIRST = re.compile(rb"\s*i\s*=\s*([0-9]{1,10})\s*;")


@dataclass(frozen=True, slots=True)
class Chain:
    """`result`: none, pass, fail or temperror; `domain`: who sealed last."""

    result: str
    domain: str = ""
    reason: str = ""


@dataclass(slots=True)
class _Set:
    """The three fields of one instance."""

    results: bytes
    message: Signature
    seal: Signature


def validate(mail: Mail, ask: Ask, at: int) -> Chain:
    """Raises Missing for all keys at once."""
    if not any(name in _KINDS for name, _ in mail.fields):
        return Chain("none")
    try:
        sets = _sets(mail)
    except Broken as error:
        return Chain("fail", reason=error.reason)
    sealer = sets[-1].seal.domain
    wanted = [sets[-1].message, *(each.seal for each in sets)]
    found = together([_key_of(each, ask) for each in wanted])
    try:
        _check(mail, sets, found, at)
    except Broken as error:
        return Chain("temperror" if error.result == "temperror" else "fail", sealer, error.reason)
    return Chain("pass", sealer)


def _key_of(signature: Signature, ask: Ask) -> Callable[[], Key | Broken]:
    return lambda: keys.find(signature.selector, signature.domain, ask)


def _sets(mail: Mail) -> list[_Set]:
    """The sets in order. Raises Broken where one lacks a field or has two, or an instance is missing."""
    fields: dict[tuple[int, bytes], bytes] = {}
    for name, raw in mail.fields:
        if name in _KINDS:
            place = _instance(name, raw), name
            if place in fields:
                raise Broken("fail", f"set {place[0]} has a field twice")
            fields[place] = raw
    count = max(number for number, _ in fields)
    if count > MOST or len(fields) != 3 * count:
        raise Broken("fail", "a set of the chain is missing or incomplete")
    return [_set(number, *(fields[number, kind] for kind in _KINDS)) for number in range(1, count + 1)]


def _instance(name: bytes, raw: bytes) -> int:
    value = raw.partition(b":")[2]
    found = _FIRST.match(value) if name == RESULTS else _INSTANCE.search(value)
    if found is None or int(found[1]) == 0:
        raise Broken("fail", "a field of the chain has no number")
    return int(found[1])


def _set(number: int, results: bytes, message: bytes, seal: bytes) -> _Set:
    signed = signatures.read(message, ("i", "a", "b", "bh", "d", "h", "s"), form="relaxed/relaxed")
    sealed = signatures.read(seal, ("i", "a", "b", "cv", "d", "s"), form="relaxed/relaxed")
    if SEAL in signed.names:
        raise Broken("fail", "a signature of the chain covers a seal")  # RFC 8617 4.1.2
    if "h" in sealed.found:
        raise Broken("fail", "a seal has a list of fields")  # RFC 8617 4.1.3
    if sealed.found["cv"].lower() != ("none" if number == 1 else "pass"):
        raise Broken("fail", f"seal {number} says that the chain was broken before")  # RFC 8617 5.2, 3B
    return _Set(results, signed, sealed)


def _check(mail: Mail, sets: list[_Set], found: list[Key | Broken], at: int) -> None:
    """The newest message signature, then each seal from the newest (RFC 8617 5.2, 4 to 6)."""
    for key in found:
        if isinstance(key, Broken):
            raise key
    (key, *seals) = [each for each in found if isinstance(each, Key)]
    signatures.check_time(sets[-1].message, at)
    signatures.check_message(sets[-1].message, mail, key)
    sealed = b""
    for each, key in zip(sets, seals, strict=True):
        for raw in (each.results, each.message.raw):
            sealed += canonical(raw, relaxed=True) + b"\r\n"
        signatures.check_mark(each.seal, sealed, key)
        sealed += canonical(each.seal.raw, relaxed=True) + b"\r\n"
