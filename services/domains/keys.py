"""A domain's signing keys: RSA and Ed25519 side by side, each under a selector of its own that is never used again."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models import DkimKey, Domain, KeyAlgorithm, KeyState
from services import clock, secrets
from services.mail import dkim
from services.mail.dkim import KeyPair

PREFIX = "mailroom"
ENDING = {KeyAlgorithm.RSA: "", KeyAlgorithm.ED25519: "-ed"}


@dataclass(frozen=True)
class KeyPairs:
    """A new key of each kind; making them takes a while."""

    rsa: KeyPair
    ed25519: KeyPair

    @classmethod
    def made(cls) -> "KeyPairs":
        return cls(dkim.rsa_key_pair(), dkim.ed25519_key_pair())


def of(session: Session, domain_id: int) -> list[DkimKey]:
    """The domain's keys, the oldest first."""
    return list(session.exec(select(DkimKey).where(DkimKey.domain_id == domain_id).order_by(col(DkimKey.id))))


def put(session: Session, domain: Domain, pairs: KeyPairs, state: KeyState) -> list[DkimKey]:
    """Give the domain the new keys, under selectors of the next number."""
    stem = f"{PREFIX}{_next_number(of(session, domain.id or 0))}"
    both = ((KeyAlgorithm.RSA, pairs.rsa), (KeyAlgorithm.ED25519, pairs.ed25519))
    keys = [_key(domain, stem + ENDING[algorithm], algorithm, pair, state) for algorithm, pair in both]
    session.add_all(keys)
    session.flush()
    return keys


def _key(domain: Domain, selector: str, algorithm: KeyAlgorithm, pair: KeyPair, state: KeyState) -> DkimKey:
    return DkimKey(
        domain_id=domain.id or 0,
        selector=selector,
        algorithm=algorithm,
        private_key=secrets.seal(pair.private),
        public_key=pair.public,
        state=state,
        created_at=clock.now(),
    )


def _next_number(keys: Iterable[DkimKey]) -> str:
    """Nothing for the first keys, then 2, 3, …: resolvers may hold a selector's old record for days."""
    numbers = [_number(key.selector) for key in keys]
    return str(max(numbers) + 1) if numbers else ""


def _number(selector: str) -> int:
    digits = selector.removesuffix(ENDING[KeyAlgorithm.ED25519]).removeprefix(PREFIX)
    return int(digits) if digits.isdigit() else 1
