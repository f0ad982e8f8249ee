"""Chains sealed by dkimpy hold, whatever was changed breaks them; the published suite is in tests/corpora."""

import dkim as dkimpy
import pytest

from services.mail.authentication import Missing, arc, mail
from tests.services.mail.authentication.conftest import MAIL, NOW, RSA, Names, keys


def sealed(message: bytes = MAIL, before: bytes = b"none") -> bytes:
    """With one more set; `before`: what the sealer found of the chain as it came."""
    results = b"Authentication-Results: lists.test; spf=pass smtp.mfrom=ann@customer.test; arc=%s\r\n" % before
    fields = dkimpy.arc_sign(results + message, b"r", b"customer.test", RSA.private.encode(), b"lists.test")
    return b"".join(fields) + message


def found(message: bytes, ask: Names | None = None) -> arc.Chain:
    return arc.validate(mail.read(message), keys() if ask is None else ask, NOW)


def test_no_chain() -> None:
    assert found(MAIL) == arc.Chain("none")


def test_chains_of_another_implementation_hold() -> None:
    once = sealed()
    assert found(once) == arc.Chain("pass", "customer.test")
    assert found(sealed(once, b"pass")) == arc.Chain("pass", "customer.test")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"Two", b"Six", "the body was changed on the way"),
        (b"folded", b"fouled", "the header was changed on the way"),
        (b"cv=none", b"cv=pass", "seal 1 says that the chain was broken before"),
        (b"ARC-Seal: i=1", b"ARC-Seal: i=2", "a set of the chain is missing or incomplete"),
        (b"ARC-Seal:", b"X-Seal:", "a set of the chain is missing or incomplete"),
        (b"spf=pass", b"spf=fail", "the header was changed on the way"),
    ],
)
def test_chains_that_break(before: bytes, after: bytes, reason: str) -> None:
    chain = found(sealed().replace(before, after, 1))
    assert (chain.result, chain.reason) == ("fail", reason)


def test_keys_that_are_not_known() -> None:
    ask = keys()
    ask.silent = frozenset({"r._domainkey.customer.test"})
    assert found(sealed(), ask).result == "temperror"
    ask.unasked = ask.silent
    with pytest.raises(Missing):
        found(sealed(), ask)
    assert found(sealed(), Names()).reason == "there is no key at r._domainkey.customer.test"
