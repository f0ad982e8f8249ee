"""Mail signed by our own signer and by dkimpy, and the keys as a DNS has them."""

import time
from collections.abc import Callable, Sequence

import dkim as dkimpy

from services.mail import dkim
from services.mail.authentication import Missing, Unanswered

NOW = int(time.time())  # dkimpy signs with the machine's time
MAIL = (
    b"From: Ann <ann@customer.test>\r\nTo: help@acme.test\r\nSubject: A\r\n  folded   subject\r\n"
    b"Message-ID: <1@customer.test>\r\n\r\nTwo  spaces \t and trailing  \r\n\r\n\r\n"
)
RSA, ED25519 = dkim.rsa_key_pair(), dkim.ed25519_key_pair()


class Names(dict[tuple[str, str], Sequence[str]]):
    """What is known: a name that is not there has no records; `unasked` and `silent` ones are not known at all."""

    unasked: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()

    def __call__(self, name: str, kind: str) -> Sequence[str]:
        if name in self.unasked:
            raise Missing([(name, kind)])
        if name in self.silent:
            raise Unanswered
        return self.get((name, kind), ())


def texts(**records: str) -> Names:
    """TXT records; two underscores stand for a dot."""
    return Names({(name.replace("__", "."), "TXT"): (text,) for name, text in records.items()})


def keys(**more: str) -> Names:
    """Ann's domain publishes an RSA key as r and an Ed25519 key as e."""
    return texts(
        r___domainkey__customer__test=dkim.record(RSA.public),
        e___domainkey__customer__test=dkim.record(ED25519.public, "ed25519"),
        **more,
    )


def signed(message: bytes = MAIL, *, domain: str = "customer.test") -> bytes:
    """By our own signer, with both keys."""
    signers = [dkim.Signer("r", RSA.private), dkim.Signer("e", ED25519.private)]
    return dkim.sign(message, domain=domain, signers=signers, at=NOW) + message


def signed_by_dkimpy(
    message: bytes = MAIL, *, forms: tuple[bytes, bytes] = (b"relaxed", b"relaxed"), **more: object
) -> bytes:
    sign: Callable[..., bytes] = dkimpy.sign
    return sign(message, b"r", b"customer.test", RSA.private.encode(), canonicalize=forms, **more) + message
